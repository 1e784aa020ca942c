"""When an entry of a feed was written, however it says so. Pure."""

from __future__ import annotations

import calendar
import re
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""What is older was written by a clock that was never set."""

_AHEAD = timedelta(hours=26)
"""A date farther ahead than any time zone explains is wrong."""

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            *("jan gen ene", "feb fev fév", "mar mär maa mrz", "apr avr abr", "may mai mei mag", "jun giu jui"),
            *("jul lug juil", "aug ago aoû aou", "sep set", "oct okt ott out", "nov", "dec dez dic dés déc"),
        ),
        start=1,
    )
    for name in names.split()
}
"""The first letters of the months in English, German, French, Italian, Spanish, Portuguese and Dutch."""

_IN_WORDS = re.compile(
    r"(?<!\d)(\d{1,2})\.?\s+(?:de\s+)?([^\W\d_]{3,12})\.?,?\s+(?:de\s+)?(\d{4})(?:\D{1,5}(\d{1,2}):(\d{2}))?"
    r"(?:\S{0,3})?(?:\s*(?:GMT|UTC)?\s*([+-])(\d{1,2}):?(\d{2})?)?"
)
_SECONDS = re.compile(r"\d{9,10}")


def moment(entry: dict[str, Any], names: Sequence[str], received_at: datetime) -> datetime | None:
    """The first of these dates (`published`, `updated`) that is there and can be true."""
    for name in names:
        # Past feedparser's own get, which would answer with another date when this one is not there.
        parsed, said = dict.get(entry, f"{name}_parsed"), str(dict.get(entry, name) or "").strip()
        for at in (_read(parsed), _in_words(said), _in_seconds(said)):
            if at is not None and EARLIEST <= at <= received_at + _AHEAD:
                return at
    return None


def _read(parsed: time.struct_time | None) -> datetime | None:
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed is not None else None
    except (ValueError, OverflowError, OSError):
        return None


def _in_seconds(said: str) -> datetime | None:
    return datetime.fromtimestamp(int(said), UTC) if _SECONDS.fullmatch(said) else None


def _in_words(said: str) -> datetime | None:
    """“Mo, 02 Mär 2026 10:00:00 +0100”, “2 de marzo de 2026”, “2 March 2026 10:00 GMT+1”."""
    found = _IN_WORDS.search(said[:100])
    if found is None:
        return None
    day, month, year, hour, minute, sign, hours, minutes = found.groups()
    name = month.lower()
    number = _MONTHS.get(name[:4]) or _MONTHS.get(name[:3])
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0)) * (-1 if sign == "-" else 1)
    try:
        zone = timezone(offset)
        return datetime(int(year), number or 0, int(day), int(hour or 0), int(minute or 0), tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
