"""How settings are written: lengths of time, times of day, opening hours, zones, budgets. Each says what to write instead."""

from __future__ import annotations

import re
from datetime import time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field

from bot.domain.spans import parse_clock, parse_span
from bot.domain.visibility import FIELDS
from bot.languages import languages

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _span(value: object) -> timedelta:
    span = value if isinstance(value, timedelta) else parse_span(value) if isinstance(value, str) else None
    if span is None:
        raise ValueError(f'“{value}” is not a length of time; write it like "30m", "4h" or "1d"')
    return span


def _clock(value: object) -> time:
    clock = value if isinstance(value, time) else parse_clock(value) if isinstance(value, str) else None
    if clock is None:
        raise ValueError(f'“{value}” is not a time of day; write it like "08:00"')
    return clock


def _hours(text: str) -> str:
    parse_hours(text)
    return text


def _spoken(tag: str) -> str:
    if tag not in languages():
        raise ValueError(f"Baton does not speak “{tag}”; it speaks {', '.join(languages())}")
    return tag


def _rungs(spans: tuple[timedelta, ...]) -> tuple[timedelta, ...]:
    if list(spans) != sorted(spans):
        raise ValueError("the times of lead, coordinator and sponsor must not become shorter")
    return spans


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"“{name}” is not a time zone; write it like Europe/Paris") from error
    return name


def _field(name: str) -> str:
    if name not in FIELDS and not re.fullmatch(r"attributes\.\S(?:.{0,78}\S)?", name):
        raise ValueError(f"“{name}” is no field of a record; write one of {', '.join(FIELDS)}, or attributes.income")
    return name


def _budget(value: object) -> tuple[int, timedelta]:
    if isinstance(value, tuple):
        return value
    count, _, per = str(value).partition(" in ")
    span = parse_span(per.strip())
    if not count.strip().isdigit() or int(count) < 1 or span is None or not span:
        raise ValueError(f'“{value}” is not a budget; write it like "300 in 5m"')
    return int(count), span


_AGE = re.compile(r"(\d{1,4}) ?([dwy])")
_DAYS = {"d": 1, "w": 7, "y": 365}


def _age(value: object) -> timedelta:
    match = _AGE.fullmatch(str(value).strip())
    if isinstance(value, timedelta):
        return value
    if match is None or not int(match[1]):
        raise ValueError(f'“{value}” is not an age; write it like "400d", "26w" or "2y"')
    return timedelta(days=int(match[1]) * _DAYS[match[2]])


def _own_address(address: str) -> str:
    """Only a host, or a host with a path: what comes after `?` or `#` is the customer's to choose."""
    bare = address.strip().removeprefix("https://").removeprefix("http://").rstrip("/").lower()
    host, _, path = bare.partition("/")
    if not re.fullmatch(r"[^\s.@:/?#]+(\.[^\s.@:/?#]+)+", host) or re.search(r"[\s?#@]|\.\.", path):
        raise ValueError(f"“{address}” is not a page of ours; write it like acme.example or https://acme.example/help")
    return address.strip()


_ADDRESS = re.compile(r"[^\s<>()\[\]\\,;:\"@]{1,64}@(?:[^\s<>()\[\]\\,;:\"@.]{1,63}\.)+[^\s<>()\[\]\\,;:\"@.]{2,63}")


def _address(text: str) -> str:
    if not text.isprintable() or not _ADDRESS.fullmatch(text):
        raise ValueError(f"“{text}” is not an e-mail address; write it like ana@acme.example, without a name")
    return text


Address = Annotated[str, AfterValidator(_address)]
Age = Annotated[timedelta, BeforeValidator(_age)]
Span = Annotated[timedelta, BeforeValidator(_span)]
Rungs = Annotated[tuple[Span, Span, Span], AfterValidator(_rungs)]
Budget = Annotated[tuple[int, timedelta], BeforeValidator(_budget)]
VisibleField = Annotated[str, AfterValidator(_field)]
OwnAddress = Annotated[str, AfterValidator(_own_address)]
Clock = Annotated[time, BeforeValidator(_clock)]
Hours = Annotated[str, AfterValidator(_hours)]
Zone = Annotated[str, AfterValidator(_zone)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2}$")]
Spoken = Annotated[str, AfterValidator(_spoken)]
Key = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]


_HOURS = re.compile(r"^([a-z]+)\s*(?:[-–]\s*([a-z]+))?\s+([\d:]+)\s*[-–]\s*([\d:]+)$")


def parse_hours(text: str) -> dict[int, tuple[time, time]]:
    """`Mon-Fri 09:00-17:00, Sat 10:00-14:00` as weekday to (opens, closes); raises ValueError with the mend.

    24:00 as closing time is the end of the day, and is given as 00:00.
    """
    days: dict[int, tuple[time, time]] = {}
    for part in filter(None, (piece.strip().lower() for piece in text.split(","))):
        match = _HOURS.match(part)
        first = _weekday(match[1]) if match is not None else None
        last = _weekday(match[2] or match[1]) if match is not None else None
        opens, closes = (parse_clock(match[3]), _closing(match[4])) if match is not None else (None, None)
        if first is None or last is None or opens is None or closes is None:
            raise ValueError(f"“{part}” is not understood; write it like Mon-Fri 09:00-17:00")
        if closes <= opens and closes != time(0):
            raise ValueError(f"“{part}” closes before it opens; end a day at 24:00 and begin the next at 00:00")
        for step in range((last - first) % 7 + 1):
            day = (first + step) % 7
            if day in days:
                raise ValueError(f"“{part}” names {WEEKDAYS[day].capitalize()} again; each day has one opening")
            days[day] = (opens, closes)
    return days


def _weekday(word: str) -> int | None:
    """Monday is 0."""
    return next((n for n, name in enumerate(_WEEKDAY_NAMES) if len(word) >= 3 and name.startswith(word)), None)


def _closing(word: str) -> time | None:
    return time(0) if word in {"24", "24:00"} else parse_clock(word)
