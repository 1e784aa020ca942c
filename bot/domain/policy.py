"""How long things may take: business hours, leases of the baton, time on the floor. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_LONGEST_SEARCH_DAYS = 400
"""A lease ends by then, however rarely a department opens; one that never opens is treated as open all day."""


@dataclass(frozen=True, slots=True)
class BusinessHours:
    """Opening hours of a department in its own zone: `days` maps weekday (Monday is 0) to (opens, closes)."""

    timezone: str = "UTC"
    days: Mapping[int, tuple[time, time]] = field(default_factory=dict)

    @property
    def always_open(self) -> bool:
        """No days given means round the clock."""
        return not self.days

    def after(self, start: datetime, span: timedelta) -> datetime:
        """The instant at which `span` of open time has passed since `start` (aware); answers in UTC."""
        start = start.astimezone(UTC)  # arithmetic in another zone would count by its wall clock
        if self.always_open:
            return start + span
        zone = ZoneInfo(self.timezone)
        left = span
        day = start.astimezone(zone).date()
        for _ in range(_LONGEST_SEARCH_DAYS):
            opening = self._opening(day, zone)
            if opening is not None:
                opens, closes = max(opening[0], start), opening[1]
                if closes > opens:
                    if opens + left <= closes:
                        return opens + left
                    left -= closes - opens
            day += timedelta(days=1)
        return start + span if left == span else datetime.combine(day, time(0), zone).astimezone(UTC)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Open time between two instants; zero when `end` is before `start`."""
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        if end <= start:
            return timedelta()
        if self.always_open:
            return end - start
        return sum((closes - opens for opens, closes in self.openings(start, end)), timedelta())

    def openings(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """When it is open between two instants, as (opens, closes) in UTC; nothing where no days are given."""
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        zone = ZoneInfo(self.timezone)
        day, last = start.astimezone(zone).date(), end.astimezone(zone).date()
        while day <= last and not self.always_open:
            opening = self._opening(day, zone)
            if opening is not None and min(opening[1], end) > max(opening[0], start):
                yield max(opening[0], start), min(opening[1], end)
            day += timedelta(days=1)

    def _opening(self, day: date, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
        hours = self.days.get(day.weekday())
        if hours is None:
            return None
        opens, closes = hours
        begin = datetime.combine(day, opens, zone).astimezone(UTC)
        # 00:00 as closing time means the end of the day.
        end_day = day + timedelta(days=1) if closes == time(0) else day
        return begin, datetime.combine(end_day, closes, zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Lease:
    """One hold of the baton: who warns when, and when it ends."""

    until: datetime
    warn_at: datetime


@dataclass(frozen=True, slots=True)
class LeasePolicy:
    """How long a claim lasts and when the holder is warned (`warn_at` is the share of the lease that has passed)."""

    urgent: timedelta = timedelta(minutes=30)
    normal: timedelta = timedelta(hours=4)
    longest: timedelta = timedelta(days=7)
    warn_at: float = 0.75

    def grant(self, at: datetime, hours: BusinessHours, *, urgent: bool, asked: timedelta | None = None) -> Lease:
        """A lease from `at`, of the asked length (at most `longest`) or the usual one, in business hours."""
        span = min(asked, self.longest) if asked is not None else (self.urgent if urgent else self.normal)
        return Lease(until=hours.after(at, span), warn_at=hours.after(at, span * self.warn_at))


@dataclass(frozen=True, slots=True)
class OverduePolicy:
    """How long a conversation may lie on the floor before each rung (1 lead, 2 coordinator, 3 sponsor) is told."""

    urgent: tuple[timedelta, timedelta, timedelta] = (
        timedelta(minutes=15),
        timedelta(minutes=45),
        timedelta(hours=2),
    )
    normal: tuple[timedelta, timedelta, timedelta] = (timedelta(hours=4), timedelta(hours=8), timedelta(hours=24))

    def due(self, floor_since: datetime, rung: int, hours: BusinessHours, *, urgent: bool) -> datetime:
        """When `rung` (1 to 3) is due for a conversation on the floor since `floor_since`."""
        spans = self.urgent if urgent else self.normal
        return hours.after(floor_since, spans[rung - 1])


@dataclass(frozen=True, slots=True)
class Policies:
    """Everything the life of a conversation needs to know about time."""

    lease: LeasePolicy = LeasePolicy()
    overdue: OverduePolicy = OverduePolicy()
    hours: Mapping[str, BusinessHours] = field(default_factory=dict)
    default_hours: BusinessHours = BusinessHours()

    def hours_of(self, department: str | None) -> BusinessHours:
        """The business hours of a department, the company's when it has none of its own."""
        return self.hours.get(department, self.default_hours) if department is not None else self.default_hours
