"""What the store counts for the measures, by the formulas of `bot.domain.measures` and its neighbours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.company_measures import Movement, Recorded, Share, Sides, Views
from bot.domain.loops import Loops
from bot.domain.measures import Tally, Window
from bot.domain.shifts import Count
from bot.domain.timing import Step, Timing


@dataclass(frozen=True, slots=True)
class Work:
    """Who worked on the conversations of a window: by department; and of those raised to the coordinator or higher, how many,
    and on how many of them a colleague acted."""

    departments: Mapping[str, Share]
    raised: tuple[int, int]


class Measures(Protocol):
    """Counts over the conversations that were opened in a window, filed ones left out. What each costs depends on the window,
    not on how long the history is."""

    async def began(self) -> datetime | None:
        """When the first conversation was opened; None where there is none yet."""
        ...

    async def tally(self, window: Window) -> Tally:
        """Heard, touched, changed and what belongs to them."""
        ...

    async def timings(self, window: Window) -> Mapping[Step, Timing]:
        """How long each step took."""
        ...

    async def found(self, start: datetime, end: datetime) -> list[Count]:
        """How many there are by network, topic and mood."""
        ...

    async def movement(self, window: Window, before: datetime) -> Movement:
        """Where the customers of the window wrote since `before`."""
        ...

    async def sides(self, window: Window, before: datetime) -> Sides:
        """Advocates and customers at risk, by their moods since `before`."""
        ...

    async def work(self, window: Window) -> Work:
        """Who worked on them."""
        ...

    async def views(self, window: Window) -> Views:
        """What departments saw in them."""
        ...

    async def recorded(self, window: Window) -> Recorded:
        """What of their outcomes stands on the record."""
        ...

    async def loops(self, window: Window) -> Loops:
        """Of the ideas that shipped in the window, how many of those who asked were told until its end."""
        ...

    async def unheard(self, start: datetime, end: datetime, limit: int) -> list[int]:
        """Conversations that nobody has acted on: urgent ones first, then most followers, most posts, newest."""
        ...
