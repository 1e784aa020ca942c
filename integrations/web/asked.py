"""What a page is asked for: its window and narrowing, read from an address and written into one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import get_args
from urllib.parse import urlencode

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
_LISTINGS: tuple[str, ...] = get_args(Listing)


@dataclass(frozen=True, slots=True)
class Asked:
    """`time` is a window's name, or `DAYS`."""

    time: str
    window: Window
    narrowing: Narrowing

    def query(self, further: Narrowing | None = None, /, **more: str) -> str:
        """As it stands after the `?`; narrowed further, where that is asked for."""
        asked = {"time": self.time}
        if self.time == DAYS:
            first, last = days_of(self.window)
            asked |= {"from": first.isoformat(), "to": last.isoformat()}
        narrowed = replace(self.narrowing, **further.values) if further is not None else self.narrowing
        return urlencode({**asked, **narrowed.values, **more})


def asked(query: Mapping[str, str], now: datetime, timezone: str) -> Asked:
    """From an address; raises `UserError` with what to choose instead."""
    time = query.get("time", "").strip()
    first, last = query.get("from", "").strip(), query.get("to", "").strip()
    if time == DAYS or (not time and first):
        if not first or not last:
            raise UserError(say("A first and a last day are needed."), say("Choose both, or one of the list."))
        time, window = DAYS, window_of_days(first, last, now, timezone)
    else:
        time = time or USUAL
        window = named_window(time, now, timezone)
    given = {name: query.get(name, "")[:_LONGEST] or None for name in _NARROWS}
    return Asked(time, window, Narrowing(**given))


def listing(query: Mapping[str, str]) -> Listing:
    """Which conversations are to be listed; raises `UserError`."""
    wanted = query.get("which", "heard")
    for each in _LISTINGS:
        if each == wanted:
            return each  # type: ignore[return-value]
    raise UserError(say("There is no such list."), say("Follow a number of the page."))
