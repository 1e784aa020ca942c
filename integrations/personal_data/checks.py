"""The check digits of cards, accounts and national numbers: whether a number can be one. Pure.

Sources: ISO/IEC 7812-1 (cards), ISO 13616 (IBAN), ISO 7064, and each country's own publication of its scheme.
"""

from __future__ import annotations

from collections import Counter
from datetime import date

_DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
_IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29, "BY": 28, "CH": 21,
    "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FO": 18, "FR": 27,
    "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26,
    "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MD": 24,
    "ME": 22, "MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18, "NO": 15, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29,
    "RO": 24, "RS": 22, "SA": 24, "SC": 31, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TN": 24, "TR": 26, "UA": 29, "VA": 22,
    "VG": 24, "XK": 20,
}  # fmt: skip
_VERHOEFF = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9), (1, 2, 3, 4, 0, 6, 7, 8, 9, 5), (2, 3, 4, 0, 1, 7, 8, 9, 5, 6),
    (3, 4, 0, 1, 2, 8, 9, 5, 6, 7), (4, 0, 1, 2, 3, 9, 5, 6, 7, 8), (5, 9, 8, 7, 6, 0, 4, 3, 2, 1),
    (6, 5, 9, 8, 7, 1, 0, 4, 3, 2), (7, 6, 5, 9, 8, 2, 1, 0, 4, 3), (8, 7, 6, 5, 9, 3, 2, 1, 0, 4),
    (9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
)  # fmt: skip
_SHIFT = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)


def luhn(digits: str) -> bool:
    """Does the last digit fit the others?"""
    doubled = (2 * int(digit) for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(value - 9 if value > 9 else value for value in doubled)) % 10 == 0


def weighted(digits: str, weights: tuple[int, ...]) -> int:
    """The sum of the digits, each times its weight."""
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))


def is_date(year: int, month: int, day: int) -> bool:
    """Is there such a day?"""
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _short_date(digits: str) -> bool:
    """Six digits, year first; a century that fits is found."""
    year, month, day = int(digits[:2]), int(digits[2:4]), int(digits[4:6])
    return is_date(2000 + year, month, day) or is_date(1900 + year, month, day)


