"""Personal data made up for the bench, from a seed: numbers as people of many countries write them, inside what they say."""

from __future__ import annotations

import random
import string
from collections.abc import Callable
from dataclasses import dataclass

from integrations.personal_data import checks


@dataclass(frozen=True, slots=True)
class Example:
    """A text, and the one place in it that is personal."""

    text: str
    kind: str
    start: int
    end: int


def examples(count: int, seed: int = 6) -> list[Example]:
    """So many examples, the kinds in turn."""
    chance = random.Random(seed)
    makers = tuple(_MAKERS.items())
    made = []
    for number in range(count):
        kind, make = makers[number % len(makers)]
        frame, value = make(chance)
        before, _, after = frame.partition("{}")
        made.append(Example(before + value + after, kind, len(before), len(before) + len(value)))
    return made


def _digits(chance: random.Random, count: int) -> str:
    return "".join(chance.choice(string.digits) for _ in range(count))


def _shaped(chance: random.Random, shape: str) -> str:
    """A shape with `#` for any digit and `N` for one from 2 to 9."""
    return "".join(
        chance.choice("0123456789" if sign == "#" else "23456789") if sign in "#N" else sign for sign in shape
    )


_PHONES = (
    "+1 NN#-N##-####", "(N##) N##-####", "N##-N##-####", "N##.N##.####", "1-N##-N##-####", "+1 (N##) N##-####", "N##N######",
    "+44 7### ######", "07### ######", "020 #### ####", "0161 ### ####", "+44 (0)20 #### ####", "+353 8# ### ####",
    "+49 15# ########", "015# #######", "0170/#######", "030 ########", "(089) ######", "+49 (0) 40 ######", "0221-######",
    "+43 664 #######", "0664 #######", "+41 79 ### ## ##", "079 ### ## ##",
    "+33 6 ## ## ## ##", "06 ## ## ## ##", "07.##.##.##.##", "01-##-##-##-##", "06########", "+32 47# ## ## ##",
    "+34 6## ### ###", "6## ## ## ##", "6########", "91 ### ## ##", "+52 55 #### ####", "+54 9 11 #### ####", "+57 3## ### ####",
    "+39 3## #######", "3## #######", "3## ### ####", "06 ########", "+351 91# ### ###", "91# ### ###",
    "(11) 9####-####", "+55 11 9####-####", "11 9####-####", "(21) 3###-####", "06-########", "+31 6 ########", "020-#######",
    "+48 5## ### ###", "5## ### ###", "22 ### ## ##", "0532 ### ## ##", "+90 532 ### ## ##", "05#########",
    "090-####-####", "03-####-####", "+81 90-####-####", "138########", "138 #### ####", "+86 138 #### ####", "010-####-####",
    "050 ### ####", "+971 50 ### ####", "+966 5# ### ####", "0100 ### ####", "+91 98### #####", "98### #####", "8 (9##) ###-##-##",
    "+7 9## ### ## ##", "+46 70-### ## ##", "070-### ## ##", "+47 4## ## ###", "+45 ## ## ## ##", "+358 40 ### ####",
    "0412 ### ###", "+61 4## ### ###", "+27 82 ### ####", "00 49 171 #######", "0033 6 ## ## ## ##",
)  # fmt: skip
_FRAMES = (
    "{}", "please get back to me, {} thanks", "You can reach me at {} any time after 5.", "my wife waited all day!! {} pls help",
    "Ich warte seit zwei Tagen auf Antwort, hier {} bitte melden.", "Meine Nummer: {}", "Bonjour, voici mes coordonnées : {} merci d'avance",
    "Sigo esperando una respuesta, es {} gracias", "Ecco i miei dati {} grazie mille", "Segue meu contato: {} obrigado",
    "Dit is van mij: {}, alvast bedankt", "Proszę o kontakt {} dziękuję", "Lütfen bana ulaşın {} teşekkürler",
    "連絡先は {} です", "请联系我 {} 谢谢", "تواصلوا معي {} شكرا", "still nothing?? ({}) day 3", "DM sent. {}. Still waiting",
)  # fmt: skip
_NAMES = (
    "anna",
    "j.smith",
    "maria_lopez",
    "kai",
    "o.meyer",
    "li-wei",
    "ahmet.yilmaz",
    "sophie",
    "p.nowak",
    "joao",
    "noor88",
)
_HOSTS = (
    "gmail.com", "example.com", "web.de", "orange.fr", "yahoo.co.uk", "firma-nord.de", "mail.example.org", "outlook.com",
    "libero.it", "uol.com.br", "wp.pl", "student.uni.edu", "kpn.nl", "qq.com", "proton.me",
)  # fmt: skip


def _phone(chance: random.Random) -> tuple[str, str]:
    return chance.choice(_FRAMES), _shaped(chance, chance.choice(_PHONES))


