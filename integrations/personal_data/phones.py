"""Phone numbers, international and as they are written at home. Pure.

A number is taken by its form where nothing else is written so (a calling code after a plus, a leading zero, groups as in
some country); any other that could be one is taken beside a word that says so. Calling codes: ITU-T E.164.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from integrations.personal_data.spans import PHONE, Run, Span, before, free_after

_CODES = frozenset({
    "1", "20", "211", "212", "213", "216", "218", "220", "221", "222", "223", "224", "225", "226", "227", "228",
    "229", "230", "231", "232", "233", "234", "235", "236", "237", "238", "239", "240", "241", "242", "243", "244",
    "245", "246", "248", "249", "250", "251", "252", "253", "254", "255", "256", "257", "258", "260", "261", "262",
    "263", "264", "265", "266", "267", "268", "269", "27", "290", "291", "297", "298", "299", "30", "31", "32",
    "33", "34", "350", "351", "352", "353", "354", "355", "356", "357", "358", "359", "36", "370", "371", "372",
    "373", "374", "375", "376", "377", "378", "380", "381", "382", "383", "385", "386", "387", "389", "39", "40",
    "41", "420", "421", "423", "43", "44", "45", "46", "47", "48", "49", "500", "501", "502", "503", "504", "505",
    "506", "507", "508", "509", "51", "52", "53", "54", "55", "56", "57", "58", "590", "591", "592", "593", "594",
    "595", "596", "597", "598", "599", "60", "61", "62", "63", "64", "65", "66", "670", "672", "673", "674", "675",
    "676", "677", "678", "679", "680", "681", "682", "683", "685", "686", "687", "688", "689", "690", "691", "692",
    "7", "800", "808", "81", "82", "84", "850", "852", "853", "855", "856", "86", "870", "878", "880", "881", "882",
    "883", "886", "888", "90", "91", "92", "93", "94", "95", "960", "961", "962", "963", "964", "965", "966", "967",
    "968", "970", "971", "972", "973", "974", "975", "976", "977", "979", "98", "992", "993", "994", "995", "996",
    "998",
})  # fmt: skip

_SAID = re.compile(
    r"(?:\b(?:tel|tele?fon\w*|(?:tele)?phone|ph|mobile?|mob|cell(?:phone)?|fax|call(?: \w{2,4})?(?: (?:on|at))?|text (?:me|us)|"
    r"txt(?: me)?|ring|dial|sms|whats ?app|wa|signal|viber|telegram|reach (?:me|us)|contact (?:me|no|number)|hotline|voicemail|"
    r"(?:my|contact|callback|her|his|our|the) (?:number|no|nr|num|#)|digits|hit me up|"
    r"handy\w*|rufnummer|telefonnummer|mobilnummer|nummer|ruft?(?: mich)?(?: bitte)?(?: unter)?|anrufen|erreichbar|erreichen|"
    r"tel[eé]fono|m[oó]vil|celular|cel|fijo|ll[aá]m\w+|n[uú]mero|whatsapp|"
    r"t[eé]l(?:[eé]phone)?|portable|appel\w*|joignable|joindre|num[eé]ro|fixe|"
    r"telefon[oia]\w*|cellulare|chiam\w+|numero|recapito|telefone|telem[oó]vel|lig\w+|celular|contacto|contato|zap|"
    r"telefoon\w*|bel(?: me| mij)?|mobiel|bereikbaar|gsm|06-nummer|telefonu?|kom[oó]rk\w+|numer\w*|zadzwo\w+|dzwoni\w+|"
    r"cep|numaram?|ara\w*|telefonum|puhelin\w*|telefonnr|ring|mobilen?|tlf|puh|telefonszám|mobil\w*|τηλ\w*|κιν\w*|"
    r"тел\w*|номер\w*|звон\w*|позвон\w*)\b|電話\w*|携帯\w*|电话|手机|致电|联系方式|전화\w*|휴대폰|연락처|هاتف\S*|جوال\S*|رقم\S*|اتصل\S*|טלפון|โทร|เบอร์|फोन|मोबाइल)"
    r"[^\d\]\n]{0,16}$"
)
_NO_PHONE_BEFORE = re.compile(
    r"(?:[$€£¥₹₺₽]|\b(?:isbn|issn|ean|upc)[-\d]{0,3}:?|\b(?:usd|eur|gbp|rs|inr|chf|pln|try|brl|jpy)\.?)\s?$"
)
_MEASURE_AFTER = re.compile(
    r"\s?(?:[%€$£¥₹]|(?:usd|eur|euros?|dollars?|pounds?|yen|km|kg|people|users|views|views?|likes|times|followers|miles|mio|"
    r"million|personen|personas|personnes|persone|pessoas|stück|zł|tl)\b)",
    re.IGNORECASE,
)
_EXTENSION = re.compile(r"\s?(?:x|ext\.?|extn\.?|extension|durchwahl|poste|int\.)\s?\d{1,6}(?!\w)", re.IGNORECASE)
_DATE = re.compile(
    r"(?<!\d)(?<!\d[./-])(?:\d{1,2}([./-])\d{1,2}\1(?:(?:19|20)\d\d|\d\d)|(?:19|20)\d\d([./-])\d{1,2}\2\d{1,2})(?!\d|[./-]\d)"
)
_YEAR = re.compile(r"(?:1[89]|20)\d\d")

_HOME: dict[tuple[int, ...], str] = {
    (3, 3, 4): "23456789",
    (3, 3, 3): "456789",
    (3, 2, 2, 2): "45678",
    (2, 3, 2, 2): "23456789",
    (3, 6): "67",
    (3, 3, 2, 2): "23456789",
    (2, 4, 4): "123456789",
    (5, 5): "6789",
    (3, 7): "23456789",
    (4, 6): "6789",
    (1, 4, 4): "9",
    (1, 3, 3, 4): "178",
    (1, 3, 3, 2, 2): "78",
    (1, 3, 7): "1",
    (3, 4, 4): "1",
    (2, 5, 4): "123456789",
    (2, 9): "123456789",
    (2, 1, 4, 4): "123456789",
    (4, 3, 3): "26",
    (9,): "679",
    (10,): "23456789",
    (11,): "178",
}
"""Groups of digits in which numbers are written at home, and the digits that those begin with there."""


def phones(run: Run) -> Iterator[Span]:
    """The phone numbers of a run of digits."""
    past = 0
    dates = _dates(run)
    for first, last in run.windows(7, 15):
        if first < past or any(first < end and start < last for start, end in dates):
            continue
        span = _number(run, first, last)
        if span is not None:
            past = last
            yield span


def is_said(text: str, start: int) -> bool:
    """Does a word before it say that it is a phone number?"""
    return _SAID.search(before(text, start)) is not None


def _dates(run: Run) -> list[tuple[int, int]]:
    """Which groups are a date."""
    found = []
    begin, end = run.groups[0][0], run.groups[-1][1]
    for date in _DATE.finditer(run.text, begin, end):
        parts = [int(part) for part in re.split(r"[./-]", date[0])]
        if (parts[0] <= 31 and parts[1] <= 31 and min(parts[:2]) <= 12) or parts[0] > 1500:
            within = [at for at, group in enumerate(run.groups) if date.start() <= group[0] < date.end()]
            found.append((within[0], within[-1] + 1))
    return found


def _number(run: Run, first: int, last: int) -> Span | None:
    text, start, end = run.text, run.groups[first][0], run.groups[last - 1][1]
    extension = _EXTENSION.match(text, end)
    if extension is not None:
        end = extension.end()
    if not free_after(text, end) or _MEASURE_AFTER.match(text, end):
        return None
    opened = text[start - 1 : start] == "(" and ")" in text[start:end]
    start -= opened
    plus = text[max(0, start - 2) : start].rstrip().endswith("+")
    if plus:
        start = text.rindex("+", 0, start)
    if _NO_PHONE_BEFORE.search(before(text, start)):
        return None
    return Span(PHONE, start, end) if _fits(run, first, last, plus, is_said(text, start), opened) else None


def _fits(run: Run, first: int, last: int, plus: bool, word: bool, opened: bool) -> bool:
    digits, lengths, between = run.digits(first, last), run.lengths(first, last), run.between(first, last)
    count = len(digits)
    if plus or digits.startswith("00"):
        called = digits if plus else digits[2:]
        if (7 if word else 8) <= len(called) <= 15 and any(called[:size] in _CODES for size in (1, 2, 3)):
            return True
    if len(lengths) > 1 and all(size == 4 for size in lengths) and _all_years(run, first, last):
        return False
    if word:
        return count >= 7
    return count >= 8 and _as_at_home(digits, lengths, between, opened)


def _all_years(run: Run, first: int, last: int) -> bool:
    return all(_YEAR.fullmatch(run.text[start:end]) for start, end in run.groups[first:last])


def _as_at_home(digits: str, lengths: tuple[int, ...], between: str, opened: bool) -> bool:
    if len(lengths) == 1 and len(set(digits)) < 3:
        return False
    if digits[0] == "0":
        decimal = lengths[0] == 1 and between.startswith(".")
        return digits[1] != "0" and (9 - ("-" in between)) <= len(digits) <= 13 and not decimal
    if opened and 9 <= len(digits) <= 13 and lengths[0] in {2, 3}:
        return True
    if lengths == (3, 3, 4) and between in {"--", ".."}:
        return True
    if digits[0] not in _HOME.get(lengths, "") or _counts(digits, lengths, between):
        return False
    if lengths == (11,):
        return digits[0] != "1" or digits[1] in "23456789"
    return lengths != (9,) or digits[-3:] != "000"


def _counts(digits: str, lengths: tuple[int, ...], between: str) -> bool:
    """A great number with its thousands apart, or one with decimals?"""
    thousands = all(size == 3 for size in lengths[1:]) and len(lengths) > 2
    return (thousands and (digits.endswith("000") or set(between) == {"."})) or (len(lengths) == 2 and between == ".")
