"""Asks every source that is polled what is new, each at its own interval; the cursor is kept with the rows it covers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.domain.delivery import Polled
from bot.domain.post import SourceEvent
from bot.errors import ConflictError, PermanentError
from bot.ports import Clock, Source, Storage
from handlers.events import source_notices
from handlers.jobs.running import carried_out
from handlers.polling import (
    Polling,
    after_failure,
    after_success,
    cursor_key,
    has_caught_up,
    key_of,
    polling,
    read_polling,
    reported,
    with_budget,
    write_polling,
)
from handlers.taking_in import take_in

_log = structlog.get_logger(__name__)

BATCH = 200
"""Events of one poll, and of one transaction."""

AT_ONCE = 8
"""Sources asked at the same time."""

LEASE = timedelta(minutes=2)
"""For so long a source is asked by the replica that took it; a dead one's turn ends by itself."""

LONGEST_VISIT = LEASE - timedelta(seconds=15)

LOOK = 15.0
"""Seconds after which the store is asked whether a source is due sooner than was known here."""

DEAF = 60.0
"""Seconds until a source whose `news` failed is listened to again; it is polled meanwhile."""

NEWS_EVERY = 1.0
"""Seconds between two visits that news hastens."""

TRIES = 3
"""How often a visit's rows are put in when another replica writes the same."""

Noted = Callable[[str, Sequence[SourceEvent], Sequence[bool]], None]
"""Is told what came from a source, and which of it was new."""


