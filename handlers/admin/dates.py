"""Dates as files of other systems write them. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

_MONTHS = {
    month: number
    for number, names in enumerate(
        (
            "jan january januar janvier enero gennaio janeiro januari ene gen",
            "feb february februar février febrero febbraio fevereiro februari fev févr",
            "mar march märz mars marzo março maart mrz",
            "apr april avril abril aprile avr abr",
            "may mai mayo maggio maio mei mag",
            "jun june juni juin junio giugno junho giu",
            "jul july juli juillet julio luglio julho lug juil",
            "aug august août agosto augustus ago",
            "sep sept september septembre septiembre settembre setembro set",
            "oct october oktober octobre octubre ottobre outubro okt ott out",
            "nov november novembre noviembre novembro",
            "dec december dezember décembre diciembre dicembre dezembro dez dic déc",
        ),
        start=1,
    )
    for month in names.split()
}
_ZONES = {"z": 0, "utc": 0, "gmt": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
          "cet": 1, "cest": 2, "bst": 1, "jst": 9}  # fmt: skip

_EPOCH = re.compile(r"^-?\d{9,19}(?:\.\d+)?$")
_CLOCK = re.compile(r"\b(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,6})\d*)?)?(?:\s*([ap])\.?m\b\.?)?", re.IGNORECASE)
_OFFSET = re.compile(r"(?:(?:utc|gmt)\s*)?([+-])(\d{2}):?(\d{2})\b", re.IGNORECASE)
_NUMBERS = re.compile(r"^(\d{1,4})[./-](\d{1,2})[./-](\d{2,4})$")
_WORD = re.compile(r"[^\W\d_]+")


def parse_date(text: str) -> datetime | None:
    """A date in any usual form, in UTC; None when it is not understood.

    ISO 8601, seconds (or milli-, micro-, nanoseconds) since 1970, RFC 2822, Twitter's `Tue Feb 24 11:35:52 +0000 2015`,
    and days with month names or numbers. Numbers are day first (`24/02/2015`) unless that is impossible. Without a zone it is UTC.
    """
    words = " ".join(text.split())
    if not words:
        return None
    for read in (_from_epoch, _from_iso, _from_words):
        try:
            moment = read(words)
        except (ValueError, OverflowError, OSError, TypeError, IndexError):
            continue
        if moment is not None:
            aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
            try:
                return aware.astimezone(UTC)
            except OverflowError:
                return None
    return None


def _from_epoch(words: str) -> datetime | None:
    if not _EPOCH.match(words):
        return None
    digits = len(words.lstrip("-").partition(".")[0])
    scale = next(scale for most, scale in ((11, 1), (14, 1e3), (17, 1e6), (19, 1e9)) if digits <= most)
    return datetime.fromtimestamp(float(words) / scale, UTC)


def _from_iso(words: str) -> datetime | None:
    # `2015-02-24 11:35:52 -0800`, ` UTC` and `Z` with a space before them are not quite ISO, and very usual.
    close = re.sub(r"\s+(?=[+-]\d{2}:?\d{2}$)", "", words)
    close = re.sub(r"\s*(?:utc|gmt|z)$", "+00:00", close, flags=re.IGNORECASE)
    return datetime.fromisoformat(close) if re.match(r"\d{4}-?\d{2}", close) else None


def _from_words(words: str) -> datetime | None:
    """Whatever has a day, a month and a year in it."""
    clock = _CLOCK.search(words)
    rest = words if clock is None else words[: clock.start()] + " " + words[clock.end() :]
    zone, rest = _zone(rest)
    day, month, year = _day(rest)
    hour, minute, second, micro = 0, 0, 0, 0
    if clock is not None:
        hour, minute, second = int(clock[1]), int(clock[2]), int(clock[3] or 0)
        micro = int((clock[4] or "0").ljust(6, "0"))
        if clock[5]:
            hour = hour % 12 + (12 if clock[5].lower() == "p" else 0)
    return datetime(year, month, day, hour, minute, second, micro, tzinfo=zone)


def _zone(text: str) -> tuple[timezone, str]:
    offset = _OFFSET.search(text)
    if offset is not None:
        span = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
        return timezone(-span if offset[1] == "-" else span), text[: offset.start()] + text[offset.end() :]
    for word in _WORD.findall(text.lower()):
        if word in _ZONES:
            return timezone(timedelta(hours=_ZONES[word])), re.sub(rf"\b{word}\b", " ", text, flags=re.IGNORECASE)
    return UTC, text


def _day(text: str) -> tuple[int, int, int]:
    """Day, month and year; raises ValueError when they are not all there."""
    numbers = next((match for piece in text.replace(",", " ").split() if (match := _NUMBERS.match(piece))), None)
    if numbers is not None:
        first, second, third = (int(part) for part in numbers.groups())
        if len(numbers[1]) == 4:
            return third, second, first
        day, month = (second, first) if second > 12 else (first, second)
        return day, month, _full(third)
    months = [_MONTHS[word] for word in _WORD.findall(text.lower()) if word in _MONTHS]
    counts = [int(number) for number in re.findall(r"\d+", text)]
    if not months or len(counts) < 2:
        raise ValueError("no month name, or no day and year")
    day, year = (counts[1], counts[0]) if counts[0] > 31 else (counts[0], counts[1])
    return day, months[0], _full(year)


def _full(year: int) -> int:
    """`15` is 2015, `98` is 1998."""
    return year if year > 99 else year + (2000 if year < 70 else 1900)
