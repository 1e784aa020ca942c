"""All measures of one window together, and what they are compared with. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.company_measures import Movement, Recorded, Share, Sides, Views
from bot.domain.idea_news import IdeaNews
from bot.domain.loops import Loops
from bot.domain.maturity import Maturity
from bot.domain.measures import Digest, Window
from bot.domain.shifts import Shifts
from bot.domain.stories import Story
from bot.domain.timing import Step, Timing
from bot.domain.trend import Bands


@dataclass(frozen=True, slots=True)
class Measured:
    """Everything that is known of a window. `since` is when the time begins with which it is compared; None: there is none."""

    digest: Digest
    timings: Mapping[Step, Timing]
    timings_before: Mapping[Step, Timing]
    shifts: Shifts
    movement: Movement
    departments: Mapping[str, Share]
    views: Views
    sides: Sides
    recorded: Recorded
    maturity: Maturity
    since: datetime | None = None
    weeks: tuple[Bands, ...] = ()
    """The last weeks beside each other, the window itself the last."""
    stories: tuple[Story, ...] = ()
    ideas: IdeaNews = field(default_factory=IdeaNews)
    loops: Loops = field(default_factory=Loops)

    @property
    def silent(self) -> tuple[str, ...]:
        """Departments of which nobody acted, though something was suggested to them."""
        return tuple(sorted(key for key, share in self.departments.items() if share.silent))


def compared_since(window: Window, began: datetime | None) -> datetime | None:
    """When the time begins with which a window is compared: four weeks before it, or less where Baton has not listened so
    long; None where that would be shorter than the window itself."""
    if began is None:
        return None
    since = max(window.reference, began)
    return since if window.start - since >= window.end - window.start else None


def share_of(window: Window, since: datetime | None) -> float:
    """The length of a window in parts of the time it is compared with; 0 without such a time."""
    if since is None:
        return 0.0
    return (window.end - window.start) / max(window.start - since, timedelta(microseconds=1))