def _spoken_phone(chance: random.Random) -> tuple[str, str]:
    frame = chance.choice((
        "call me on {}", "tel {}", "Telefon: {}", "my number is {}", "Handy {} danke", "mi teléfono es {}", "tél. {}", "chiamami al {}",
        "me liga no {}", "mijn nummer is {}", "mój numer {}", "telefonum {}", "電話 {}", "电话：{}", "هاتف {}", "text me {}",
    ))  # fmt: skip
    return frame, _shaped(
        chance, chance.choice(("N##-####", "N#######", "## ## ## ##", "#### ####", "N## ####", "### ### ###"))
    )


def _mail(chance: random.Random) -> tuple[str, str]:
    name = chance.choice(_NAMES) + chance.choice(("", "", str(chance.randint(1, 99))))
    return chance.choice(_FRAMES), f"{name}@{chance.choice(_HOSTS)}"


def _hidden_mail(chance: random.Random) -> tuple[str, str]:
    name, host = chance.choice(_NAMES), chance.choice(_HOSTS)
    way = chance.choice((
        (" at ", " dot "), ("[at]", "[dot]"), (" [at] ", " [dot] "), ("(at)", "."), (" (at) ", " (dot) "), (" AT ", " DOT "),
        (" @ ", " . "), ("@", " dot "), ("\u200b@\u200b", "."), ("＠", "．"), (" {at} ", " {dot} "),
    ))  # fmt: skip
    return chance.choice(("{}", "write to {} please", "meine Adresse: {}", "mon adresse: {} merci")), name + way[
        0
    ] + host.replace(".", way[1])


def _card(chance: random.Random) -> tuple[str, str]:
    prefix, count = chance.choice(
        (("4", 16), ("51", 16), ("2221", 16), ("37", 15), ("6011", 16), ("36", 14), ("3530", 16), ("62", 16))
    )
    body = prefix + _digits(chance, count - len(prefix) - 1)
    number = next(body + last for last in string.digits if checks.luhn(body + last))
    groups = (4, 6, count - 10) if count < 16 else (4, 4, 4, 4)
    return chance.choice(_FRAMES), _grouped(number, groups, chance.choice(("", " ", "-", " ")))


def _grouped(number: str, groups: tuple[int, ...], between: str) -> str:
    parts, at = [], 0
    for size in groups:
        parts.append(number[at : at + size])
        at += size
    return between.join(parts)


def _iban(chance: random.Random) -> tuple[str, str]:
    country = chance.choice(("DE", "ES", "FR", "IT", "NL", "PL", "GB", "AT", "CH", "BE", "PT", "TR", "SE", "IE"))
    length = checks.iban_length(country) or 0
    bank = {"GB": "WEST", "NL": "ABNA", "IE": "AIBK", "IT": "X", "FR": "", "PT": ""}.get(country, "")
    body = bank + _digits(chance, length - 4 - len(bank))
    key = 98 - int("".join(str(int(sign, 36)) for sign in f"{body}{country}00")) % 97
    compact = f"{country}{key:02}{body}"
    spaced = " ".join(compact[at : at + 4] for at in range(0, length, 4))
    return chance.choice(_FRAMES), chance.choice((compact, spaced, spaced, compact.lower()))


def _drawn(
    chance: random.Random, count: int, right: Callable[[str], bool], make: Callable[[], str] | None = None
) -> str:
    while True:
        number = make() if make else _digits(chance, count)
        if right(number):
            return number


def _born(chance: random.Random) -> str:
    return f"{chance.randint(50, 99)}{chance.randint(1, 12):02}{chance.randint(1, 28):02}"


def _nie(chance: random.Random) -> str:
    number = _digits(chance, 7)
    return f"Y{number}" + "TRWAGMYFPDXBNJZSQVHLCKE"[int("1" + number) % 23]


def _dni(chance: random.Random) -> str:
    number = _digits(chance, 8)
    return number + "TRWAGMYFPDXBNJZSQVHLCKE"[int(number) % 23]


def _nir(chance: random.Random) -> str:
    first = f"{chance.choice('12')}{_born(chance)[:4]}{chance.randint(1, 95):02}{_digits(chance, 6)}"
    return _grouped(f"{first}{97 - int(first) % 97:02}", (1, 2, 2, 2, 3, 3, 2), chance.choice(("", " ")))


def _cpf(chance: random.Random) -> str:
    number = _drawn(chance, 11, checks.cpf)
    return f"{number[:3]}.{number[3:6]}.{number[6:9]}-{number[9:]}"


def _nino(chance: random.Random) -> str:
    compact = f"{chance.choice(('AB', 'JC', 'PE'))}{_digits(chance, 6)}{chance.choice('ABCD')}"
    return _grouped(compact, (2, 2, 2, 2, 1), chance.choice(("", " ")))


