"""How streets and their numbers are written, language by language. Data: regular expressions. Pure."""

from __future__ import annotations

import re

NAME = r"[A-ZÀ-ÖØ-ÞŁŚŻŹĆČŠŽŘĎŤŇŮĞİŞȘȚĂŐŰΑ-ΩΆΈΉΊΌΎΏА-ЯЁІЇЄҐ][\w'’.-]{0,30}"
_WORD = r"[^\W\d_][\w'’.-]{0,30}"
_SMALL = (
    r"(?:de|del|de la|de las|de los|da|do|dos|das|di|della|dei|degli|du|des|d'|l'|la|le|les|van|van de|van der|der|den|von|"
    r"y|e|et|und|i|na|nad|pod)"
)
_CODE = r"(?:[A-Z]{1,2}-)?(?:\d{4,6}(?:-\d{3,4})?|\d{2}-\d{3}|\d{4} ?[A-Z]{2}|\d{3} \d{2}),?"
_STATE = r"[A-Z]{2,4},? (?:\d{4,6}(?:-\d{4})?|[A-Z]\d[A-Z] ?\d[A-Z]\d)(?!\w)"
_TOWN = rf"(?:[, ]+{_CODE} {NAME}(?: {NAME}){{0,2}}|, ?{NAME}(?: {NAME}){{0,2}},? (?:{_STATE}|\d{{4,5}}(?:-\d{{4}})?(?!\d)))?"
_UNIT = r"(?:,? (?i:(?:apt|apartment|suite|ste|unit|flat|floor|fl)\b|#)\.? ?\w{1,6}(?!\w))?"
_HOUSE = r"\d{1,4}(?: ?[a-zA-Z](?!\w))?(?:[-/]\d{1,4}[a-z]?)?(?!\d|[.,:]\d|\w| ?[%€$£])"

ENGLISH = re.compile(
    rf"(?<![\w$€£.,:/#<-])\d{{1,5}}[A-Za-z]?,? (?:[NSEW]\.? |(?:North|South|East|West) )?"
    rf"(?P<name>(?:(?:{_WORD}|\d{{1,3}}(?:st|nd|rd|th)) ){{1,4}}?)"
    r"(?P<way>(?i:street|avenue|road|boulevard|lane|terrace|crescent|parkway|highway|drive|court|mews)"
    r"|St|Str|Ave|Av|Rd|Blvd|Ln|Dr|Ct|Pl|Place|Sq|Squares?|Ter|Ways?|Close|Cres|Pkwy|Hwy|Cir|Circles?|Gardens|Gdns|Groves?|Row|"
    r"Hill|Alley|Trail|Loop|Walks?|Park|Quay|Wharf|Streets|Roads|Drives|Courts|Freeway|Expressway|Turnpike|Underpass|Overpass|"
    r"Bypass|Causeway|Viaduct|Knolls?|Parkways|Pike|Trace|Trafficway|Cove|Crossing|Circuit|Esplanade|Parade|Promenade|Rise|"
    rf"Marg|Chowk|Nagar)(?!\w)\.?(?: [NSEW]{{1,2}}(?!\w))?{_UNIT}{_TOWN}"
)
WAYS = re.compile(r"street|avenue|road|boulevard|lane|terrace|crescent|parkway|highway|drive|court|mews")
AMERICAN = re.compile(
    rf"(?<![\w$€£.,:/#<-])\d{{1,5}}(?: {NAME}){{1,4}}(?:,? (?i:apt\b|suite\b|unit\b|#)\.? ?\w{{1,6}})?, ?{NAME}(?: {NAME}){{0,2}},? {_STATE}"
    rf"|(?<![\w$€£.,:/#<-])\d{{1,5}}(?: {NAME}){{1,3}},? (?i:apt|apartment|suite|unit)\b\.? ?\w{{1,6}}(?!\w)"
    r"|(?<!\w)[ABCEGHJ-NPRSTVXY]\d[A-Z] \d[A-Z]\d(?!\w)"
)
"""With what follows it a street is one under any name; a Canadian postcode is a few houses."""

