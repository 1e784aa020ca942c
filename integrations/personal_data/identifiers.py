"""Cards, accounts and national numbers in a text: their form, and their check digits. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from integrations.personal_data import checks
from integrations.personal_data.phones import is_said
from integrations.personal_data.spans import CARD, IBAN, ID, Run, Span, before, free_after

_IBAN = re.compile(r"(?<![^\W_])([A-Za-z]{2}\d{2})(?=[ .-]?[A-Za-z0-9]{2})", re.ASCII)
_IBAN_WORD = re.compile(r"\biban\b")
_NEXT = re.compile(r"[ .-]{0,2}([A-Za-z0-9])")

_LETTERED = re.compile(
    r"""(?<![\w@#])(?:
    (?P<cf>[A-Z]{6}[ ]?[0-9LMNP-V]{2}[A-EHLMPRST][0-9LMNP-V]{2}[ ]?[A-Z][0-9LMNP-V]{3}[ ]?[A-Z])
    |(?P<curp>[A-Z]{4}\d{6}[HM][A-Z]{5}[0-9A-Z]\d)
    |(?P<nino>[A-Z]{2}\ ?\d\d\ ?\d\d\ ?\d\d\ ?[A-DFMPT])
    |(?P<dni>\d{2}\.?\d{3}\.?\d{3}[ -]?[A-Z])
    |(?P<nie>[XYZ][ -]?\d\.?\d{3}\.?\d{3}[ -]?[A-Z])
    |(?P<cn>[1-8]\d{16}X)
    |(?P<nir>[1-478][ ]?\d\d[ ]?\d\d[ ]?2[AB][ ]?\d{3}[ ]?\d{3}[ ]?\d\d)
    |(?P<hetu>\d{6}[-+A]\d{3}[0-9A-FHJ-NPR-Y])
    |(?P<rut>\d{1,2}\.?\d{3}\.?\d{3}-[\dK])
    )(?!\w)""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)

_WORDS = (
    r"\b(?:ssn|social security|tax ?(?:id|number|file)|tin\b|itin|ni (?:no|number)|national (?:id|insurance)|insurance number|nhs|tfn|"
    r"id ?card|id (?:no|number|nr)|identity|identification|driver'?s? licen[cs]e|driving licen[cs]e|licen[cs]e (?:no|number)|"
    r"steuer|ausweis|sozialversicherung|rentenversicherung|versichertennummer|führerschein|personennummer|"
    r"dni|nif|cif|cédula|cedula|documento|identidad|rut|rfc|curp|seguridad social|nss|amka|αμκα|személyi|"
    r"sécurité sociale|securite sociale|sécu|nir|carte d'identité|codice fiscale|carta d'identità|patente|"
    r"contribuinte|cpf|rg|cartão de cidadão|bsn|burgerservicenummer|sofinummer|rijksregister|identiteitskaart|"
    r"pesel|nip|dow[oó]d|tckn|tc kimlik|t\.c\.|kimlik|personnummer|cpr|fødselsnummer|henkilötunnus|hetu|rodné|"
    r"social insurance|aadhaar|aadhar|снилс|инн|паспорт|マイナンバー|身份证|주민|هوية|קוד|תעודת זהות)"
    r"[^\n\]]{0,24}$"
)
_BESIDE_WORD = re.compile(_WORDS)


def cards(run: Run) -> Iterator[Span]:
    """Payment cards, with spaces or anything usual between the digits."""
    past = len(run.groups) if run.is_called else 0
    for first, last in run.windows(12, 19):
        digits = run.digits(first, last)
        # Of the rarer lengths only where nothing stands before or behind: parts of longer numbers fit by chance.
        alone = len(digits) in {15, 16} or last - first == len(run.groups)
        if first >= past and alone and free_after(run.text, run.groups[last - 1][1]) and checks.card(digits):
            past = last
            yield Span(CARD, run.groups[first][0], run.groups[last - 1][1])


def ibans(text: str) -> Iterator[Span]:
    """Accounts: as long as their country's are and right modulo 97; beside the word also one with a slip in it."""
    past = 0
    for begun in _IBAN.finditer(text):
        length = checks.iban_length(begun[1][:2].upper())
        if length is None or begun.start() < past:
            continue
        signs, end = [begun[1]], begun.end()
        for _ in range(length - 4):
            sign = _NEXT.match(text, end)
            if sign is None:
                break
            signs.append(sign[1])
            end = sign.end()
        compact = "".join(signs).upper()
        if len(compact) != length or not free_after(text, end):
            continue
        if checks.iban(compact) or _IBAN_WORD.search(before(text, begun.start())):
            past = end
            yield Span(IBAN, begun.start(), end)


_NINO = re.compile(r"(?!BG|GB|NK|KN|TN|NT)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]")
"""The letters that the United Kingdom's numbers of national insurance begin with."""


def _compact(found: str) -> str:
    return re.sub(r"[ .-]", "", found).upper()


def _nie(compact: str) -> bool:
    return checks.dni(f"{'XYZ'.index(compact[0])}{compact[1:8]}", compact[8])


