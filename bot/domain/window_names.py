"""Windows as words, so that a button leads to the numbers of the very window it stands under, and people can name one. Pure.

`2026-W47` is a week from Monday to Sunday, `2026-11-19` the seven days from that day on, `2026-11-17/2026-11-23T09:30` the
days from the first to an instant of the last by its clock.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.measures import DAYS, Window, iso_week
from bot.errors import UserError
from bot.speech import say

_WEEK = re.compile(r"(\d{4})-?W(\d{1,2})", re.IGNORECASE)
_DAYS = re.compile(r"(\d{4}-\d\d-\d\d)(?:/(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d))?)?")

LONGEST = timedelta(days=366)
"""No window is longer."""


def name_of(window: Window) -> str:
    """The name by which `read_window` gives it back, to the minute."""
    first, end = window.first_day, window.end.astimezone(ZoneInfo(window.timezone))
    begin = first.date()
    if end.time() == time(0):
        if end.date() - begin == timedelta(days=DAYS):
            year, week, day = begin.isocalendar()
            return f"{year}-W{week:02d}" if day == 1 else begin.isoformat()
        return f"{begin.isoformat()}/{end.date().isoformat()}"
    return f"{begin.isoformat()}/{end:%Y-%m-%dT%H:%M}"


def read_window(name: str, timezone: str) -> Window:
    """The window of that name in that zone; raises `UserError` for what names none."""
    typed = name.strip()
    try:
        if (week := _WEEK.fullmatch(typed)) is not None:
            return iso_week(int(week[1]), int(week[2]), timezone)
        days = _DAYS.fullmatch(typed)
        if days is None:
            raise ValueError(typed)
        window = _of_days(days, timezone)
        if not timedelta() < window.end - window.start <= LONGEST:
            raise ValueError(typed)
    except (ValueError, OverflowError) as error:
        raise UserError(say("“{typed}” is no week.", typed=typed[:60]), say("Write it like `2026-W47`.")) from error
    return window


def _of_days(days: re.Match[str], timezone: str) -> Window:
    zone = ZoneInfo(timezone)
    start = datetime.combine(date.fromisoformat(days[1]), time(0), zone)
    if days[2] is None:
        return Window(start, start + timedelta(days=DAYS), timezone)
    clock = time.fromisoformat(days[3]) if days[3] is not None else time(0)
    return Window(start, datetime.combine(date.fromisoformat(days[2]), clock, zone), timezone)