NO_STREET = frozenset({
    "a", "am", "am.", "an", "and", "any", "are", "at", "bad", "block", "blocks", "by", "car", "cars", "day", "days",
    "different", "dirt", "disk", "down", "feet", "for", "from", "ft", "gb", "good", "great", "hard", "her", "his",
    "hour", "hours", "hr", "hrs", "in", "is", "km", "kms", "lane", "lanes", "less", "long", "m", "mb", "meters",
    "mile", "miles", "min", "mins", "minute", "minutes", "month", "months", "more", "my", "new", "no", "oclock",
    "of", "old", "on", "open", "or", "other", "others", "our", "people", "per", "percent", "person", "persons",
    "pm", "sec", "short", "some", "star", "stars", "tb", "test", "that", "the", "their", "these", "this", "those",
    "time", "times", "to", "trucks", "up", "usb", "was", "way", "ways", "week", "weeks", "were", "with", "year",
    "years", "your",
})  # fmt: skip

_POST_BOX = re.compile(
    r"\b(?:P\.? ?O\.? ?Box|Postfach|Apartado(?: de correos)?|Casella Postale|Postbus|Caixa Postal|Skrytka pocztowa) \d{1,6}\b"
)
_JOINED = re.compile(
    r"(?<![\w@#])(?:[A-ZÄÖÜ][\wäöüß.-]{1,30} |An? (?:der|den|dem) |Am |Im |In der |Zur |Zum ){0,2}"
    r"(?:(?i:[a-zäöüßåøæé'-]{2,30}(?:stra(?:ß|ss)e|str\.|gasse|allee|straat|laan|gracht|plein|gatan|gränd|stigen|stræde|"
    r"v[aä]gen|veien|vej|polku|bulevardi))"
    r"|[A-ZÄÖÜÅØÆ][a-zäöüßåøæ-]{1,30}(?:[a-zäöüßåøæ]-[A-ZÄÖÜ][a-zäöüß]{0,30}){0,3}(?:(?<=[a-zäöü-])(?:[wW]eg|[pP]latz|damm|"
    r"ufer|chaussee|steig|markt|dijk|kade|singel|dreef|baan|plads|torget|gata|gade|stien|katu|kuja)|(?<=n)tie)"
    r"|[A-ZÄÖÜ][a-zäöüß-]{2,30}(?<=[bdfghklmnrstz-])[rR]ing"
    r"|[A-ZÄÖÜÅÆØ][\wäöüß-]{1,30} (?:Stra(?:ß|ss)e|Str\.|Allee|Allé|(?<=er )Platz|Weg|Ring|Damm|Ufer)"
    rf"|Stra(?:ß|ss)e (?:de[rs] )?[\w. ]{{3,25}}?),? (?:(?i:nr\.?) ?)?{_HOUSE}{_TOWN}"
)
_FRENCH = re.compile(
    r"(?<![\w.,:/$€-])\d{1,4}(?: ?(?:bis|ter|quater)\b)?,? (?i:rue|avenue|av\.|boulevard|bd\.?|blvd|place|chemin|all[ée]e|"
    rf"impasse|quai|route|cours|square|passage|faubourg|sentier) (?:{_SMALL}(?: |(?<=')))*"
    rf"(?:{NAME}|(?<=(?:'|’))\w+)(?:[ -](?:{_SMALL}(?: |(?<=')))*{NAME}){{0,3}}{_TOWN}"
)
STREET_FIRST = re.compile(
    r"(?<![\w@#])(?P<way>(?i:calle|c/|avenida|avda\.?|av\.?|paseo|p[ºo]\.?|plaza|pza\.?|carrera|camino|ronda|traves[íi]a|"
    r"carretera|cuesta|glorieta|pasaje|callej[óo]n|rambla|calzada|privada|circuito|andador|cerrada|urbanizaci[óo]n|vial|"
    r"rua|r\.|travessa|pra[çc]a|alameda|estrada|largo|rodovia|"
    r"via|viale|v\.le|piazza|p\.zza|corso|vicolo|strada|piazzale|lungomare|contrada|borgo|rotonda|localit[àa]|frazione|salita|"
    r"ul\.|ulica|ulicy|al\.|aleja|alei|aleje|pl\.|plac|placu|os\.|osiedle|"
    r"bd\.|str\.|strada|bulevardul|aleea|calea|[șşs]oseaua|intrarea|drumul|"
    r"ул\.|улица|вулиця|вул\.|пр\.|просп\.|проспект|пр-т|пер\.|наб\.|бул\.|ш\.|пл\.|алл\.|λεωφ\.|οδ[όο]ς?))(?:(?<=[./ºª]) ?| )"
    rf"(?P<name>(?:{_SMALL} ?)*(?:{NAME}|\d{{1,2}} (?:de )?{_WORD})(?: (?:{_SMALL} )*{NAME}){{0,4}})"
    rf"(?P<link>,? ?(?i:n[.ºo°]*\.?|núm\.?|numero|n\.|nr\.?|д\.|дом|буд\.)? ?){_HOUSE}"
    rf"(?:,? ?(?:\d{{1,2}}[ºª°]\s?\w?|m\. ?\d+|lok\. ?\d+|apto?\.? ?\d+|(?:кв|к|стр)\. ?\d+))?{_TOWN}"
)
_LOWER = re.compile(
    rf"(?<![\w@#])(?:calle|avenida|rua|ulica|c/) (?:{_SMALL} )*(?:[^\W\d_]{{3,20}} ?){{1,4}},? "
    rf"(?:n[ºo°.]* ?|numero |número |nº ?)?{_HOUSE}",
    re.IGNORECASE,
)
_HUNGARIAN = re.compile(
    rf"(?<!\w)(?:{NAME} ){{1,2}}(?:utca|u\.|út|útja|tér|tere|köz|körút|sor|sétány) \d{{1,4}}(?:/\w)?\.?(?!\d)"
)
_TURKISH = re.compile(
    rf"(?<!\w)(?:{NAME} ){{1,3}}(?i:mah(?:allesi|\.)?|cad(?:desi|\.)?|sok(?:ak|ağı|\.)?|sk\.|bulvar[ıi]|blv\.?)(?!\w)"
    rf"[^\n\]]{{0,40}}?(?:(?i:no) ?[:.]? ?)\d{{1,4}}(?:/\d{{1,4}})?(?!\d)"
    rf"|(?<!\w)(?:{NAME} ){{1,3}}(?i:caddesi|sokak|sokağı|bulvarı) \d{{1,4}}(?!\d)"
)
_POSTCODE = re.compile(
    r"(?<![\w#])(?:AB|AL|B|BA|BB|BD|BH|BL|BN|BR|BS|BT|CA|CB|CF|CH|CM|CO|CR|CT|CV|CW|DA|DD|DE|DG|DH|DL|DN|DT|DY|E|EC|EH|EN|EX|FK|FY|G|"
    r"GL|GU|HA|HD|HG|HP|HR|HS|HU|HX|IG|IP|IV|KA|KT|KW|KY|L|LA|LD|LE|LL|LN|LS|LU|M|ME|MK|ML|N|NE|NG|NN|NP|NR|NW|OL|OX|PA|PE|PH|PL|PO|"
    r"PR|RG|RH|RM|S|SA|SE|SG|SK|SL|SM|SN|SO|SP|SR|SS|ST|SW|SY|TA|TD|TF|TN|TQ|TR|TS|TW|UB|W|WA|WC|WD|WF|WN|WR|WS|WV|YO|ZE)"
    r"\d[A-HJKMNP-Y\d]? \d[ABD-HJLNP-UW-Z]{2}(?!\w)"
)
EASTERN = re.compile(
    r"〒 ?\d{3}-?\d{4}|\d{1,2}丁目\d{1,3}番(?:地|\d{1,3}号)?"
    r"|[一-龥ヶケ]{2,12}?[都道府県市区町村][^\s\d]{0,12}\d{1,4}(?:丁目|-)\d{1,4}(?:(?:番地?|-)\d{0,4}号?)?"
    r"|[一-龥]{2,20}(?:路|街|大道|巷|弄)(?:\d{1,5}(?:号|號)|[A-Za-z]座)(?:[一-龥\d]{0,12}(?:室|楼|栋))?"
    r"|[가-힣]{2,10}\d{0,3}(?:로|길|거리|대가)(?: ?\d+번길)? ?\d{1,4}(?:-\d{1,4})?(?!\d|[가-힣])"
    r"|(?:شارع|ش\.) [؀-ۿ ]{3,30}?[ ،,]+(?:رقم )?\d{1,4}"
)
SAID = re.compile(
    r"(?i:\b(?:(?:live|living|based|located|moved?|staying) (?:at|to)|(?:my|our|new|home|delivery|billing|shipping) address(?: is)?|"
    r"address:|(?:send|ship|deliver|deliver(?:ed|y)|mail)(?: (?:it|them|this|everything))? to|"
    r"wohn(?:e|en|haft)(?: in| im| an)?(?: der| dem)?|adresse(?: lautet| ist)?|vivo en|viven? en|direcci[óo]n(?: es)?|habite(?: au)?|"
    r"abito in|indirizzo(?: [èe])?|moro (?:na|no)|endere[çc]o(?: é)?|woon (?:op|aan|in)|adres(?: is| to)?|mieszkam (?:przy|na)|"
    r"bor (?:på|i)|adressen? (?:är|er)|osoite(?:eni)?(?: on)?|bydlím (?:na|v)|adresa(?: je| este)?|lakom|címem|"
    r"живу (?:на|по)|адрес\w*|διεύθυνση\w*))[: ]{1,3}"
    rf"(?P<place>\d{{1,5}}[A-Za-z]?,? {NAME}(?: {NAME}){{0,3}}{_UNIT}{_TOWN}"
    rf"|(?:{NAME}|{_SMALL})(?:[ -](?:{_SMALL} )*{NAME}){{0,4}},? (?:n[.ºo°]* ?|nr\.? ?|no\.?:? ?|д\. ?)?{_HOUSE}{_TOWN})"
)
"""Beside a word that says so, any name with a number."""