def _swedish(chance: random.Random) -> str:
    number = _drawn(chance, 10, checks.personnummer, lambda: _born(chance) + _digits(chance, 4))
    return f"{number[:6]}-{number[6:]}"


def _chinese(chance: random.Random) -> str:
    first = f"11010119{_born(chance)}{_digits(chance, 3)}"
    return next(first + last for last in "0123456789X" if checks.resident_id(first + last))


_IDS: tuple[Callable[[random.Random], str], ...] = (
    lambda chance: _grouped(_drawn(chance, 9, checks.ssn), (3, 2, 4), "-"),
    _dni,
    _nie,
    lambda chance: chance.choice(("RSSMRA85T10A562S", "VRDLGI60A41H501Y", "BNCGNN92C15F205X", "mrtmtt91d08f205j")),
    _nir,
    lambda chance: _drawn(chance, 11, checks.pesel, lambda: _born(chance) + _digits(chance, 5)),
    lambda chance: _grouped(_drawn(chance, 11, checks.steuer_id), (2, 3, 3, 3), chance.choice(("", " "))),
    _cpf,
    lambda chance: _drawn(chance, 11, checks.tckn),
    _nino,
    _swedish,
    _chinese,
)
_SAID_IDS = (
    "my ssn is {}",
    "social security number: {}",
    "DNI: {}",
    "Führerschein Nr. {}",
    "BSN {}",
    "mijn burgerservicenummer is {}",
)


def _id(chance: random.Random) -> tuple[str, str]:
    if chance.random() < 0.2:
        return chance.choice(_SAID_IDS), _digits(chance, 9)
    return chance.choice(_FRAMES), chance.choice(_IDS)(chance)


def _ip(chance: random.Random) -> tuple[str, str]:
    if chance.random() < 0.2:
        return "it logs in from {} all the time", ":".join(f"{chance.randrange(16, 65536):x}" for _ in range(8))
    return chance.choice(
        ("my IP is {}", "someone logged in from {}", "{} keeps timing out", "Meine IP-Adresse: {}")
    ), ".".join(str(chance.randint(1, 254)) for _ in range(3)) + f".{chance.randint(100, 254)}"


_STREETS = (
    ("I live at {}", ("## Baker Street", "N## Main St", "N### Oak Ave, Apt 4", "## Church Lane", "N## W 42nd St", "## Elm Road", "N###  Sunset Blvd")),
    ("please send it to {} instead", ("N## Maple Drive, Springfield, IL 62704", "# Queen's Court", "## kings road", "P.O. Box N###")),
    ("Ich wohne in der {} seit Jahren", ("Hauptstraße ##", "Berliner Str. N#a", "Gartenweg #", "Lindenallee N#", "Schillerplatz #", "Bahnhofstr. ##, 50667 Köln")),
    ("J'habite au {} depuis mai", ("## rue de la République", "# avenue Victor Hugo", "## bis boulevard Voltaire", "# place de l'Église, 69002 Lyon", "## chemin des Vignes")),
    ("Vivo en {} desde hace años", ("Calle Mayor N#", "C/ Serrano, ##", "Avenida de América N##", "Paseo del Prado #", "calle de alcalá N#")),
    ("Abito in {} da sempre", ("via Garibaldi N#", "Via Roma, ##", "piazza Dante #", "Corso Italia N##", "viale Monza ##")),
    ("Moro na {} há anos", ("Rua Augusta, N##", "Avenida Paulista N###", "rua das Flores ##", "Travessa do Carmo, ##")),
    ("Ik woon op {} al jaren", ("Keizersgracht N##", "Kerkstraat ##", "Stationsweg #", "Beethovenlaan N#")),
    ("Mieszkam przy {} od lat", ("ul. Długa N#", "ul. Marszałkowskiej ##/#", "al. Solidarności N##")),
    ("Adresim {} lütfen", ("Atatürk Cad. no: ##", "Gül Sokak no ##", "Bağdat Caddesi N##")),
    ("住所は {} です", ("東京都新宿区西新宿N-#-#", "〒###-####")),
    ("我住在{}", ("北京市朝阳区建国路N#号", "人民大街##号")),
)  # fmt: skip


def _address(chance: random.Random) -> tuple[str, str]:
    frame, shapes = chance.choice(_STREETS)
    return frame, _shaped(chance, chance.choice(shapes).replace("  ", " ").replace("#", "N", 1)).replace("N", "3")


