"""What the store counts for the measures, by the formulas of `bot.domain.measures` and its neighbours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from bot.domain.campaign_measures import CampaignCount
from bot.domain.company_measures import Movement, Recorded, Share, Sides, Views
from bot.domain.forecasting import Day
from bot.domain.idea_news import IdeaNews
from bot.domain.loops import Loops
from bot.domain.measures import Tally, Window
from bot.domain.narrowing import Narrowing
from bot.domain.shifts import Count
from bot.domain.stories import Worth
from bot.domain.timing import Step, Timing
from bot.domain.trend import Bands


@dataclass(frozen=True, slots=True)
class Work:
    """Who worked on the conversations of a window: by department; and of those raised to the coordinator or higher, how many,
    and on how many of them a colleague acted."""

    departments: Mapping[str, Share]
    raised: tuple[int, int]


Listing = Literal["heard", "touched", "unheard", "resolved", "changed", "raised", "negative", "positive"]
"""The conversations behind a number: by what had happened to them by the end of the window, or by their mood."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One conversation behind a number: what it is about, and where it stands now. Nothing that a customer wrote."""

    number: int
    network: str
    topic: str | None
    mood: str | None
    department: str | None
    state: str
    urgent: bool
    opened_at: datetime


class NarrowMeasures(Protocol):
    """Counts that can be had over some of the conversations of a window alone."""

    async def tally(self, window: Window) -> Tally:
        """Heard, touched, changed and what belongs to them."""
        ...

    async def timings(self, window: Window) -> Mapping[Step, Timing]:
        """How long each step took."""
        ...

    async def found(self, start: datetime, end: datetime) -> list[Count]:
        """How many there are by network, topic and mood."""
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

    async def unheard(self, start: datetime, end: datetime, limit: int) -> list[int]:
        """Conversations that nobody has acted on: urgent ones first, then most followers, most posts, newest."""
        ...

    async def listed(self, window: Window, which: Listing, limit: int) -> list[Listed]:
        """The conversations behind a number, the newest first."""
        ...


class Measures(NarrowMeasures, Protocol):
    """Counts over the conversations that were opened in a window, filed ones left out. What each costs depends on the window,
    not on how long the history is."""

    async def began(self) -> datetime | None:
        """When the first conversation was opened; None where there is none yet."""
        ...

    async def movement(self, window: Window, before: datetime) -> Movement:
        """Where the customers of the window wrote since `before`."""
        ...

    async def sides(self, window: Window, before: datetime) -> Sides:
        """Advocates and customers at risk, by their moods since `before`."""
        ...

    async def weeks(self, windows: Sequence[Window]) -> tuple[Bands, ...]:
        """Heard, touched and changed of each of them, in one trip."""
        ...

    async def ideas(self, window: Window) -> IdeaNews:
        """What became of ideas in it, and which its conversations ask for most."""
        ...

    async def worths(self, window: Window, before: datetime) -> list[Worth]:
        """What makes its conversations worth telling, by their number; `before` is since when somebody may have been angry."""
        ...

    async def loops(self, window: Window) -> Loops:
        """Of the ideas that shipped in the window, how many of those who asked were told until its end."""
        ...

    async def daily(self, window: Window) -> list[Day]:
        """What was heard on each of its days, by network; days without anything are left out."""
        ...

    async def campaigns(self, window: Window) -> tuple[CampaignCount, ...]:
        """The campaigns of the window and, last, all that belongs to none; empty where no conversation has one."""
        ...

    async def languages(self, start: datetime, end: datetime) -> list[str]:
        """In which languages people wrote, the most frequent first."""
        ...

    def narrowed(self, narrowing: Narrowing) -> NarrowMeasures:
        """The same counts over some of the conversations; what is not among them cannot be told of some alone."""
        ...
