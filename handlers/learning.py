"""What was learned, read from the store into the triage of this process, and again whenever it changed there."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping

from bot.config import Config
from bot.domain.learning import Learning
from bot.ports import Learner, Storage, Taught, UnitOfWork
from handlers.learning_key import LearningKey

PORTION = 1_000
"""Counts that are read before others have their turn: about two milliseconds."""


async def learned(
    uow: UnitOfWork, departments: Collection[str], portion: int = PORTION, key: bytes | None = b""
) -> Learning:
    """All that was learned of these departments, with the key of its numbers, and nothing where that is not known.

    The event loop is free between two portions.
    """
    if key is None:
        return Learning(key=None)
    posts = {key: taught.posts for key, taught in (await uow.lessons.taught()).items() if key in departments}
    words: dict[int, dict[str, float]] = {}
    after = (-1, "")
    while rows := await uow.lessons.words(after, portion):
        for number, department, count in rows:
            if department in departments:
                words.setdefault(number, {})[department] = count
        after = rows[-1][:2]
        await asyncio.sleep(0)
    return Learning(posts, words, key)


class TakeUpLearned:
    """What the clock starts every minute: what was learned here or by other processes since, or made forgotten, holds here too."""

    def __init__(self, storage: Storage, config: Config, learner: Learner, key: LearningKey) -> None:
        self._storage = storage
        self._key = key
        self._departments = frozenset(config.departments)
        self._learner = learner
        self._before: tuple[bytes | None, Mapping[str, Taught]] | None = None

    async def __call__(self) -> None:
        """Read it where it changed since the last time."""
        key = await self._key.of(self._storage)
        async with self._storage.reading() as uow:
            now = key, await uow.lessons.taught()
            if now == self._before:
                return
            learning = await learned(uow, self._departments, key=key)
        self._learner.take_up(learning)
        self._before = now