class PollSources:
    """Replicas may run it at the same time: each visit is taken in the store first. `alone` says that there are none.

    `operators` are the surfaces that are told when a source is out and when it is back.
    """

    def __init__(
        self,
        storage: Storage,
        sources: Iterable[Source],
        clock: Clock,
        *,
        operators: Sequence[str] = (),
        alone: bool = False,
        noted: Noted = lambda source, events, fresh: None,
        look: float = LOOK,
    ) -> None:
        self._storage = storage
        self._sources = [source for source in sources if source.capabilities().poll]
        self._clock = clock
        self._operators = operators
        self._alone = alone
        self._noted = noted
        self._look = look
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._next: dict[str, datetime] = {}
        self._bells = {source.name: asyncio.Event() for source in self._sources}
        self._visited = {source.name: asyncio.Event() for source in self._sources}
        self._hastened: set[str] = set()
        self._failing: set[str] = set()

    async def __call__(self) -> int:
        """Ask every source that is due once; gives how many events were new."""
        return sum(await asyncio.gather(*(self.visit(source) for source in self._sources)))

    async def run(self) -> None:
        """Ask every source whenever it is due or has news, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._look_again())
            for source in self._sources:
                group.create_task(self._attend(source))
                group.create_task(self._listen(source))

    async def visit(self, source: Source, *, early: bool = False) -> int:
        """Ask a source if it is due, or `early` whenever nobody else does; gives how many events were new."""
        async with self._gate:
            taken = await self._take(source, early=early)
            if taken is None:
                return 0
            state, cursor = taken
            try:
                async with asyncio.timeout(LONGEST_VISIT.total_seconds()):
                    polled = await source.poll(cursor, BATCH)
            except asyncio.CancelledError:
                await self._let_go(source, state)
                raise
            except Exception as error:
                # Whatever one source does, the others are asked, and doctor hears of it.
                await self._failed(source, state, error)
                return 0
            return await self._keep(source, state, cursor, polled)

    async def _take(self, source: Source, *, early: bool) -> tuple[Polling, str | None] | None:
        """The state and the cursor, if the visit is ours."""
        async with self._storage.reading() as uow:
            kept = await uow.setting(key_of(source.name))
            cursor = await uow.setting(cursor_key(source.name))
        state, now = read_polling(kept), self._clock.now()
        taken = bool(state.visit_until) and datetime.fromisoformat(state.visit_until) > now
        due = state.due_at(now)
        if due > now and (taken or not early):
            self._next[source.name] = due
            return None
        if not self._alone:
            mine = replace(state, visit_until=(now + LEASE).isoformat())
            async with self._storage.writing() as uow:
                if not await uow.swap_setting(key_of(source.name), kept, write_polling(mine)):
                    self._next[source.name] = now + timedelta(seconds=self._look)
                    return None
        if state.budget_begun:
            source.restore_spent(datetime.fromisoformat(state.budget_begun), state.budget_spent)
        return state, cursor

    async def _keep(self, source: Source, state: Polling, before: str | None, polled: Polled) -> int:
        """The rows, the cursor and how it went, in one transaction; what cannot be stored is taken in as unread first."""
        events, already = polled.events, 0
        for _ in range(TRIES):
            try:
                return already + await self._commit(source, state, before, replace(polled, events=events), already)
            except ConflictError:
                continue
            except PermanentError:
                taken = await take_in(self._storage, polled.events, source.name, self._clock.now())
                self._noted(source.name, polled.events, taken)
                events, already = (), sum(taken)
        await self._let_go(source, state)
        return already

    async def _commit(self, source: Source, state: Polling, before: str | None, polled: Polled, already: int) -> int:
        now = self._clock.now()
        async with self._storage.writing() as uow:
            fresh = await uow.posts.accept(polled.events, source.name, now) if polled.events else []
            new = sum(fresh)
            if await uow.setting(cursor_key(source.name)) == before:
                await uow.set_setting(cursor_key(source.name), polled.cursor)
            # Else another replica was here meanwhile: its cursor stands, and overlap does no harm.
            after = after_success(with_budget(state, source), polled, new + already, now, source.every)
            if has_caught_up(after, polled, new + already, now):
                await uow.outbox.put(*source_notices.back(source, after, self._operators))
                after = reported(after)
            await uow.set_setting(key_of(source.name), write_polling(after))
        self._next[source.name] = after.due_at(now)
        self._failing.discard(source.name)
        self._noted(source.name, polled.events, fresh)
        if state.quarantined:
            _log.info("source_back", source=source.name, out_since=state.quarantined_since)
        if fresh:
            _log.info("source_polled", source=source.name, new=new, known=len(fresh) - new)
        return new

    async def _failed(self, source: Source, state: Polling, error: Exception) -> None:
        now = self._clock.now()
        failed = after_failure(with_budget(state, source), error, now, source.every)
        async with self._storage.writing() as uow:
            if failed.quarantined and not state.quarantined:
                await uow.outbox.put(*source_notices.out(source, failed, self._operators))
            await uow.set_setting(key_of(source.name), write_polling(failed))
        self._next[source.name] = failed.due_at(now)
        self._failing.add(source.name)
        if failed.off_since:
            if not state.off_since:
                _log.warning("source_off", source=source.name, why=failed.error)
        elif failed.failures == state.failures:
            _log.info("source_rests", source=source.name, why=str(error))
        else:
            _log.warning("source_failed", source=source.name, failures=failed.failures, why=failed.error)
        if failed.quarantined and not state.quarantined:
            _log.error("source_quarantined", source=source.name, why=failed.error)

    async def _let_go(self, source: Source, state: Polling) -> None:
        """The visit came to nothing: whoever is next need not wait for its end."""
        if not self._alone:
            async with self._storage.writing() as uow:
                await uow.set_setting(key_of(source.name), write_polling(with_budget(state, source)))

    async def _attend(self, source: Source) -> None:
        """Visit one source for ever. What kept it back before Baton was started again may be mended now."""
        early = await self._was_kept_back(source)
        while True:

            async def visit(early: bool = early) -> None:
                await self.visit(source, early=early)

            await carried_out(visit)
            self._visited[source.name].set()
            early = await self._until_due(source)

    async def _was_kept_back(self, source: Source) -> bool:
        async def look() -> None:
            async with self._storage.reading() as uow:
                states.append(await polling(uow, source.name))

        states: list[Polling] = []
        return await carried_out(look) and bool(states[0].refusals or states[0].off_since)

    async def _until_due(self, source: Source) -> bool:
        """Wait for the next visit; is it an early one, since there is news?"""
        bell = self._bells[source.name]
        while True:
            bell.clear()
            if source.name in self._hastened:
                self._hastened.discard(source.name)
                if source.name not in self._failing:
                    return True
            now = self._clock.now()
            left = (self._next.get(source.name, now + timedelta(seconds=1)) - now).total_seconds()
            if left <= 0:
                return False
            try:
                async with asyncio.timeout(left):
                    await bell.wait()
            except TimeoutError:
                continue

    async def _look_again(self) -> None:
        """Other replicas and `sources poll` may have changed when a source is due."""

        async def look() -> None:
            now = self._clock.now()
            async with self._storage.reading() as uow:
                states = {source.name: await polling(uow, source.name) for source in self._sources}
            for name, state in states.items():
                self._next[name] = state.due_at(now)
                self._bells[name].set()

        while True:
            await asyncio.sleep(self._look)
            await carried_out(look)

    async def _listen(self, source: Source) -> None:
        """Let a source that tells when there is something be asked at once."""
        while True:
            self._visited[source.name].clear()
            try:
                await source.news()
            except Exception as error:
                _log.warning("source_deaf", source=source.name, why=str(error), seconds=DEAF)
                await asyncio.sleep(DEAF)
                continue
            if source.name not in self._failing:
                # One that fails is asked in its time: to hasten that could be what its server does not want.
                self._hastened.add(source.name)
                self._bells[source.name].set()
                await self._visited[source.name].wait()
            await asyncio.sleep(NEWS_EVERY)
