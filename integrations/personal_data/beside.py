"""What is personal by the word beside it: dates of birth, passports, numbers of orders, bookings and customers. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from integrations.personal_data.spans import BIRTH_DATE, PASSPORT, REFERENCE, Span, before

_MONTH = (
    r"(?:jan(?:uary|uar|vier)?|feb(?:ruary|ruar)?|f[eé]v(?:rier|ereiro)?|mar(?:ch|s|zo|zec|ço)?|m[aä]rz|maart|apr(?:il|ile)?|"
    r"avr(?:il)?|abr(?:il)?|may|mai|mayo|maggio|maio|mei|june?|juni|juin|junio|giugno|junho|july?|juli|juillet|julio|luglio|"
    r"julho|aug(?:ust|ustus)?|ao[uû]t|ago(?:sto)?|sept?(?:ember|embre|tembre)?|septiembre|settembre|setembro|o[ck]t(?:ober|obre|ubre|"
    r"ubro)?|ottobre|outubro|nov(?:ember|embre|iembre|embro)?|de[cz](?:ember)?|d[eé]cembre|diciembre|dicembre|dezembro|gennaio|"
    r"febbraio|enero|febrero|janeiro|ene|gen|lug|dic|stycznia|lutego|marca|kwietnia|maja|czerwca|lipca|sierpnia|września|"
    r"października|listopada|grudnia|ocak|şubat|mart|nisan|mayıs|haziran|temmuz|ağustos|eylül|ekim|kasım|aralık)"
)
_DATE = re.compile(
    rf"(?<![A-Za-z0-9])(?:\d{{1,2}}[./ -]{{1,2}}\d{{1,2}}[./ -]{{1,2}}(?:(?:18|19|20)\d\d|\d\d)|(?:19|20)\d\d[./-]\d{{1,2}}[./-]\d{{1,2}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th|er|º|°)?\.?(?: of| de|-| )? ?{_MONTH}\.?(?:,| de| del|-)? ?(?:19|20)?\d\d"
    rf"|{_MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?,? (?:19|20)\d\d|(?:19|20)\d\d年\d{{1,2}}月\d{{1,2}}日?)(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_BORN = re.compile(
    r"(?:\b(?:born|d\.?o\.?b\.?|date of birth|birth ?dates?|birthday|geboren|geburtsdatum|geburtstag|geb\.?|nacid[oa]|nac[ií](?: el)?|"
    r"fecha de nacimiento|f\. ?nac\.?|cumplea[ñn]os|née?|nee? le|date de naissance|naissance|nat[oa] (?:il|a|nel)|data di nascita|nascid[oa]|nasci|"
    r"data de nascimento|nascimento|geboortedatum|geb|ur\.|urodzon[aya]|data urodzenia|do[ğg]um(?: tarihi\w*)?|do[ğg]dum|"
    r"do[ğg]umluyum|född|født|syntynyt|narozen[aý]?|született|n[ăa]scut[ăa]?|родил\w*|дата рождения)"
    r"|生年月日|誕生日|出生\w*|生日|생년월일|تاريخ الميلاد|مواليد|ولدت)[^\d\]\n]{0,24}$"
)
_BORN_HINTS = (
    "born", "birth", "dob", "d.o.b", "geb", "nac", "naissance", "né", "nee l", "ne le", "nat", "nasc", "ur.", "urodz",
    "doğ", "dog", "fød", "född", "synt", "naro", "szül", "născ", "род", "生", "誕", "생년", "ميلاد", "مواليد", "ولد", "cumple",
)  # fmt: skip
"""One of these is in every text that `_BORN` fits, and in few others: to look for them takes no time."""

_TOKEN = re.compile(
    r"(?<![\w/@$€£¥+])(?<!\d[.,:])[A-Za-z]{0,6}[-/]?\d[A-Za-z0-9]*(?:[-/][A-Za-z0-9]+){0,4}(?![\w@%$€£])(?![.,:]\d)",
    re.ASCII,
)
_CODE = re.compile(r"(?<![\w@#$])(?=[A-Z0-9]{6}(?!\w))(?:[A-Z0-9]{6})", re.ASCII)
_LINK = (
    r"(?:[\s:#=.,(\"'’–—-]|番号|号码|號碼|号|は|が|：|是|رقم|هو|번호|n[°º]|(?:is|was|its|it's|no|nr|n|num|number|numbers|id|code|ref|reference|"
    r"nummer|núm|número|numero|numéro|lautet|ist|es|est|è|é|il|el|la|le|de|do|da|del|van|met|mit|of|my|the|our|meine?|to|"
    r"jest|numaram|numarası|numarasi)(?![^\W\d_])){0,12}+$"
)

_PASSPORT = re.compile(
    r"(?:\b(?:passports?|reisepass\w*|pass(?:nummer|nr)|pasaporte|passeport|passaporto|passaporte|paspoort\w*|paszport\w*|pasaport\w*|"
    r"pass no|cestovn\w+|útlevél\w*|паспорт\w*)\b|パスポート|旅券|护照|護照|여권|جواز\s?(?:ال)?سفر\w*)" + _LINK
)
_REFERENCE = re.compile(
    r"(?:\b(?:orders?|booking|reservation|confirmation|conf|cust(?:omer)?|acc(?:oun)?t|client|ticket|case|incident|claim|"
    r"ref(?:erence)?|invoice|tracking|policy|contract|member(?:ship)?|loyalty|subscription|repair|return|rma|shipment|parcel|"
    r"package|patient|meter (?:no|nr|number|id|serial)|pnr|record locator|locator|frequent flyer|skymiles|request|complaint|ticketnummer|"
    r"bestell\w*|auftrags?\w*|kunden\w*|buchungs?\w*|rechnungs?\w*|vorgangs?\w*|sendungs?\w*|vertrags?\w*|reservierungs?\w*|"
    r"ticketnr|fallnummer|zählernummer|patienten(?:nummer|nr)|mitglieds?\w*|aktenzeichen|"
    r"pedido|reserva|localizador|cliente|factura|contrato|expediente|env[ií]o|seguimiento|incidencia|socio|"
    r"commande|réservation|dossier|facture|contrat|colis|suivi|adhérent|abonné|"
    r"ordine|prenotazione|fattura|contratto|spedizione|pratica|segnalazione|tessera|"
    r"encomenda|fatura|protocolo|rastreio|sócio|"
    r"bestelling\w*|bestelnummer|klantnummer|klant|boekings?\w*|factuur\w*|zendings?\w*|dossiernummer|lidnummer|"
    r"zam[oó]wieni[ea]\w*|rezerwacj\w+|klienta|faktur\w*|przesy[łl]k\w+|zg[łl]oszeni\w+|"
    r"sipari[şs]\w*|rezervasyon\w*|m[üu][şs]teri\w*|kargo\w*|fatura\w*|abone\w*|"
    r"ordern(?:ummer|r)|kundnummer|bokningsnummer|ordrenummer|tilausnumero|objednávk\w+|rendelés\w*|comand\w+|заказ\w*|заявк\w*|"
    r"бронирован\w*|договор\w*)(?![^\W\d_])|注文|予約|会員|お客様|订单|訂單|会员|快递|单号|주문|예약|الطلب|طلب|الحجز|حجز)"
    + _LINK
)
_LETTERS_ONLY = re.compile(
    r"\b(?:(?:pnr|record locator|locator|localizador|buchungscode)(?: (?:code|number|is))?[\s:#=-]{1,3}|(?:(?:booking|confirmation|"
    r"reservation)s? (?:code|reference|ref|number|no)|buchungsnummer|code de réservation|codice (?:di )?prenotazione|"
    r"código de reserva)(?:\s?[:#=]\s?|\sis\s|\.\s))$"
)
_BOOKED = re.compile(
    r"\b(?:booking|reservation|confirmation|buchung|buchungs(?:nummer|code)|réservation|prenotazione|reserva|boeking)"
    + _LINK
)
"""Beside one of these six signs are a booking's, when a digit is among them."""
_COUNTED = re.compile(
    r"\s?(?:people|units?|items?|pieces|orders|times|days?|hours?|hrs?|minutes?|mins?|miles|km|dollars|euros?|usd|eur|users|€|\$)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")


