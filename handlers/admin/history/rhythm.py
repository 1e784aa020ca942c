"""When the customers of a made-up past write: by the hour of the day, the day of the week, and one week with a spike."""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

_DAYS = (1.25, 1.1, 1.0, 1.0, 0.95, 0.6, 0.55)
_HOURS = (2, 1, 1, 1, 1, 2, 4, 7, 10, 12, 13, 12, 12, 11, 11, 11, 11, 12, 13, 14, 14, 12, 8, 4)

SPIKE = 2.2
"""How many times as much is written on the days of the spike."""

GROWTH = 0.15
"""By how much more is written in the last week than in the first."""


class Rhythm:
    """The hours of so many weeks until `now`, and how much is written in each."""

    def __init__(self, now: datetime, weeks: int, timezone: str) -> None:
        self.begin = (now - timedelta(weeks=weeks)).astimezone(UTC)
        self.now = now.astimezone(UTC)
        self.weeks = weeks
        # Late enough to stand out from weeks before it, and early enough to be over.
        self.spiked = self.begin + timedelta(weeks=max(0, weeks * 3 // 4 - 1))
        zone = ZoneInfo(timezone)
        self._hours = [self.begin + timedelta(hours=at) for at in range(weeks * 168)]
        weights = (self._weight(hour, hour.astimezone(zone)) for hour in self._hours)
        self._upto = list(accumulate(weights))

    def in_spike(self, at: datetime) -> bool:
        """Did the spike's four days cover this instant?"""
        return timedelta() <= at - self.spiked < timedelta(days=4)

    def passed(self, at: datetime) -> float:
        """Which share of the whole time had passed, from 0 to 1."""
        return (at - self.begin) / (self.now - self.begin)

    def times(self, count: int, chance: random.Random) -> Sequence[datetime]:
        """So many instants, the earliest first, all of them a minute or more ago."""
        last, latest = self._upto[-1], self.now - timedelta(minutes=1)
        found = []
        for _ in range(count):
            hour = self._hours[bisect(self._upto, chance.random() * last)]
            found.append(min(latest, hour + timedelta(seconds=chance.randrange(3_600))))
        return sorted(found)

    def _weight(self, at: datetime, local: datetime) -> float:
        spike = SPIKE if self.in_spike(at) else 1.0
        return _HOURS[local.hour] * _DAYS[local.weekday()] * spike * (1 + GROWTH * self.passed(at))
