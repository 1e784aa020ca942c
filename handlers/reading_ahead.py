"""While hearing is behind, posts are read before their turn: what cannot wait is heard first."""

from __future__ import annotations

import asyncio

from bot.domain.triage import Reading, Why, is_urgent
from bot.ports import Storage, Triage

AT_ONCE = 300
"""So many posts are read at one look: a part of a second."""

_KEPT = 5_000
"""So many readings are kept until their posts are heard, so that none is read twice; of more, only the urgency is."""


class ReadingAhead(Triage):
    """Triage that has read some posts already."""

    def __init__(self, storage: Storage, triage: Triage) -> None:
        self._storage = storage
        self._triage = triage
        self._read: dict[str, Reading] = {}
        self._after = 0

    async def look(self) -> list[str]:
        """Read the next posts that wait; gives the ids of those that cannot."""
        async with self._storage.reading() as uow:
            waiting = await uow.posts.waiting(self._after, AT_ONCE)
        urgent = []
        for id_, said in waiting:
            self._after = id_
            reading = self._triage.read(said)
            if len(self._read) < _KEPT:
                self._read[said] = reading
            if is_urgent(reading):
                urgent.append(str(id_))
            # Others have the loop to themselves in between.
            await asyncio.sleep(0)
        return urgent

    def caught_up(self) -> None:
        """All is heard: the next look begins with the first that waits then."""
        self._read.clear()
        self._after = 0

    def read(self, text: str) -> Reading:
        """What is found in a text."""
        return self._read.pop(text, None) or self._triage.read(text)

    def explain(self, text: str) -> tuple[Why, ...]:
        """What spoke for each finding."""
        return self._triage.explain(text)

    def common_words(self) -> frozenset[str]:
        """Words that tell nothing of what a text is about."""
        return self._triage.common_words()
