"""Spans and moments as people type them: `2h`, `1h30`, `45 min`, `tomorrow 9:00`, `friday`. Pure."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.errors import UserError
from bot.speech import in_figures, say

_UNITS = {"m": 60, "min": 60, "h": 3600, "d": 86400, "w": 604800, "s": 1}
_SPELLINGS = {
    "mins": "min", "minute": "min", "minutes": "min", "hr": "h", "hrs": "h", "hour": "h", "hours": "h", "day": "d",
    "days": "d", "week": "w", "weeks": "w", "sec": "s", "secs": "s", "second": "s", "seconds": "s",
}  # fmt: skip
_PART = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)(?![\d.])\s*([a-z]*)")
_BARE_AFTER = {0: 60, 3600: 60, 86400: 3600, 604800: 86400}
"""What a bare number counts: minutes alone and after hours (`1h30`), hours after days, days after weeks."""
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CLOCK = re.compile(r"^(\d{1,2})(?::(\d{2}))?\s*(am|pm)?$")
_MORNING = time(9)


def parse_span(typed: str) -> timedelta | None:
    """`30m`, `2h`, `1h30`, `1.5 hours`, `90` (minutes) as a span; None when it is not one or is not positive."""
    rest = typed.strip().lower()
    rest = rest.removeprefix("for ")
    seconds, last_unit = 0.0, 0
    while rest:
        part = _PART.match(rest)
        if part is None:
            return None
        unit = _SPELLINGS.get(part[2], part[2])
        size = _UNITS.get(unit) if unit else _BARE_AFTER.get(last_unit)
        if size is None:
            return None
        last_unit = size
        seconds += float(part[1]) * size
        rest = rest[part.end() :].lstrip(" ,")
    return timedelta(seconds=seconds) if 0 < seconds <= 366 * 86400 else None


def format_span(span: timedelta) -> str:
    """A span as people read it: `45 min`, `1 h 12`, `2 days`, `3.5 days`."""
    minutes = round(span.total_seconds() / 60)
    if minutes < 1:
        return say("under a minute")
    if minutes < 60:
        return say("{minutes} min", minutes=minutes)
    hours, rest = divmod(minutes, 60)
    if hours < 24:
        return say("{hours} h {minutes}", hours=hours, minutes=f"{rest:02d}") if rest else say("{hours} h", hours=hours)
    days = round(minutes / 1440, 1)
    if days == 1:
        return say("{days} day", days=1)
    return say("{days} days", days=in_figures(days, 0 if days == int(days) else 1))


def parse_moment(typed: str, now: datetime, timezone: str) -> datetime | None:
    """`2h`, `tomorrow`, `tomorrow 14:30`, `friday 9am`, `17:00`, `2026-11-24 09:00` in the person's zone; None if not one.

    A day without a time means its morning; a bare number is minutes, after `until` or `at` the hour. The answer is in
    UTC; an unknown zone counts as UTC.
    """
    said = " ".join(typed.lower().split())
    words = said.removeprefix("until ").removeprefix("at ").removeprefix("in ")
    minutes = words.isdigit() and not said.startswith(("until ", "at "))
    span = parse_span(words) if minutes or not _CLOCK.match(words) else None
    if span is not None:
        return now + span
    zone = _zone(timezone)
    moment = _named_moment(words, now.astimezone(zone)) or _exact_moment(words, zone)
    try:
        return moment.astimezone(UTC) if moment is not None else None
    except OverflowError:  # the first or the last day of the calendar, seen from another zone
        return None


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def _exact_moment(words: str, zone: ZoneInfo) -> datetime | None:
    try:
        exact = datetime.fromisoformat(words.upper())
    except ValueError:
        return None
    return exact if exact.tzinfo is not None else exact.replace(tzinfo=zone)


def _named_moment(words: str, local: datetime) -> datetime | None:
    """A clock time, or a day (by name or as `2026-11-24`) with or without one."""
    day_word, _, clock_word = words.replace(" at ", " ").partition(" ")
    if _CLOCK.match(words):
        day_word, clock_word = "", words
    clock = _MORNING if not clock_word else parse_clock(clock_word)
    if clock is None or not words:
        return None
    today = local.date()
    if day_word in {"", "today"}:
        moment = datetime.combine(today, clock, local.tzinfo)
        return moment if moment > local or day_word else moment + timedelta(days=1)
    if day_word == "tomorrow":
        return datetime.combine(today + timedelta(days=1), clock, local.tzinfo)
    for index, weekday in enumerate(_WEEKDAYS):
        if len(day_word) >= 3 and weekday.startswith(day_word):
            ahead = (index - today.weekday() - 1) % 7 + 1
            return datetime.combine(today + timedelta(days=ahead), clock, local.tzinfo)
    try:
        return datetime.combine(date.fromisoformat(day_word.upper()), clock, local.tzinfo)
    except ValueError:
        return None


def parse_clock(typed: str) -> time | None:
    """`9`, `9:30`, `09:30`, `9am`, `2:30 pm` as a time of day; None when it is not one."""
    match = _CLOCK.match(typed.strip().lower())
    if match is None:
        return None
    hour, minute = int(match[1]), int(match[2] or 0)
    if match[3] and not 1 <= hour <= 12:
        return None
    if match[3]:
        hour = hour % 12 + (12 if match[3] == "pm" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def need_span(typed: str) -> timedelta:
    """Like `parse_span`; raises `UserError` when it is not one."""
    span = parse_span(typed)
    if span is None:
        raise UserError(
            say("“{typed}” is not a length of time.", typed=typed), say("Write it like `30m`, `2h` or `1d`.")
        )
    return span


def need_moment(typed: str, now: datetime, timezone: str) -> datetime:
    """Like `parse_moment`; raises `UserError` when it is not one."""
    moment = parse_moment(typed, now, timezone)
    if moment is None:
        raise UserError(
            say("“{typed}” is not a time.", typed=typed), say("Write it like `2h`, `tomorrow 9:00` or `friday`.")
        )
    return moment
