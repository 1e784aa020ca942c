"""What was counted of a window for the page: over all conversations, or over some of them alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.campaign_measures import CampaignCount
from bot.domain.company_measures import Movement, Recorded, Share, Sides, Views
from bot.domain.idea_news import IdeaNews
from bot.domain.loops import Loops
from bot.domain.maturity import Maturity
from bot.domain.measures import Failure, Tally, Unheard, Window
from bot.domain.narrowing import Narrowing
from bot.domain.shifts import Shifts
from bot.domain.timing import Step, Timing
from bot.domain.trend import Bands


@dataclass(frozen=True, slots=True)
class WebFacts:
    """`earlier` is the window that it is compared with, `before` its tally, None where nothing was heard in it.

    `weeks` are those up to the window, where it is no longer than one. What is None at the end of the list cannot be told of some conversations alone.
    """

    window: Window
    narrowing: Narrowing
    earlier: Window
    tally: Tally
    before: Tally | None
    timings: Mapping[Step, Timing]
    timings_before: Mapping[Step, Timing]
    shifts: Shifts
    since: datetime | None
    departments: Mapping[str, Share]
    views: Views
    recorded: Recorded
    unheard: tuple[Unheard, ...]
    failures: tuple[Failure, ...] = ()
    movement: Movement | None = None
    sides: Sides | None = None
    maturity: Maturity | None = None
    ideas: IdeaNews | None = None
    loops: Loops | None = None
    campaigns: tuple[CampaignCount, ...] | None = None
    weeks: tuple[Bands, ...] = ()
