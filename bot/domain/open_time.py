"""How much open time lies between two instants, for many pairs of them: the openings of a span are laid out once."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, datetime, timedelta

from bot.domain.policy import BusinessHours


class OpenTime:
    """Business hours between `first` and `last`; what lies outside is cut off. Says the same as `BusinessHours.between`."""

    def __init__(self, hours: BusinessHours, first: datetime, last: datetime) -> None:
        self._origin = first.astimezone(UTC)
        self._always = hours.always_open
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._before: list[int] = []
        total = 0
        for opens, closes in hours.openings(first, last):
            begin, end = self._offset(opens), self._offset(closes)
            self._starts.append(begin)
            self._ends.append(end)
            self._before.append(total)
            total += end - begin

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Open time between two instants; zero when `end` is before `start`."""
        if end <= start:
            return timedelta()
        if self._always:
            return end - start
        return timedelta(microseconds=self._upto(self._offset(end)) - self._upto(self._offset(start)))

    def _offset(self, at: datetime) -> int:
        return (at - self._origin) // timedelta(microseconds=1)

    def _upto(self, offset: int) -> int:
        at = bisect_right(self._starts, offset) - 1
        if at < 0:
            return 0
        return self._before[at] + min(offset, self._ends[at]) - self._starts[at]
