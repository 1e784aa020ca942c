"""Postal addresses: a street and a number, as they are written in the main languages; their town and code with them. Pure."""

from __future__ import annotations

import re

from integrations.personal_data.spans import ADDRESS, Span

_NAME = r"[A-ZÀ-ÖØ-ÞŁŚŻŹĆČŠŽŘĎŤŇĞİŞÇÜÖ][\w'’.-]{0,30}"
_WORD = r"[^\W\d_][\w'’.-]{0,30}"
_SMALL = r"(?:de|del|de la|de las|de los|da|do|dos|das|di|della|dei|degli|du|des|d'|l'|la|le|les|van|van de|van der|der|den|von|y|e|et|und)"
_TOWN = rf"(?:[, ]+(?:[A-Z]{{1,2}}-)?(?:\d{{4,6}}(?:-\d{{3,4}})?|\d{{2}}-\d{{3}}|\d{{4}} ?[A-Z]{{2}}|\d{{3}} \d{{2}}) {_NAME}(?: {_NAME}){{0,2}}|, ?{_NAME}(?: {_NAME}){{0,2}},? (?:[A-Z]{{2}},? )?\d{{4,5}}(?:-\d{{4}})?(?!\d))?"
_UNIT = r"(?:,? (?i:apt|apartment|suite|ste|unit|flat|floor|fl|#)\.? ?\w{1,6})?"
_HOUSE = r"\d{1,4}(?: ?[a-zA-Z](?!\w))?(?:[-/]\d{1,4}[a-z]?)?(?!\d|[.,:]\d|\w| ?[%€$£])"

