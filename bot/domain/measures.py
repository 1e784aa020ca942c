"""What management sees: heard, touched, changed, and how long it took. Pure; every figure has its formula here.

All figures of a window speak of the conversations *opened* in it, and of what had happened to them *by its end*, so that
last week and the week before are counted alike. Storage may count a `Tally` itself, as long as it keeps these formulas.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from bot.domain.conversation import Conversation, State
from bot.domain.outcome import OutcomeKind
from bot.domain.shifts import REFERENCE_WEEKS

BEST = 5
"""How many conversations that nobody heard are named."""

DAYS = 7
"""How long a digest's window is."""


@dataclass(frozen=True, slots=True)
class Window:
    """From `start` up to, not including, `end`; `timezone` is the zone whose days it covers."""

    start: datetime
    end: datetime
    timezone: str = "UTC"

    def covers(self, at: datetime) -> bool:
        """Is this instant in the window?"""
        return self.start <= at < self.end

    @property
    def before(self) -> Window:
        """The same span a week earlier, by the calendar: a day with a clock change is still a day."""
        zone = ZoneInfo(self.timezone)
        week = timedelta(days=DAYS)
        return Window(self.start.astimezone(zone) - week, self.end.astimezone(zone) - week, self.timezone)

    @property
    def last_day(self) -> datetime:
        """An instant on the last day that the window covers, in its zone."""
        return (self.end - timedelta(microseconds=1)).astimezone(ZoneInfo(self.timezone))

    @property
    def day_ends(self) -> tuple[datetime, ...]:
        """The midnights at which its days end, in its zone, the end of the last day included."""
        day, last, zone = self.first_day.date(), self.last_day.date(), ZoneInfo(self.timezone)
        many = (last - day).days + 1
        return tuple(datetime.combine(day + timedelta(days=at), time(0), zone) for at in range(1, many + 1))

    @property
    def reference(self) -> datetime:
        """When the weeks before it begin with which it is compared, by the calendar."""
        return self.start.astimezone(ZoneInfo(self.timezone)) - timedelta(weeks=REFERENCE_WEEKS)

    @property
    def first_day(self) -> datetime:
        """The start, in the window's zone."""
        return self.start.astimezone(ZoneInfo(self.timezone))


def iso_week(year: int, week: int, timezone: str) -> Window:
    """Monday to Sunday of a week by its number (ISO 8601); raises ValueError where the year has no such week."""
    zone = ZoneInfo(timezone)
    monday = datetime.combine(date.fromisocalendar(year, week, 1), time(0), zone)
    return Window(monday, monday + timedelta(days=DAYS), timezone)


def last_week(now: datetime, timezone: str) -> Window:
    """The seven whole days that ended with the last midnight of the zone: what the weekly digest covers."""
    midnight = _midnight(now, timezone)
    return Window(midnight - timedelta(days=DAYS), midnight, timezone)


def week_until(now: datetime, timezone: str) -> Window:
    """Today until now and the six days before: what a preview covers."""
    return Window(_midnight(now, timezone) - timedelta(days=DAYS - 1), now.astimezone(ZoneInfo(timezone)), timezone)


def _midnight(now: datetime, timezone: str) -> datetime:
    zone = ZoneInfo(timezone)
    return datetime.combine(now.astimezone(zone).date(), time(0), zone)


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted over one window.

    heard: conversations opened in the window
    touched: of those, the ones on which a colleague has acted at all
    changed: of those, the ones resolved with something changed for it
    resolved: of those, the ones resolved
    several: of those, the ones on which two or more departments have acted
    handovers: how often the baton came from one department's hand into another's; `passed` counts each pair
    bounces: how often a pass was declined
    first_human, to_outcome: medians from opening to the first act of a colleague, and to the outcome; None without any
    outcomes: by department of who resolved ("" when they have none), how often each outcome
    days: heard on each day of the window, oldest first
    """

    heard: int = 0
    touched: int = 0
    changed: int = 0
    resolved: int = 0
    several: int = 0
    handovers: int = 0
    bounces: int = 0
    first_human: timedelta | None = None
    to_outcome: timedelta | None = None
    outcomes: Mapping[str, Mapping[OutcomeKind, int]] = field(default_factory=dict)
    passed: Mapping[tuple[str, str], int] = field(default_factory=dict)
    days: tuple[int, ...] = ()

    @property
    def shares(self) -> tuple[int, int, int]:
        """Whole percentages, 100 in all: heard by no one, touched without a change, changed something."""
        return _hundred((self.heard - self.touched, self.touched - self.changed, self.changed))

    @property
    def several_share(self) -> int:
        """Of the touched ones, the percentage on which two or more departments acted."""
        return round(100 * self.several / self.touched) if self.touched else 0


@dataclass(frozen=True, slots=True)
class Unheard:
    """A conversation that nobody has acted on, as the digest names it; `text` is empty when the customer deleted it."""

    conversation: Conversation
    customer_name: str = ""
    text: str = ""
    followers: int = 0


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that could not be measured or done: `what` failed, `why` in words, `since` when."""

    what: str
    why: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Digest:
    """Everything the weekly digest shows. `before` is the week before, None when there was none to compare with."""

    window: Window
    tally: Tally
    before: Tally | None = None
    unheard: tuple[Unheard, ...] = ()
    failures: tuple[Failure, ...] = ()


