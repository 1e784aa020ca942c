"""The sources are attended for as long as Baton runs: each in its time, at once where there is news, and after a restart."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from bot.domain.delivery import Polled
from bot.domain.post import Author, Post, SourceEvent
from bot.errors import PermanentError, RetriableError
from bot.ports import Storage
from handlers.arrivals import Arrivals, last_arrival
from handlers.jobs.poll_sources import PollSources
from handlers.polling import polling
from integrations.budget import Purse
from storage import SqlStorage
from tests.fakes.clock import SetClock, SystemClock
from tests.handlers.jobs.test_poll_sources import Counting


@asynccontextmanager
async def attended(job: PollSources) -> AsyncIterator[None]:
    task = asyncio.create_task(job.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - what is waited for is outside
            await asyncio.sleep(0.01)


async def test_a_source_is_asked_as_often_as_it_is_set(storage: SqlStorage) -> None:
    source, rare = Counting("quick", every=timedelta(seconds=0.1)), Counting("rare")
    async with attended(PollSources(storage, [source, rare], SystemClock(), alone=True)):
        await until(lambda: len(source.asked) >= 4)
    assert source.asked[:4] == [None, "1", "2", "3"]
    assert rare.asked == [None]


async def test_news_hastens_the_next_visit(storage: SqlStorage, clock: SetClock) -> None:
    class Telling(Counting):
        def __init__(self, name: str) -> None:
            super().__init__(name)
            self.bell = asyncio.Event()

        async def news(self) -> None:
            await self.bell.wait()
            self.bell.clear()

    source, failing = Telling("mail"), Telling("broken")
    failing.failure = RetriableError("503")
    async with attended(PollSources(storage, [source, failing], clock)):
        await until(lambda: len(source.asked) == len(failing.asked) == 1)
        source.bell.set()
        failing.bell.set()
        await until(lambda: len(source.asked) == 2)
    assert len(failing.asked) == 1


async def test_a_source_that_cannot_listen_is_polled_all_the_same(storage: SqlStorage) -> None:
    class Deaf(Counting):
        async def news(self) -> None:
            raise RetriableError("the connection was closed")

    source = Deaf("mail", every=timedelta(seconds=0.05))
    async with attended(PollSources(storage, [source], SystemClock())):
        await until(lambda: len(source.asked) >= 3)


async def test_what_was_refused_is_tried_at_once_after_a_restart(storage: SqlStorage, clock: SetClock) -> None:
    source, waiting = Counting("blog"), Counting("busy")
    source.failure, waiting.failure = PermanentError("401"), RetriableError("429", retry_after=3600)
    await PollSources(storage, [source, waiting], clock)()
    source.failure = waiting.failure = None
    async with attended(PollSources(storage, [source, waiting], clock)):
        await until(lambda: len(source.asked) == 2)
        await asyncio.sleep(0.1)
    assert len(waiting.asked) == 1


async def test_a_time_that_somebody_else_sets_is_noticed(storage: SqlStorage, clock: SetClock) -> None:
    source = Counting("blog")
    async with attended(PollSources(storage, [source], clock, look=0.05)):
        await until(lambda: len(source.asked) == 1)
        async with storage.writing() as uow:
            await uow.set_setting("polling:blog", "{}")
        await until(lambda: len(source.asked) == 2)


async def test_to_be_told_to_end_gives_the_turn_back(storage: SqlStorage, clock: SetClock) -> None:
    class Hanging(Counting):
        async def poll(self, cursor: str | None, limit: int) -> Polled:
            self.asked.append(cursor)
            await asyncio.Event().wait()
            raise AssertionError

    source = Hanging("blog")
    async with attended(PollSources(storage, [source], clock)):
        await until(lambda: len(source.asked) == 1)
    assert await PollSources(storage, [Counting("blog")], clock)() == 1


async def test_the_budget_holds_over_a_restart(storage: SqlStorage, clock: SetClock) -> None:
    class Costly(Counting):
        def __init__(self) -> None:
            super().__init__("api", every=timedelta(minutes=1))
            self.purse = Purse(3, timedelta(hours=1), now=clock.now)

        async def poll(self, cursor: str | None, limit: int) -> Polled:
            assert self.purse is not None
            self.purse.spend(1, self.name)
            return await super().poll(cursor, limit)

    came = 0
    for _ in range(6):
        came += await PollSources(storage, [Costly()], clock)()
        clock.move(timedelta(minutes=1))
    assert came == 3
    async with storage.reading() as uow:
        kept = await polling(uow, "api")
    assert (kept.budget_spent, kept.failures) == (3, 0)
    clock.move(timedelta(hours=1))
    assert await PollSources(storage, [Costly()], clock)() == 1


async def test_what_cannot_be_stored_holds_nothing_up(either_storage: Storage, clock: SetClock) -> None:
    class Odd(Counting):
        async def poll(self, cursor: str | None, limit: int) -> Polled:
            polled = await super().poll(cursor, limit)
            fine = polled.events[0]
            assert fine.post is not None
            author = Author.model_construct(handle="lone \ud800 half")
            known = dict(fine.post) | {"external_id": "odd", "author": author, "text": "lone \ud800 half"}
            bad = SourceEvent.model_construct(
                **(dict(fine) | {"external_id": "odd", "post": Post.model_construct(**known)})
            )
            return Polled((bad, fine), polled.cursor)

    arrivals = Arrivals(clock)
    assert await PollSources(either_storage, [Odd("blog")], clock, noted=arrivals.note)() == 2
    async with either_storage.reading() as uow:
        assert (await uow.counts()).posts == 1
        assert [each.source for each in await uow.sources.unread()] == ["blog"]
        assert await uow.setting("cursor:blog") == "1"


async def test_what_comes_is_counted_and_when_it_came_is_kept(either_storage: Storage, clock: SetClock) -> None:
    arrivals = Arrivals(clock)
    job = PollSources(either_storage, [Counting("blog")], clock, noted=arrivals.note)
    await job()
    await arrivals.flush(either_storage)
    assert arrivals.counted == {("blog", "created", True): 1}
    async with either_storage.reading() as uow:
        assert await last_arrival(uow, "blog") == clock.now()
    ahead = datetime(2030, 1, 1, tzinfo=UTC)
    async with either_storage.writing() as uow:
        await uow.set_setting("arrived:blog", ahead.isoformat())
    clock.move(timedelta(minutes=10))
    await job()
    await arrivals.flush(either_storage)
    async with either_storage.reading() as uow:
        assert await last_arrival(uow, "blog") == ahead
