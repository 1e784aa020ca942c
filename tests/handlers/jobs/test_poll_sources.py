"""Sources are asked at their own interval; the cursor goes in with the rows; failures are kept, and back off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.config import Config
from bot.domain.delivery import Capabilities, Polled
from bot.domain.post import Author, Post, SourceEvent
from bot.errors import PermanentError, RetriableError
from bot.ports import Storage
from handlers.jobs.poll_sources import PollSources
from handlers.polling import Polling, polling
from integrations.http import Http
from integrations.source import Connector, SourceSettings
from tests.fakes.clock import SetClock


class Counting(Connector):
    """Gives one new post at each poll; the cursor counts them."""

    kind = "counting"
    abilities = Capabilities(poll=True)

    def __init__(self, name: str, every: timedelta = timedelta(minutes=10)) -> None:
        super().__init__(SourceSettings(name, every=every), Http())
        self.asked: list[str | None] = []
        self.failure: Exception | None = None
        self.next_after: timedelta | None = None

    async def poll(self, cursor: str | None, limit: int) -> Polled:
        self.asked.append(cursor)
        if self.failure is not None:
            raise self.failure
        number = int(cursor or "0") + 1
        post = Post(
            network="counting",
            account=self.name,
            external_id=str(number),
            author=Author(handle="maya"),
            text=f"post {number}",
            posted_at=datetime(2026, 3, 2, 8, tzinfo=UTC),
        )
        event = SourceEvent(kind="created", network="counting", account=self.name, external_id=str(number), post=post)
        return Polled((event,), str(number), self.next_after)


@pytest.fixture
def source() -> Counting:
    return Counting("blog")


async def state(storage: Storage, name: str = "blog") -> tuple[Polling, str | None, int]:
    async with storage.reading() as uow:
        return await polling(uow, name), await uow.setting(f"cursor:{name}"), (await uow.counts()).posts


async def test_a_source_is_asked_when_its_interval_has_passed(
    storage: Storage, clock: SetClock, source: Counting
) -> None:
    job = PollSources(storage, [source], clock)
    assert await job() == 1
    clock.move(timedelta(minutes=9))
    assert await job() == 0
    clock.move(timedelta(minutes=1))
    assert await job() == 1
    assert source.asked == [None, "1"]


async def test_rows_and_cursor_are_kept_together(either_storage: Storage, clock: SetClock, source: Counting) -> None:
    await PollSources(either_storage, [source], clock)()
    kept, cursor, posts = await state(either_storage)
    assert (cursor, posts) == ("1", 1)
    assert kept.failures == 0
    assert kept.last_success == clock.now().isoformat()


async def test_a_source_that_has_more_is_asked_again_at_once(
    storage: Storage, clock: SetClock, source: Counting
) -> None:
    source.next_after = timedelta(0)
    job = PollSources(storage, [source], clock)
    assert [await job(), await job()] == [1, 1]


async def test_a_failure_is_counted_and_told_and_leaves_the_cursor(
    storage: Storage, clock: SetClock, source: Counting
) -> None:
    job = PollSources(storage, [source], clock)
    await job()
    source.failure = PermanentError("it is no feed")
    for _ in range(2):
        clock.move(timedelta(hours=8))
        await job()
    kept, cursor, _ = await state(storage)
    assert (kept.failures, kept.error, cursor) == (2, "it is no feed", "1")
    assert kept.last_failure == clock.now().isoformat()
    assert datetime.fromisoformat(kept.next_at) - clock.now() >= 2 * source.every
    source.failure = None
    clock.move(timedelta(hours=8))
    await job()
    kept, cursor, _ = await state(storage)
    assert (kept.failures, kept.error, cursor) == (0, "", "2")


async def test_the_time_a_server_asks_for_is_kept(storage: Storage, clock: SetClock, source: Counting) -> None:
    source.failure = RetriableError("429", retry_after=3600)
    await PollSources(storage, [source], clock)()
    kept, _, _ = await state(storage)
    assert datetime.fromisoformat(kept.next_at) == clock.now() + timedelta(hours=1)


async def test_one_source_that_breaks_does_not_keep_the_others_from_being_asked(
    storage: Storage, clock: SetClock
) -> None:
    broken, fine = Counting("broken"), Counting("fine")
    broken.failure = ZeroDivisionError("a bug")
    assert await PollSources(storage, [broken, fine], clock)() == 1
    kept, _, _ = await state(storage, "broken")
    assert kept.error == "ZeroDivisionError: a bug"


async def test_a_cursor_that_another_replica_moved_meanwhile_stands(
    storage: Storage, clock: SetClock, source: Counting
) -> None:
    class Overtaken(Counting):
        async def poll(self, cursor: str | None, limit: int) -> Polled:
            polled = await super().poll(cursor, limit)
            async with storage.writing() as uow:
                await uow.set_setting("cursor:blog", "9")
            return polled

    await PollSources(storage, [Overtaken("blog")], clock)()
    _, cursor, posts = await state(storage)
    assert (cursor, posts) == ("9", 1)


async def test_sources_that_only_deliver_are_not_asked(storage: Storage, clock: SetClock, config: Config) -> None:
    class Pushing(Counting):
        abilities = Capabilities(push=True)

    source = Pushing("desk")
    await PollSources(storage, [source], clock)()
    assert source.asked == []