def card(digits: str) -> bool:
    """A payment card: a known issuer's prefix, a length that it gives out, and the check digit."""
    count, two, four, six = len(digits), int(digits[:2]), int(digits[:4]), int(digits[:6])
    known = (
        (two // 10 == 4 and count in {13, 16, 19})
        or ((51 <= two <= 55 or 2221 <= four <= 2720) and count == 16)
        or ((two in {34, 37} or four in {1800, 2131}) and count == 15)
        or ((two in {36, 38, 39} or 3000 <= four <= 3059) and count in {14, 16})
        or (3500 <= four <= 3599 and 16 <= count <= 19)
        or ((four == 6011 or 644 <= four // 10 <= 649 or two in {65, 62}) and 16 <= count <= 19)
        or (2200 <= four <= 2204 and 16 <= count <= 19)
        or ((two in {50, 56, 57, 58, 67, 68} or four in {6304, 6390}) and 12 <= count <= 19)
        or ((four in {5066, 5067, 6362, 6363} or six == 606282) and count == 16)
    )
    return known and luhn(digits)


def iban_length(country: str) -> int | None:
    """How long an IBAN of that country is; None where there are none."""
    return _IBAN_LENGTHS.get(country)


def iban(compact: str) -> bool:
    """An IBAN in capitals without spaces: its country's length, and 1 modulo 97."""
    if iban_length(compact[:2]) != len(compact):
        return False
    turned = compact[4:] + compact[:4]
    return int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1


def ssn(digits: str) -> bool:
    """The United States' social security number: parts that are given out."""
    area = int(digits[:3])
    return 0 < area < 900 and area != 666 and digits[3:5] != "00" and digits[5:] != "0000"


def inn(digits: str) -> bool:
    """Russia's tax number of a person: two check digits."""
    first = weighted(digits, (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)) % 11 % 10
    second = weighted(digits, (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)) % 11 % 10
    return digits[10:] == f"{first}{second}"


def amka(digits: str) -> bool:
    """Greece's: the day of birth, day first, and Luhn."""
    return _short_date(digits[4:6] + digits[2:4] + digits[:2]) and luhn(digits)


def svnr(digits: str) -> bool:
    """Austria's number of social security: a check digit in fourth place, and the day of birth."""
    check = weighted(digits[:3] + digits[4:], (3, 7, 9, 5, 8, 4, 2, 1, 6)) % 11
    return check == int(digits[3]) and 1 <= int(digits[4:6]) <= 31 and 1 <= int(digits[6:8]) <= 12


def dni(number: str, letter: str) -> bool:
    """Spain's DNI, and NIE with its first letter as a digit."""
    return _DNI_LETTERS[int(number) % 23] == letter


def nir(compact: str) -> bool:
    """France's number of social security with its key; Corsica's departments are 2A and 2B."""
    corsica = {"2A": 19, "2B": 18}.get(compact[5:7])
    number = compact[:5] + (str(corsica) if corsica else compact[5:7]) + compact[7:13]
    return compact[0] in "123478" and 97 - int(number) % 97 == int(compact[13:])


def pesel(digits: str) -> bool:
    """Poland's: the day of birth (its century in the month) and a check digit."""
    month = int(digits[2:4]) % 20
    sums = weighted(digits, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)) % 10 == 0
    return sums and 1 <= month <= 12 and 1 <= int(digits[4:6]) <= 31


def steuer_id(digits: str) -> bool:
    """Germany's tax number of a person: one digit twice or three times in the first ten, and ISO 7064 mod 11, 10."""
    often = sorted(Counter(digits[:10]).values(), reverse=True)
    if digits[0] == "0" or often[0] not in {2, 3} or often[1:2] != [1]:
        return False
    product = 10
    for digit in digits[:10]:
        product = ((int(digit) + product) % 10 or 10) * 2 % 11
    return (11 - product) % 10 == int(digits[10])


def cpf(digits: str) -> bool:
    """Brazil's: two check digits."""
    if len(set(digits)) == 1:
        return False
    first = weighted(digits, tuple(range(10, 1, -1))) * 10 % 11 % 10
    second = weighted(digits, tuple(range(11, 1, -1))) * 10 % 11 % 10
    return digits[9:] == f"{first}{second}"


def bsn(digits: str) -> bool:
    """The Netherlands': the elevens test."""
    return weighted(digits, (9, 8, 7, 6, 5, 4, 3, 2, -1)) % 11 == 0


def tckn(digits: str) -> bool:
    """Turkey's: two check digits, no zero in front."""
    values = [int(digit) for digit in digits]
    tenth = (sum(values[0:9:2]) * 7 - sum(values[1:8:2])) % 10
    return values[0] != 0 and values[9] == tenth and values[10] == sum(values[:10]) % 10


def fodselsnummer(digits: str) -> bool:
    """Norway's: the day of birth and two check digits."""
    first = (11 - weighted(digits, (3, 7, 6, 1, 8, 9, 4, 5, 2)) % 11) % 11
    second = (11 - weighted(digits, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11) % 11
    day, month = int(digits[:2]) % 40, int(digits[2:4]) % 40
    return 1 <= day <= 31 and 1 <= month <= 12 and digits[9:] == f"{first}{second}"


def rijksregister(digits: str) -> bool:
    """Belgium's: the day of birth and modulo 97, for those born since 2000 with a 2 in front."""
    key = 97 - int(digits[9:])
    dated = int(digits[2:4]) <= 12 and int(digits[4:6]) <= 31
    return dated and key in {int(digits[:9]) % 97, int("2" + digits[:9]) % 97}


def personnummer(digits: str) -> bool:
    """Sweden's: the day of birth and Luhn; the day may be raised by 60."""
    day = int(digits[4:6])
    return _short_date(f"{digits[:4]}{day - 60 if day > 60 else day:02}") and luhn(digits)


def rodne_cislo(digits: str) -> bool:
    """Czechia's and Slovakia's: the day of birth (months raised for women) and divisible by eleven."""
    month = int(digits[2:4]) % 50 % 20
    return 1 <= month <= 12 and 1 <= int(digits[4:6]) <= 31 and (len(digits) == 9 or int(digits) % 11 == 0)


def aadhaar(digits: str) -> bool:
    """India's: Verhoeff, not beginning with 0 or 1."""
    check = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit)
        for _ in range(place % 8):
            value = _SHIFT[value]
        check = _VERHOEFF[check][value]
    return digits[0] not in "01" and check == 0


def cnp(digits: str) -> bool:
    """Romania's: the day of birth and a check digit."""
    rest = weighted(digits, (2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9)) % 11
    return digits[0] != "0" and _short_date(digits[1:7]) and (1 if rest == 10 else rest) == int(digits[12])


def south_african(digits: str) -> bool:
    """South Africa's: the day of birth and Luhn."""
    return _short_date(digits[:6]) and digits[10] in "012" and luhn(digits)


def ahv(digits: str) -> bool:
    """Switzerland's: 756 in front, and the check digit of an article number."""
    return digits.startswith("756") and weighted(digits, (1, 3) * 6 + (1,)) % 10 == 0


def resident_id(compact: str) -> bool:
    """China's: the day of birth, and ISO 7064 mod 11, 2 with X for ten."""
    total = weighted(compact, (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2))
    dated = is_date(int(compact[6:10]), int(compact[10:12]), int(compact[12:14]))
    return dated and "10X98765432"[total % 11] == compact[17]


def rut(number: str, check: str) -> bool:
    """Chile's: modulo 11, K for ten."""
    total = sum(int(digit) * (2 + place % 6) for place, digit in enumerate(reversed(number)))
    return "0123456789K0"[11 - total % 11] == check


def hetu(number: str, check: str) -> bool:
    """Finland's: nine digits, and a sign for their rest by 31."""
    return "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(number) % 31] == check


def nhs(digits: str) -> bool:
    """The number of the United Kingdom's health service: modulo 11."""
    return (11 - weighted(digits, tuple(range(10, 1, -1))) % 11) % 11 == int(digits[9])