STREET_HINTS = tuple(
    " "
    + hint
    for hint in (
        "calle", "c/", "av", "paseo", "pº", "po.", "plaza", "pza", "carrera", "camino", "ronda", "trav", "carretera", "cuesta",
        "glorieta", "pasaje", "callej", "rambla", "calzada", "privada", "circuito", "andador", "cerrada", "urbanizac", "vial ",
        "rua ", "r.", "pra", "alameda", "estrada", "largo", "rodovia", "via ", "viale", "v.le", "piazza", "p.zza", "corso",
        "vicolo", "strada", "lungomare", "contrada", "borgo", "rotonda", "localit", "frazione", "salita", "ul.", "ulic", "al.",
        "alej", "alei", "pl.", "plac", "os.", "osiedle", "bd.", "str.", "bulevardul", "aleea", "calea", "șos", "şos", "sos",
        "intrarea", "drumul", "ул", "вул", "пр", "пер.", "наб.", "бул.", "ш.", "пл.", "алл.", "λεωφ", "οδ",
    )
)  # fmt: skip
SAID_HINTS = (
    " liv", " based", " located", " move", " staying", "address", " send", " ship", " deliver", " mail", " wohn", "adress",
    " viv", " direcci", " habite", " abito", "indirizzo", " moro", " endere", " woon", " adres", " mieszkam", " bor ", " osoite",
    " bydl", " lakom", " címem", " живу", " адрес", " διεύθυνση",
)  # fmt: skip
"""One of these is in every text that the two fit, and in few others: to look for them takes little time."""

NUMBER_FIRST = re.compile(r"\d[A-Za-z]?(?: bis| ter)?,? [NSEW]?\.? ?[^\W\d]")
NUMBER_LAST = re.compile(
    r"[^\W\d_][.,’']{0,2},? ?(?:n[.ºo°]{0,3}|nr\.?|no\.? ?:?|núm\.?|numero|número|д\.|дом|буд\.|№)? ?\d", re.IGNORECASE
)
"""What stands in every address of which the number comes first, or last: to look for it takes little time."""

FIRST = (AMERICAN, _FRENCH)
LAST = (_JOINED, _LOWER, _HUNGARIAN, _TURKISH, _POST_BOX, _POSTCODE)