def birth_dates(text: str) -> Iterator[Span]:
    """Dates beside a word that says that somebody was born then."""
    low = text.lower()
    if not any(hint in low for hint in _BORN_HINTS):
        return
    for found in _DATE.finditer(text):
        if _BORN.search(before(text, found.start())):
            yield Span(BIRTH_DATE, found.start(), found.end())


def numbered(text: str) -> Iterator[Span]:
    """Numbers of passports, orders, bookings and customers, each beside its word."""
    for found in _TOKEN.finditer(text):
        token = found[0]
        digits = sum(sign.isdigit() for sign in token)
        if digits < 3 or len(token) < 5 or (_YEAR.fullmatch(token[:4]) and token[4:5] in {"-", "/"}):
            continue
        near = before(text, found.start())
        if 6 <= len(token) <= 12 and _PASSPORT.search(near):
            yield Span(PASSPORT, found.start(), found.end())
        elif len(token) <= 30 and _REFERENCE.search(near) and not _COUNTED.match(text, found.end()):
            yield Span(REFERENCE, found.start(), found.end())


def locators(text: str) -> Iterator[Span]:
    """A booking's six signs; beside the plainest words they need no digit among them."""
    for found in _CODE.finditer(text):
        near = before(text, found.start())
        mixed = not found[0].isalpha() and not found[0].isdecimal()
        if _LETTERS_ONLY.search(near) or (mixed and _BOOKED.search(near)):
            yield Span(REFERENCE, found.start(), found.end())
