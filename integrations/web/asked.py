"""What a page is asked for: its window and narrowing, read from an address and written into one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from typing import get_args
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from bot.domain.measures import Window
from bot.domain.narrowing import Narrowing
from bot.domain.page_windows import USUAL, days_of, named_window, window_of_days
from bot.errors import UserError
from bot.ports.measures import Listing
from bot.speech import say

DAYS = "days"
"""The time that is given by two days."""

_LONGEST = 200
_NARROWS = ("network", "topic", "department", "language")
_LISTINGS: Mapping[str, Listing] = {each: each for each in get_args(Listing)}


@dataclass(frozen=True, slots=True)
class Asked:
    """`name` is the window's, or `DAYS`."""

    name: str
    window: Window
    narrowing: Narrowing

    def query(self, further: Narrowing | None = None, /, **more: str) -> str:
        """As it stands after the `?`; narrowed further, where that is asked for."""
        asked = {"time": self.name}
        if self.name == DAYS:
            first, last = days_of(self.window)
            asked |= {"from": first.isoformat(), "to": last.isoformat()}
        if self.ends_now:
            asked["until"] = self.window.end.astimezone(UTC).isoformat(timespec="minutes")
        narrowed = replace(self.narrowing, **further.values) if further is not None else self.narrowing
        return urlencode({**asked, **narrowed.values, **more})

    @property
    def ends_now(self) -> bool:
        """Was it not over when it was asked for? Whatever belongs to it has to end at the same minute."""
        return self.window.end.astimezone(ZoneInfo(self.window.timezone)).time() != time(0)


def asked(query: Mapping[str, str], now: datetime, timezone: str) -> Asked:
    """From an address; raises `UserError` with what to choose instead."""
    name = query.get("time", "").strip()
    first, last = query.get("from", "").strip(), query.get("to", "").strip()
    if name == DAYS or (not name and first):
        if not first or not last:
            raise UserError(say("A first and a last day are needed."), say("Choose both, or one of the list."))
        name, window = DAYS, window_of_days(first, last, now, timezone)
    else:
        name = name or USUAL
        window = named_window(name, now, timezone)
    if (until := _moment(query.get("until", ""))) is not None and window.start < until < window.end:
        window = replace(window, end=until.astimezone(ZoneInfo(timezone)))
    given = {each: query.get(each, "")[:_LONGEST] or None for each in _NARROWS}
    return Asked(name, window, Narrowing(**given))


def _moment(said: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def listing(query: Mapping[str, str]) -> Listing:
    """Which conversations are to be listed; raises `UserError`."""
    found = _LISTINGS.get(query.get("which", "heard"))
    if found is not None:
        return found
    raise UserError(say("There is no such list."), say("Follow a number of the page."))
