"""What trackers deliver: kept as work before it is acknowledged, and counted for `doctor` and the metrics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from bot.ports import Clock, Storage
from handlers.tracking import heard

TAKEN = frozenset({"taken", "nothing"})
"""What became of a delivery that was let in."""


class TrackerArrivals:
    """Counts since this process started; `counted` is by tracker and by what became of the delivery."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock
        self.counted: Counter[tuple[str, str]] = Counter()
        self.refused: dict[str, tuple[str, datetime]] = {}
        """Why the last delivery of a tracker was not let in, and when; of those of which none was let in since."""

    async def heard(self, tracker: str, delivery: str, refs: Sequence[str]) -> int:
        """These issues changed; gives how many of them are an idea's, once that is committed."""
        if not refs:
            return 0
        async with self._storage.writing() as uow:
            return await heard(uow, tracker, delivery, refs)

    def note(self, tracker: str, outcome: str) -> None:
        """What became of a delivery."""
        self.counted[tracker, outcome] += 1
        if outcome in TAKEN:
            self.refused.pop(tracker, None)
        else:
            self.refused[tracker] = outcome, self._clock.now()