_RIGHT: dict[str, Callable[[str], bool]] = {
    "cf": lambda compact: sum(sign.isdigit() for sign in compact) > 4,
    "curp": lambda _: True,
    "nino": lambda compact: _NINO.match(compact) is not None,
    "dni": lambda compact: checks.dni(compact[:8], compact[8]),
    "nie": _nie,
    "cn": checks.resident_id,
    "nir": checks.nir,
    "hetu": lambda compact: checks.hetu(compact[:6] + compact[-4:-1], compact[-1]),
    "rut": lambda compact: checks.rut(compact[:-1], compact[-1]),
}
"""The form of the first two is found in nothing else."""


def lettered(text: str) -> Iterator[Span]:
    """National numbers with letters in them."""
    for found in _LETTERED.finditer(text):
        form = found.lastgroup or ""
        if _RIGHT[form](_compact(found[0])) or (form != "rut" and _BESIDE_WORD.search(before(text, found.start()))):
            yield Span(ID, found.start(), found.end())


_BY_COUNT: dict[int, tuple[Callable[[str], bool], ...]] = {
    10: (checks.svnr,),
    11: (
        checks.pesel,
        checks.tckn,
        checks.steuer_id,
        checks.cpf,
        checks.fodselsnummer,
        checks.rijksregister,
        checks.amka,
    ),
    12: (checks.inn,),
    13: (checks.cnp, checks.south_african, checks.ahv),
    15: (checks.nir,),
    18: (checks.resident_id,),
}
"""What is right by its check digits needs no word beside it."""

_AS_USUAL = frozenset({
    (4, 6), (11,), (12,), (13,), (15,), (18,), (2, 3, 3, 3), (6, 5), (6, 2, 3), (3, 3, 3, 2), (6, 7), (6, 4, 2, 1),
    (1, 2, 2, 2, 3, 3, 2), (1, 12, 2), (13, 2), (6, 8, 4),
})  # fmt: skip
"""The groups that those are written in: in others, phone numbers are."""

_MOBILE = re.compile(r"0|1[3-9]\d{9}$")
"""What is likelier a phone number, of home and of China, is an id beside its word alone."""

_LIKE_PHONES = frozenset({(3, 3, 3), (4, 6), (4, 4, 4), (12,)})
"""Groups in which phone numbers are written too: beside such a word they are one."""

_BY_FORM: dict[tuple[tuple[int, ...], str], Callable[[str], bool]] = {
    ((3, 2, 4), "--"): lambda digits: digits[:3] != "000",
    ((3, 2, 4), "  "): checks.ssn,
    ((3, 3, 3, 2), "..-"): lambda _: True,
    ((2, 2, 2, 3, 2), "..-."): lambda _: True,
    ((3, 4, 4, 2), "..."): lambda digits: digits.startswith("756"),
    ((3, 3, 3), "  "): lambda digits: digits[0] in "123" and digits[6:] != "000" and checks.luhn(digits),
    ((3, 3, 3), "--"): lambda digits: digits[0] in "123" and checks.luhn(digits),
    ((6, 4), "-"): lambda digits: checks.personnummer(digits) or _day_first(digits),
    ((8, 4), "-"): lambda digits: checks.personnummer(digits[2:]),
    ((6, 4), "/"): checks.rodne_cislo,
    ((6, 3), "/"): checks.rodne_cislo,
    ((6, 7), "-"): lambda digits: digits[6] in "1234" and 1 <= int(digits[2:4]) <= 12 and 1 <= int(digits[4:6]) <= 31,
    ((4, 4, 4), "  "): checks.aadhaar,
    ((4, 4, 4), "--"): checks.aadhaar,
}
"""Forms in which nothing else is written, and what must be right in them."""


def _day_first(digits: str) -> bool:
    return checks.is_date(2000 + int(digits[4:6]), int(digits[2:4]), int(digits[:2]))


def numeric(run: Run) -> Iterator[Span]:
    """National numbers of digits alone."""
    past = 0
    for first, last in run.windows(8, 18):
        start, end = run.groups[first][0], run.groups[last - 1][1]
        if first < past or not free_after(run.text, end):
            continue
        if _known(run, first, last) or _beside(run, first, last):
            past = last
            yield Span(ID, start, end)


def _known(run: Run, first: int, last: int) -> bool:
    digits, lengths = run.digits(first, last), run.lengths(first, last)
    if run.is_called or (lengths in _LIKE_PHONES and is_said(run.text, run.groups[first][0])):
        return False
    form = _BY_FORM.get((lengths, run.between(first, last)))
    if form is not None and form(digits):
        return True
    if lengths not in _AS_USUAL or len(set(digits)) < 3 or (lengths == (11,) and _MOBILE.match(digits)):
        return False
    return any(right(digits) for right in _BY_COUNT.get(len(digits), ()))


def _beside(run: Run, first: int, last: int) -> bool:
    near = before(run.text, run.groups[first][0])
    word = _BESIDE_WORD.search(near)
    return word is not None and not any(sign.isdigit() for sign in near[word.start() :])