def _birth(chance: random.Random) -> tuple[str, str]:
    day, month, year = chance.randint(1, 28), chance.randint(1, 12), chance.randint(1940, 2008)
    pairs = (
        ("I was born on {}", f"{month:02}/{day:02}/{year}"), ("DOB: {}", f"{year}-{month:02}-{day:02}"), ("date of birth {} thx", f"{day} March {year}"),
        ("geboren am {}", f"{day:02}.{month:02}.{year}"), ("Geburtsdatum: {}", f"{day}. Juli {year}"), ("né le {}", f"{day} avril {year}"),
        ("née le {}", f"{day:02}/{month:02}/{year}"), ("fecha de nacimiento: {}", f"{day}/{month}/{year}"), ("nací el {}", f"{day} de mayo de {year}"),
        ("nato il {}", f"{day}/{month:02}/{year}"), ("data de nascimento {}", f"{day:02}/{month:02}/{year}"), ("geboortedatum {}", f"{day}-{month}-{year}"),
        ("data urodzenia: {}", f"{day:02}.{month:02}.{year}"), ("doğum tarihim {}", f"{day:02}.{month:02}.{year}"), ("生年月日は{}", f"{year}年{month}月{day}日"),
        ("my birthday is {}", f"June {day}, {year}"),
    )  # fmt: skip
    return chance.choice(pairs)


def _passport(chance: random.Random) -> tuple[str, str]:
    frame = chance.choice((
        "my passport number is {}", "passport {} expired", "Reisepass Nr. {}", "mi pasaporte es {}", "passeport n° {}", "passaporto {}",
        "paspoort: {}", "numer paszportu {}", "pasaport no: {}", "护照号码：{}", "パスポート番号 {}",
    ))  # fmt: skip
    return frame, _shaped(chance, chance.choice(("N########", "C0#X##T4#", "AAA######", "##AA#####", "E########")))


def _reference(chance: random.Random) -> tuple[str, str]:
    frame = chance.choice((
        "my order number is {}", "order #{} never came", "booking ref {}", "Booking reference: {}", "customer number {}", "case {} is still open",
        "Bestellnummer {}", "Kundennummer: {}", "meine Buchungsnummer ist {}", "pedido {} sin llegar", "número de cliente: {}", "n° de commande {}",
        "mon dossier {}", "ordine n. {}", "codice cliente {}", "meu pedido {}", "bestelling {} niet binnen", "klantnummer {}",
        "zamówienie nr {}", "sipariş no: {}", "müşteri numaram {}", "注文番号 {}", "订单号：{}", "رقم الطلب {}", "invoice no. {}", "tracking number: {}",
    ))  # fmt: skip
    return frame, _shaped(
        chance,
        chance.choice(("N#######", "N####", "##N-#######-#######", "AB#N##", "N#########", "ORD-N####", "Q#X#R#")),
    )


_MAKERS: dict[str, Callable[[random.Random], tuple[str, str]]] = {
    "phone": _phone,
    "phone beside a word": _spoken_phone,
    "email": _mail,
    "email disguised": _hidden_mail,
    "card": _card,
    "iban": _iban,
    "id": _id,
    "ip": _ip,
    "address": _address,
    "birth date": _birth,
    "passport": _passport,
    "reference": _reference,
}

ORDINARY = (
    "It cost $1,234,567 in 2016, 2017 and 2018.", "The score was 3-2, then 21:14.", "Open 24/7, 9:00-17:30 on weekdays.",
    "Update 10.0.19045.3803 broke it again", "version 1.2.3.4 is out", "iOS 17.1.2 and Chrome 120.0.6099.109", "100 000 000 users can't be wrong",
    "1.000.000 Menschen waren da", "He scored 30,000 points since 1995-2005", "pi is 3.1415926535", "2 years down the road we'll know",
    "20 minutes drive, 5 km", "Der Preis ist 1.299,00 € statt 1.499,00 €", "Rabatt von 20 % ab 50 Euro", "El 12/05/2024 a las 10:30",
    "flight 1831 gate 22 row 14A", "I have 2 cats and 3 dogs", "25 December 2023 was cold", "the 2024-25 season", "call of duty 4",
    "model XJ-900 with 16GB and 512GB", "bus 42 every 10 to 15 minutes", "100% agree 1000 times", "Die Top 10 der 90er", "le 14 juillet 1789",
    "5000-6000 people came", "90210 was a great show", "1-2-3-4 I declare", "10 things, 5 stars, 0 patience", "it is 72°F / 22°C", "H2O and CO2 levels 415.26 ppm",
    "RT @user12345678: so true", "https://example.com/status/1234567890123456789 look", "#2024elections", "size 38 or 40/42?", "I met them at apple.com headquarters",
    "thanks @name.bsky.social and @user@example.social", "via London 2 hours late", "route 66 and highway 61", "born in 1990, still here",
    "Platz 1 für euch", "das war 2019 oder 2020", "10 rue? no idea", "dial 911 or 112", "20 000 - 30 000 visitors", "ordered 2 pizzas at 7",
)  # fmt: skip
"""Posts with numbers that are nobody's."""
