"""Clears away finished work and what was remembered of it, and folds the counts of what came."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.domain.echoing import REMEMBERED
from bot.ports import Clock, Storage
from handlers.digest_kept import KEPT

DONE_KEPT = timedelta(days=1)
"""How long finished work and typed commands are remembered, so that a second delivery is known."""

ONCE_KEPT = timedelta(days=30)
"""How long work is remembered that must never come to be twice, like a digest."""

SETTLED = timedelta(minutes=10)
"""What came so long ago is in the store, whichever transaction brought it."""

Purge = Callable[[datetime, datetime], Awaitable[int]]
"""Deletes work that was done before a time, and work that must not come to be twice before another."""


class ClearAway:
    """What the clock starts now and then."""

    def __init__(self, storage: Storage, purge: Purge, clock: Clock) -> None:
        self._storage = storage
        self._purge = purge
        self._clock = clock

    async def __call__(self) -> None:
        """Clear away what is old enough."""
        now = self._clock.now()
        await self._purge(now - DONE_KEPT, now - ONCE_KEPT)
        async with self._storage.writing() as uow:
            await uow.forget_firsts(now - DONE_KEPT)
            await uow.echoes.clear(now - REMEMBERED)
            await uow.digests.clear(now - KEPT)
        async with self._storage.writing() as uow:
            await uow.sources.remember(now - SETTLED)
