"""While hearing is behind, posts are read before their turn: what cannot wait is heard first."""

from __future__ import annotations

import asyncio

from bot.domain.post import StoredPost
from bot.domain.triage import Reading, Why, is_urgent
from bot.ports import PostKey, Storage, Triage

AT_ONCE = 300
"""So many posts are read at one look: a part of a second."""

_KEPT = 5_000
"""So many readings are kept until their posts are heard, so that none is read twice; of more, only the urgency is."""

_KNOWN = 20_000
"""Of so many posts that wait it is known where they are, to be heard with what answers them."""


class ReadingAhead(Triage):
    """Triage that has read some posts already."""

    def __init__(self, storage: Storage, triage: Triage) -> None:
        self._storage = storage
        self._triage = triage
        self._read: dict[str, Reading] = {}
        self._waiting: dict[PostKey, StoredPost] = {}
        self._after = "0"

    async def look(self) -> list[str]:
        """Read the next posts that wait; gives the ids of those that cannot, each after what it answers."""
        async with self._storage.reading() as uow:
            posts = await uow.posts.waiting(self._after, AT_ONCE)
        urgent: list[str] = []
        for stored in posts:
            self._after = stored.id
            if len(self._waiting) < _KNOWN:
                self._waiting[stored.post.key] = stored
            reading = self._triage.read(stored.post.text)
            if len(self._read) < _KEPT:
                self._read[stored.post.text] = reading
            if is_urgent(reading):
                urgent += [each.id for each in self._with_what_it_answers(stored)]
            # Others have the loop to themselves in between.
            await asyncio.sleep(0)
        return list(dict.fromkeys(urgent))

    def caught_up(self) -> None:
        """All is heard: the next look begins with the first that waits then."""
        self._read.clear()
        self._waiting.clear()
        self._after = "0"

    def read(self, text: str) -> Reading:
        """What is found in a text."""
        return self._read.pop(text, None) or self._triage.read(text)

    def explain(self, text: str) -> tuple[Why, ...]:
        """What spoke for each finding."""
        return self._triage.explain(text)

    def common_words(self) -> frozenset[str]:
        """Words that tell nothing of what a text is about."""
        return self._triage.common_words()

    def _with_what_it_answers(self, stored: StoredPost) -> list[StoredPost]:
        """The posts that wait and lead to this one, the first of them first: alone it would begin a conversation."""
        chain: dict[PostKey, StoredPost] = {}
        reached: StoredPost | None = stored
        while reached is not None and reached.post.key not in chain:
            chain[reached.post.key] = reached
            reached = next((self._waiting[key] for key in reached.post.answers if key in self._waiting), None)
        return list(reversed(chain.values()))
