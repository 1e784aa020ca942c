"""Asks every source that is polled what is new, each at its own interval; the cursor is kept with the rows it covers."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, timedelta

import structlog

from bot.domain.delivery import Polled
from bot.errors import BatonError, ConflictError, RetriableError
from bot.ports import Clock, Source, Storage
from handlers.polling import Polling, polling

_log = structlog.get_logger(__name__)

EVERY = timedelta(seconds=15)
"""How often the clock should start this job; which sources are due is decided here."""

BATCH = 200
"""Events of one poll, and of one transaction."""

AT_ONCE = 4
"""Sources asked at the same time."""

LONGEST_PAUSE = timedelta(hours=6)


class PollSources:
    """One run asks the sources that are due. Replicas may run it at the same time: rows are stored once all the same."""

    def __init__(self, storage: Storage, sources: Iterable[Source], clock: Clock) -> None:
        self._storage = storage
        self._sources = [source for source in sources if source.capabilities().poll]
        self._clock = clock

    async def __call__(self) -> int:
        """Ask every source that is due; gives how many events were new."""
        gate = asyncio.Semaphore(AT_ONCE)
        return sum(await asyncio.gather(*(self._visit(source, gate) for source in self._sources)))

    async def _visit(self, source: Source, gate: asyncio.Semaphore) -> int:
        async with gate:
            async with self._storage.reading() as uow:
                state = await polling(uow, source.name)
                cursor = await uow.setting(f"cursor:{source.name}")
            if state.next_at and datetime.fromisoformat(state.next_at) > self._clock.now():
                return 0
            try:
                polled = await source.poll(cursor, BATCH)
            except Exception as error:
                # Whatever one source does, the others are asked, and doctor hears of it.
                await self._failed(source, state, error)
                return 0
            try:
                return await self._keep(source, cursor, polled)
            except ConflictError:
                # Another replica keeps the same at this moment; whoever comes next takes up what is left.
                return 0

    async def _keep(self, source: Source, before: str | None, polled: Polled) -> int:
        now = self._clock.now()
        pause = polled.next_after if polled.next_after is not None else source.every
        state = Polling(next_at=(now + pause).isoformat(), last_success=now.isoformat())
        async with self._storage.writing() as uow:
            fresh = await uow.posts.accept(polled.events, source.name, now) if polled.events else []
            if await uow.setting(f"cursor:{source.name}") == before:
                await uow.set_setting(f"cursor:{source.name}", polled.cursor)
            # Else another replica was here meanwhile: its cursor stands, and overlap does no harm.
            await uow.set_setting(f"polling:{source.name}", json.dumps(asdict(state)))
        if fresh:
            _log.info("source_polled", source=source.name, new=sum(fresh), known=len(fresh) - sum(fresh))
        return sum(fresh)

    async def _failed(self, source: Source, state: Polling, error: Exception) -> None:
        now = self._clock.now()
        asked = error.retry_after if isinstance(error, RetriableError) else None
        pause = timedelta(seconds=asked) if asked is not None else _back_off(source.every, state.failures)
        what = str(error) if isinstance(error, BatonError) else f"{type(error).__name__}: {error}"
        failed = Polling(
            next_at=(now + pause).isoformat(),
            last_success=state.last_success,
            last_failure=now.isoformat(),
            failures=state.failures + 1,
            error=what[:500],
        )
        _log.warning("source_failed", source=source.name, failures=failed.failures, why=failed.error)
        async with self._storage.writing() as uow:
            await uow.set_setting(f"polling:{source.name}", json.dumps(asdict(failed)))


def _back_off(every: timedelta, failures: int) -> timedelta:
    """The usual interval, doubled with each failure in a row, a little more by chance."""
    longest = max(LONGEST_PAUSE, every)
    return min(every * 2.0 ** min(failures, 10), longest) * random.uniform(1.0, 1.2)
