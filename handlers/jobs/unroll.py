"""When it is calm again, what was rolled up gets cards of its own, a few at a time, what presses most first."""

from __future__ import annotations

from bot.domain.rolling import WINDOW, is_calm, to_unroll
from bot.ports import Clock, Storage
from handlers.rolling import Rolling

EVERY = 2.0
"""Seconds from one look to the next."""

_COUNTED = 5_000


class Unroll:
    """One look at every open rollup; each is a unit of work of its own."""

    def __init__(self, storage: Storage, clock: Clock, rolling: Rolling) -> None:
        self._storage = storage
        self._clock = clock
        self._rolling = rolling

    async def __call__(self) -> None:
        """Unroll where it is calm, and end what is empty."""
        async with self._storage.reading() as uow:
            rollups = await uow.rollups.open()
        for rollup in rollups:
            await self._look_at(rollup.id)

    async def _look_at(self, rollup_id: str) -> None:
        now = self._clock.now()
        async with self._storage.writing() as uow:
            rollup = await uow.rollups.get(rollup_id)
            if rollup is None or rollup.ended_at is not None:
                return
            about = self._rolling.surge.theme()
            if about and about != rollup.about:
                await uow.rollups.describe(rollup, about)
            if rollup.kept_until is not None and rollup.kept_until > now:
                return
            waiting = (await uow.rollups.waiting([rollup.surface], _COUNTED))[rollup.surface]
            queue = self._rolling.queue(rollup.surface, *waiting, rolling=True)
            arrived = await uow.rollups.arrived(rollup.id, now - WINDOW, _COUNTED)
            most = to_unroll(queue, EVERY) if is_calm(arrived, queue.pace) else 0
            if most and not await uow.rollups.unroll(rollup, most):
                await uow.rollups.end(rollup, now)
