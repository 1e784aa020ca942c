"""An inbox in memory that knows a delivery again."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.domain.post import SourceEvent
from bot.errors import BatonError
from bot.ports import Inbox


class MemoryInbox(Inbox):
    """Keeps events in order; set `failure` to have the next calls raise it."""

    def __init__(self) -> None:
        self.events: list[SourceEvent] = []
        self.failure: BatonError | None = None
        self._known: set[tuple[str, ...]] = set()

    async def accept(self, events: Sequence[SourceEvent], source: str) -> list[bool]:
        """True where the event is new."""
        await asyncio.sleep(0)
        if self.failure is not None:
            raise self.failure
        fresh = []
        for event in events:
            name = (event.network, event.account, event.external_id, event.kind, event.revision)
            fresh.append(name not in self._known)
            if name not in self._known:
                self._known.add(name)
                self.events.append(event)
        return fresh
