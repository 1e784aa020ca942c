"""Times as other systems write them. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from email.utils import parsedate_to_datetime
from typing import Any

_MILLISECONDS = 100_000_000_000
"""From here on a number is milliseconds: as seconds it would be the year 5138."""

_MICROSECONDS = 100_000_000_000_000
_LONGEST = 200
"""Characters. What is longer is no time, and patterns would be tried on it for hours."""

_NUMBER = re.compile(r"-?\d{1,19}(?:\.\d+)?", re.ASCII)
_LONG_FRACTION = re.compile(r"(\.\d{6})\d+")
_SPACED_ZONE = re.compile(r"\s+(?=[+-]\d{2}:?\d{2}$)|\s*(?:UTC|GMT)$")


def moment(value: Any, form: str | None = None, zone: tzinfo = UTC) -> datetime:
    """A moment: seconds, milliseconds or microseconds since 1970, ISO 8601, the form of mails, or `form` as strptime has it.

    `zone` is for those that say none. Raises `ValueError`.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(f"{value!r} is no time")
    try:
        if isinstance(value, str):
            return _written(value.strip(), form, zone)
        return _counted(value)
    except (ValueError, OverflowError, OSError, TypeError) as error:
        raise ValueError(f"{str(value)[:60]!r} is no time") from error


def _counted(number: float) -> datetime:
    size = abs(number)
    seconds = number / 1e6 if size >= _MICROSECONDS else number / 1000 if size >= _MILLISECONDS else number
    return datetime.fromtimestamp(seconds, UTC)


def _written(text: str, form: str | None, zone: tzinfo) -> datetime:
    if len(text) > _LONGEST:
        raise ValueError("it is too long")
    if form is not None:
        return _aware(datetime.strptime(text, form), zone)  # noqa: DTZ007 - the zone follows
    if _NUMBER.fullmatch(text) and len(text) > 8:
        return _counted(float(text))
    plain = _SPACED_ZONE.sub(lambda found: "+00:00" if found[0].strip() else "", _LONG_FRACTION.sub(r"\1", text))
    try:
        return _aware(datetime.fromisoformat(plain), zone)
    except ValueError:
        return _aware(parsedate_to_datetime(text), zone)


def _aware(at: datetime, zone: tzinfo) -> datetime:
    return at if at.tzinfo is not None else at.replace(tzinfo=zone)
