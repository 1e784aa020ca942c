"""Windows as people choose them on a page: by a name like “last full week”, or from one day to another. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.measures import Window
from bot.errors import UserError
from bot.speech import mark, say

LONGEST = 366
"""Days of the longest window."""

EARLIEST = date(2000, 1, 1)
"""Nobody listened before."""

_QUARTER = 3


def _midnight(day: date, timezone: str) -> datetime:
    return datetime.combine(day, time(0), ZoneInfo(timezone))


def _monday(now: datetime) -> date:
    today = now.date()
    return today - timedelta(days=today.weekday())


def _weeks(many: int) -> Callable[[datetime], tuple[date, date]]:
    return lambda now: (_monday(now) - timedelta(weeks=many), _monday(now))


def _this_week(now: datetime) -> tuple[date, date]:
    return _monday(now), now.date() + timedelta(days=1)


def _quarter_of(day: date) -> date:
    return day.replace(month=(day.month - 1) // _QUARTER * _QUARTER + 1, day=1)


def _this_quarter(now: datetime) -> tuple[date, date]:
    return _quarter_of(now.date()), now.date() + timedelta(days=1)


def _last_quarter(now: datetime) -> tuple[date, date]:
    begin = _quarter_of(now.date())
    return _quarter_of(begin - timedelta(days=1)), begin


_NAMED: Mapping[str, tuple[str, Callable[[datetime], tuple[date, date]]]] = {
    "last-week": (mark("Last full week"), _weeks(1)),
    "this-week": (mark("This week so far"), _this_week),
    "4-weeks": (mark("Last 4 weeks"), _weeks(4)),
    "12-weeks": (mark("Last 12 weeks"), _weeks(12)),
    "this-quarter": (mark("This quarter so far"), _this_quarter),
    "last-quarter": (mark("Last quarter"), _last_quarter),
}
"""By name: how people read it, and its first day with the one after its last."""

USUAL = "last-week"


def names() -> list[tuple[str, str]]:
    """The names, with what people read."""
    return [(key, say(title)) for key, (title, _) in _NAMED.items()]


def named_window(name: str, now: datetime, timezone: str) -> Window:
    """The window of a name, in the zone; what is not over yet ends now. Raises `UserError`."""
    known = _NAMED.get(name)
    if known is None:
        raise UserError(say("There is no time called “{name}”.", name=name[:40]), say("Choose one of the list."))
    first, end = known[1](now.astimezone(ZoneInfo(timezone)))
    return _window(first, end, now, timezone)


def window_of_days(first: str, last: str, now: datetime, timezone: str) -> Window:
    """From one day to another, both included, written like 2026-11-16. Raises `UserError`."""
    begin, until = _day(first), _day(last)
    today = now.astimezone(ZoneInfo(timezone)).date()
    until = min(until, today)
    if begin > until:
        raise UserError(
            say("The time from {first} to {last} has no day in it that has begun.", first=first[:20], last=last[:20]),
            say("Choose a first day that is not after the last, and not after today."),
        )
    if (until - begin).days >= LONGEST:
        raise UserError(
            say("The time from {first} to {last} is too long.", first=first[:20], last=last[:20]),
            say("Choose a year at most: {days} days.", days=LONGEST),
        )
    return _window(begin, until + timedelta(days=1), now, timezone)


def _day(typed: str) -> date:
    try:
        day = date.fromisoformat(typed.strip())
    except ValueError as error:
        raise UserError(
            say("“{typed}” is no day.", typed=typed.strip()[:20]), say("Write it like 2026-11-16.")
        ) from error
    return max(day, EARLIEST)


def _window(first: date, end: date, now: datetime, timezone: str) -> Window:
    # To the minute, so that those who look at the same minute see the same figures.
    by_now = now.astimezone(ZoneInfo(timezone)).replace(second=0, microsecond=0)
    start = _midnight(first, timezone)
    return Window(start, max(min(_midnight(end, timezone), by_now), start + timedelta(minutes=1)), timezone)


def days_of(window: Window) -> tuple[date, date]:
    """Its first and its last day."""
    return window.first_day.date(), window.last_day.date()
