"""Turns new posts into conversations as they come, without getting in the way of those that are still coming."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from bot.config import Config
from bot.errors import ConflictError
from bot.ports import Clock, Storage
from handlers.hearing import hear

BATCH = 60
"""Posts of one transaction: small enough that a person's command does not wait for it."""

YIELD = 0.02
"""Seconds that hearing stands back, again and again, while deliveries wait for their commit ..."""

PATIENCE = 1.0
"""... but not longer than this, so that a stream without end is heard too."""


class HearPosts:
    """One call hears all there is."""

    def __init__(self, storage: Storage, config: Config, clock: Clock, busy: Callable[[], bool]) -> None:
        self._storage = storage
        self._config = config
        self._clock = clock
        self._busy = busy

    async def __call__(self) -> None:
        """Hear in batches until nothing is left."""
        more = True
        while more:
            await self._stand_back()
            try:
                more = await hear(self._storage, self._config, self._config.life_policies, self._clock, BATCH) > 0
            except ConflictError:
                await asyncio.sleep(YIELD)

    async def _stand_back(self) -> None:
        waited = 0.0
        while self._busy() and waited < PATIENCE:
            await asyncio.sleep(YIELD)
            waited += YIELD