def measure(
    now: Tally,
    before: Tally,
    window: Window,
    *,
    unheard: Iterable[Unheard] = (),
    failures: Iterable[Failure] = (),
) -> Digest:
    """The digest of a window, with the tally of the one before; `unheard` are candidates to be named."""
    return Digest(
        window=window,
        tally=now,
        before=before if before.heard else None,
        unheard=best_unheard(unheard),
        failures=tuple(failures),
    )


def tally(conversations: Iterable[Conversation], window: Window) -> Tally:
    """Count the conversations that were opened in the window; others are passed over."""
    heard = [c for c in conversations if window.covers(c.opened_at)]
    touched = [c for c in heard if was_touched(c, window.end)]
    resolved = [c for c in heard if was_resolved(c, window.end)]
    passed = Counter(pair for c in heard for pair in zip(c.route, c.route[1:], strict=False))
    return Tally(
        heard=len(heard),
        touched=len(touched),
        changed=sum(c.outcome is not None and c.outcome.changed_something for c in resolved),
        resolved=len(resolved),
        several=sum(len(c.touched) > 1 for c in touched),
        handovers=passed.total(),
        bounces=sum(c.bounces for c in heard),
        first_human=_median(c.first_human_at - c.opened_at for c in touched if c.first_human_at is not None),
        to_outcome=_median(c.resolved_at - c.opened_at for c in resolved if c.resolved_at is not None),
        outcomes=_outcomes(resolved),
        passed=dict(passed),
        days=_days(heard, window),
    )


def was_touched(c: Conversation, by: datetime) -> bool:
    """Had a colleague acted on it at all by then?"""
    return c.first_human_at is not None and c.first_human_at < by


def was_resolved(c: Conversation, by: datetime) -> bool:
    """Is it resolved, and was it by then? One that has been reopened since is not."""
    return c.state is State.RESOLVED and c.resolved_at is not None and c.resolved_at < by


def best_unheard(candidates: Iterable[Unheard], most: int = BEST) -> tuple[Unheard, ...]:
    """Those most worth reading that nobody has acted on: urgent first, then most followers, most posts, newest."""
    alone = [u for u in candidates if u.conversation.first_human_at is None and u.conversation.state is State.FLOOR]
    return tuple(sorted(alone, key=_worth, reverse=True)[:most])


def _worth(unheard: Unheard) -> tuple[bool, int, int, datetime]:
    c = unheard.conversation
    return c.urgent, unheard.followers, c.posts, c.opened_at


def _outcomes(resolved: Iterable[Conversation]) -> dict[str, dict[OutcomeKind, int]]:
    counted: dict[str, dict[OutcomeKind, int]] = {}
    for c in resolved:
        if c.outcome is None:
            continue
        department = (c.resolved_by.department if c.resolved_by is not None else None) or ""
        kinds = counted.setdefault(department, {})
        kinds[c.outcome.kind] = kinds.get(c.outcome.kind, 0) + 1
    return counted


def _days(heard: Iterable[Conversation], window: Window) -> tuple[int, ...]:
    zone = ZoneInfo(window.timezone)
    first, last = window.first_day.date(), window.last_day.date()
    counts = Counter((c.opened_at.astimezone(zone).date() - first).days for c in heard)
    return tuple(counts[day] for day in range((last - first).days + 1))


def _median(spans: Iterable[timedelta]) -> timedelta | None:
    seconds = [span.total_seconds() for span in spans]
    return timedelta(seconds=median(seconds)) if seconds else None


def _hundred(parts: tuple[int, int, int]) -> tuple[int, int, int]:
    """Percentages of the sum that are whole and still give 100: the largest remainders are rounded up."""
    total = sum(parts)
    if total == 0:
        return 0, 0, 0
    floors = [100 * part // total for part in parts]
    by_remainder = sorted(range(3), key=lambda i: 100 * parts[i] % total, reverse=True)
    for i in by_remainder[: 100 - sum(floors)]:
        floors[i] += 1
    return floors[0], floors[1], floors[2]
