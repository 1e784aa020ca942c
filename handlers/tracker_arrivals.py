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
        self.last: dict[tuple[str, bool], datetime] = {}
        """When something last came of a tracker, by whether it was let in."""

    async def heard(self, tracker: str, delivery: str, refs: Sequence[str]) -> int:
        """These issues changed; gives how many of them are an idea's, once that is committed."""
        if not refs:
            return 0
        async with self._storage.writing() as uow:
            return await heard(uow, tracker, delivery, refs)

    def note(self, tracker: str, outcome: str) -> None:
        """What became of a delivery."""
        self.counted[tracker, outcome] += 1
        self.last[tracker, outcome in TAKEN] = self._clock.now()

    def refused(self, tracker: str) -> tuple[str, datetime] | None:
        """Why most were refused since the last one that was let in, and when the last of them came."""
        at, before = self.last.get((tracker, False)), self.last.get((tracker, True))
        if at is None or (before is not None and before >= at):
            return None
        reasons = {why: many for (name, why), many in self.counted.items() if name == tracker and why not in TAKEN}
        return max(reasons, key=lambda why: reasons[why]), at
