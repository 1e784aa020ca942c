"""When it is calm again, what was rolled up gets cards of its own, a few at a time, what presses most first."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from bot.config import Config
from bot.domain.conversation import State
from bot.domain.rolling import WINDOW, is_calm, is_kept, to_unroll
from bot.errors import ConflictError
from bot.ports import Clock, Rollup, Storage, UnitOfWork
from handlers.rolling import Rolling
from handlers.showing import showing

EVERY = 2.0
"""Seconds from one look to the next."""

_COUNTED = 5_000

_MOVED = 50
"""So many are shown elsewhere at once where their surface is gone."""

_ASTRAY = timedelta(minutes=1)
"""Clocks of several machines differ a little; what was heard later than that was heard before a clock was set back."""


class Unroll:
    """One look at every open rollup; each is a unit of work of its own."""

    def __init__(self, storage: Storage, config: Config, clock: Clock, rolling: Rolling) -> None:
        self._storage = storage
        self._config = config
        self._clock = clock
        self._rolling = rolling

    async def __call__(self) -> None:
        """Unroll where it is calm, and end what is empty."""
        async with self._storage.reading() as uow:
            rollups = await uow.rollups.open()
        for rollup in rollups:
            # Whoever was first has done it, or the next look does: no channel waits for another one.
            with suppress(ConflictError):
                await self._describe(rollup)
                await self._look_at(rollup.id)

    async def _describe(self, rollup: Rollup) -> None:
        # By itself: whoever leaves the rollup takes a place on it first and the rollup then.
        about = self._rolling.surge.theme()
        if about and about != rollup.about:
            async with self._storage.writing() as uow:
                await uow.rollups.describe(rollup, about)

    async def _look_at(self, rollup_id: str) -> None:
        now = self._clock.now()
        async with self._storage.writing() as uow:
            rollup = await uow.rollups.get(rollup_id)
            if rollup is None or rollup.ended_at is not None:
                return
            if self._config.surface(rollup.surface) is None:
                await self._move(uow, rollup, now)
                return
            if is_kept(rollup.kept_until, now):
                return
            waiting = (await uow.rollups.waiting([rollup.surface], _COUNTED))[rollup.surface]
            queue = self._rolling.queue(rollup.surface, *waiting, rolling=True)
            arrived = await uow.rollups.arrived(rollup.id, now - WINDOW, now + _ASTRAY, _COUNTED)
            most = to_unroll(queue, EVERY) if is_calm(arrived, queue.pace) else 0
            if most and not await uow.rollups.unroll(rollup, most):
                await uow.rollups.end(rollup, now)

    async def _move(self, uow: UnitOfWork, rollup: Rollup, now: datetime) -> None:
        """Its surface is gone from baton.toml: what was rolled up there is shown where the routes want it now."""
        numbers = await uow.rollups.unroll(rollup, _MOVED)
        for number in numbers:
            c = await uow.conversations.get(number)
            if c is not None and c.state not in {State.RESOLVED, State.ECHO} and not c.forgotten:
                await self._rolling.show(uow, await showing(uow, self._config, c), now)
        if not numbers:
            await uow.rollups.end(rollup, now)
