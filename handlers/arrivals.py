"""What comes in from each source, counted in this process alone: the way in must not write a row that all deliveries share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from bot.domain.post import SourceEvent
from bot.ports import Clock, Storage, UnitOfWork


class Arrivals:
    """Counts events by source, kind and whether they were new; `flush` keeps when something came last.

    A source that sends what is known already is alive, too.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.counted: Counter[tuple[str, str, bool]] = Counter()
        self.last: dict[str, datetime] = {}
        self._kept: dict[str, datetime] = {}

    def note(self, source: str, events: Sequence[SourceEvent], fresh: Sequence[bool]) -> None:
        """Count what came from a source, and which of it was new."""
        for event, new in zip(events, fresh, strict=True):
            self.counted[source, event.kind, new] += 1
        self.last[source] = self._clock.now()

    async def flush(self, storage: Storage) -> None:
        """Keep the times that have moved on; another replica's later time stands."""
        moved = {source: at for source, at in self.last.items() if self._kept.get(source) != at}
        if not moved:
            return
        async with storage.writing() as uow:
            for source, at in moved.items():
                known = await last_arrival(uow, source)
                if known is None or known < at:
                    await uow.set_setting(_key(source), at.isoformat())
        self._kept |= moved


def _key(source: str) -> str:
    return f"arrived:{source}"


async def last_arrival(uow: UnitOfWork, source: str) -> datetime | None:
    """When something came from this source last, to whichever replica."""
    kept = await uow.setting(_key(source))
    return datetime.fromisoformat(kept) if kept else None