_ENGLISH = re.compile(
    rf"(?<![\w$€£.,:/#-])\d{{1,5}}[A-Za-z]?,? (?:[NSEW]\.? |(?:North|South|East|West) )?(?P<name>(?:(?:{_WORD}|\d{{1,3}}(?:st|nd|rd|th)) ){{1,4}}?)"
    r"(?P<way>(?i:street|avenue|road|boulevard|lane|terrace|crescent|parkway|highway|drive|court|mews)"
    r"|St|Str|Ave|Av|Rd|Blvd|Ln|Dr|Ct|Pl|Place|Sq|Square|Ter|Way|Close|Cres|Pkwy|Hwy|Cir|Circle|Gardens|Gdns|Grove|Row|Hill|Alley|"
    rf"Trail|Loop|Walk|Park|Quay|Wharf)(?!\w)\.?(?: [NSEW]{{1,2}}(?!\w))?{_UNIT}{_TOWN}"
)
_NO_STREET = frozenset({
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
    r"\b(?:P\.? ?O\.? ?Box|Postfach|Apartado(?: de correos)?|Casella Postale|Postbus|Caixa Postal) \d{1,6}\b"
)

_JOINED = re.compile(
    r"(?<![\w@#])(?:[A-ZÄÖÜ][\wäöüß.-]{1,30} |An? (?:der|den|dem) |Am |Im |In der |Zur |Zum ){0,2}"
    r"(?:(?i:[a-zäöüßåøæé'-]{2,30}(?:stra(?:ß|ss)e|str\.|gasse|allee|straat|laan|gracht|plein|gatan|v[aä]gen|veien|vej))"
    r"|[A-ZÄÖÜÅØÆ][a-zäöüßåøæ-]{1,30}(?:[a-zäöüßåøæ]-[A-ZÄÖÜ][a-zäöüß]{0,30}){0,3}(?:(?<=[a-zäöü-])(?:[wW]eg|[pP]latz|damm|ufer|chaussee|steig|"
    r"markt|dijk|kade|singel|plads|torget|gata|gade|katu|kuja)|(?<=[bdfghklmnstz-])[rR]ing|(?<=n)tie)"
    r"|[A-ZÄÖÜ][\wäöüß-]{1,30} (?:Stra(?:ß|ss)e|Str\.|Allee|Platz|Weg|Ring|Damm|Ufer)|Stra(?:ß|ss)e (?:de[rs] )?[\w. ]{3,25}?)"
    rf",? (?:(?i:nr\.?) ?)?{_HOUSE}{_TOWN}"
)
_FRENCH = re.compile(
    rf"(?<![\w.,:/$€-])\d{{1,4}}(?: ?(?:bis|ter|quater)\b)?,? (?i:rue|avenue|av\.|boulevard|bd\.?|blvd|place|chemin|all[ée]e|impasse|quai|route|cours|"
    rf"square|passage|faubourg|villa|sentier) (?:{_SMALL}(?: |(?<=')))*(?:{_NAME}|(?<=(?:'|’))\w+)(?:[ -](?:{_SMALL}(?: |(?<=')))*{_NAME}){{0,3}}{_TOWN}"
)
_STREET_FIRST = re.compile(
    rf"(?<![\w@#])(?P<way>(?i:calle|c/|avenida|avda\.?|av\.|paseo|p[ºo]\.?|plaza|pza\.?|carrera|camino|ronda|traves[íi]a|carretera|"
    rf"rua|r\.|travessa|pra[çc]a|alameda|estrada|largo|rodovia|"
    rf"via|viale|v\.le|piazza|p\.zza|corso|vicolo|strada|piazzale|lungomare|"
    rf"ul\.|ulica|ulicy|al\.|aleja|alei|aleje|pl\.|plac|placu|os\.|osiedle|bd\.|str\.|strada|utca|ул\.|улица|пр\.|проспект|пр-т))(?:(?<=[./ºª]) ?| )"
    rf"(?P<name>(?:{_SMALL} ?)*(?:{_NAME}|\d{{1,2}} (?:de )?{_WORD}|[А-ЯЁ][\w.-]+)(?: (?:{_SMALL} )*(?:{_NAME}|[А-ЯЁ][\w.-]+)){{0,4}})"
    rf"(?P<link>,? ?(?i:n[.ºo°]*\.?|núm\.?|numero|n\.|nr\.?|д\.|дом)? ?){_HOUSE}(?:,? ?(?:\d{{1,2}}[ºª°]\s?\w?|m\. ?\d+|lok\. ?\d+|apto?\.? ?\d+|кв\. ?\d+))?{_TOWN}"
)
_ITALIAN = re.compile(
    r"\b(?:il|che|di|della|nella|abito|abita|residente|indirizzo|spedi\w*|consegn\w*|sono|mia|mio|casa|al|in|non|per|è|pacco)\b"
)
_LOWER_SPANISH = re.compile(
    rf"(?<![\w@#])(?:calle|avenida|rua|ulica|c/) (?:{_SMALL} )*(?:[^\W\d_]{{3,20}} ?){{1,4}},? (?:n[ºo°.]* ?|numero |número |nº ?)?{_HOUSE}",
    re.IGNORECASE,
)
_TURKISH = re.compile(
    rf"(?<!\w)(?:{_NAME} ){{1,3}}(?i:mah(?:allesi|\.)?|cad(?:desi|\.)?|sok(?:ak|ağı|\.)?|sk\.|bulvar[ıi]|blv\.?)(?!\w)[^\n\]]{{0,40}}?(?:(?i:no) ?[:.]? ?)\d{{1,4}}(?:/\d{{1,4}})?(?!\d)"
    rf"|(?<!\w)(?:{_NAME} ){{1,3}}(?i:caddesi|sokak|sokağı|bulvarı) \d{{1,4}}(?!\d)"
)
_EASTERN = re.compile(
    r"〒 ?\d{3}-?\d{4}|[一-龥ヶケ]{2,12}?[都道府県市区町村][^\s\d]{0,12}\d{1,4}(?:丁目|-)\d{1,4}(?:(?:番地?|-)\d{0,4}号?)?"
    r"|[一-龥]{2,20}(?:路|街|大道|巷|弄)\d{1,5}(?:号|號)(?:[一-龥\d]{0,12}(?:室|楼|栋))?"
    r"|[가-힣]{2,10}(?:로|길) ?\d{1,4}(?:-\d{1,4})?(?!\d|[가-힣])"
    r"|(?:شارع|ش\.) [؀-ۿ ]{3,30}?[ ،,]+(?:رقم )?\d{1,4}"
)
_POSTCODE = re.compile(
    r"(?<![\w#])(?:AB|AL|B|BA|BB|BD|BH|BL|BN|BR|BS|BT|CA|CB|CF|CH|CM|CO|CR|CT|CV|CW|DA|DD|DE|DG|DH|DL|DN|DT|DY|E|EC|EH|EN|EX|FK|FY|G|GL|GU|"
    r"HA|HD|HG|HP|HR|HS|HU|HX|IG|IP|IV|KA|KT|KW|KY|L|LA|LD|LE|LL|LN|LS|LU|M|ME|MK|ML|N|NE|NG|NN|NP|NR|NW|OL|OX|PA|PE|PH|PL|PO|PR|RG|RH|RM|S|"
    r"SA|SE|SG|SK|SL|SM|SN|SO|SP|SR|SS|ST|SW|SY|TA|TD|TF|TN|TQ|TR|TS|TW|UB|W|WA|WC|WD|WF|WN|WR|WS|WV|YO|ZE)\d[A-HJKMNP-Y\d]? \d[ABD-HJLNP-UW-Z]{2}(?!\w)"
)
_FORMS = (_JOINED, _FRENCH, _LOWER_SPANISH, _TURKISH, _POST_BOX, _POSTCODE)
_WAYS = re.compile(r"street|avenue|road|boulevard|lane|terrace|crescent|parkway|highway|drive|court|mews")


def addresses(text: str) -> list[Span]:
    """Streets with their number, post boxes, and British postcodes, which are a few houses each; the longest first."""
    found = [each for each in _ENGLISH.finditer(text) if _is_street(each)]
    for form in _FORMS if text.isascii() else (*_FORMS, _EASTERN):
        found += form.finditer(text)
    found += [each for each in _STREET_FIRST.finditer(text) if not _on_the_way(each)]
    spans = [Span(ADDRESS, each.start(), each.end()) for each in found]
    return sorted(spans, key=lambda span: span.start - span.end)


def _on_the_way(found: re.Match[str]) -> bool:
    """Is it an English “via London 2”, which names no street?"""
    way = found["way"]
    bare = way.lower() in {"via", "plaza", "largo", "corso"} and way != "Via" and not found["link"].strip()
    return bare and not _ITALIAN.search(found.string.lower())


def _is_street(found: re.Match[str]) -> bool:
    """Is it a street, rather than `2 years down the road`?"""
    words = found["name"].split()
    if any(word.lower() in _NO_STREET for word in words):
        return False
    capital = all(word[0].isupper() or word[0].isdigit() for word in words)
    return capital or (len(words) <= 2 and _WAYS.fullmatch(found["way"].lower()) is not None)
