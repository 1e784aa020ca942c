"""Leaving a model alone that failed several times in a row: whoever waits for it is told at once instead of after its time-out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bot.errors import RetriableError

AFTER = 5
"""So many failures in a row."""

FIRST, LONGEST = timedelta(seconds=30), timedelta(minutes=15)
"""The first rest; each that follows without a success between them is twice as long."""


class Rest:
    """Counts failures. `now` is the clock."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now
        self._failures = 0
        self._next = FIRST
        self._until: datetime | None = None
        self._why = ""

    def must_be_over(self) -> None:
        """Raises `RetriableError` while the model is left alone."""
        now = self._now()
        if self._until is not None and now < self._until:
            left = (self._until - now).total_seconds()
            raise RetriableError(f"The model is left alone for {left:.0f} s: {self._why}", left)

    def failed(self, why: str, asked: float | None = None) -> None:
        """It failed; `asked` are the seconds for which it wants to be left alone."""
        self._failures += 1
        self._why = why
        if self._failures >= AFTER:
            self._until = self._now() + self._next
            self._next = min(2 * self._next, LONGEST)
            # One that still fails afterwards is left alone again at once.
            self._failures = AFTER - 1
        if asked:
            until = self._now() + timedelta(seconds=asked)
            self._until = max(self._until, until) if self._until is not None else until

    def worked(self) -> None:
        """It answered."""
        self._failures, self._next, self._until = 0, FIRST, None
