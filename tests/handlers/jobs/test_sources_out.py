"""A source that fails for good is in quarantine: told once, asked now and then, and back without loss."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from bot.config import Config, Surface
from bot.domain.delivery import Polled
from bot.errors import BudgetError, NotSetError, PermanentError, RetriableError, UnknownResultError
from bot.ports import Storage, Taken, Work
from handlers.events.source_notices import KIND, SourceTeller, operators
from handlers.jobs.poll_sources import PollSources
from handlers.polling import Polling, polling
from storage import SqlStorage
from storage.outbox import lane_parts
from tests.fakes.clock import SetClock
from tests.fakes.platform import FakePlatform
from tests.handlers.jobs.test_poll_sources import Counting

OPERATORS = Config(
    surfaces=(
        Surface(name="floor", channel="#floor"),
        Surface(name="ops", channel="#ops", purpose="operators"),
        Surface(name="night", channel="#night", purpose="operators"),
    )
)


class Killed(BaseException):
    """Nothing is done any more."""


@pytest.fixture
def source() -> Counting:
    return Counting("blog")


@pytest.fixture
def job(storage: SqlStorage, clock: SetClock, source: Counting) -> PollSources:
    return PollSources(storage, [source], clock, operators=operators(OPERATORS))


async def state(storage: Storage) -> Polling:
    async with storage.reading() as uow:
        return await polling(uow, "blog")


async def fail(job: PollSources, clock: SetClock, times: int, every: timedelta = timedelta(minutes=31)) -> None:
    for _ in range(times):
        clock.move(every)
        await job()


async def notices(storage: SqlStorage) -> list[Work]:
    query = text("SELECT payload, lane FROM outbox WHERE kind = :kind ORDER BY id")
    async with storage.database.reading() as connection:
        rows = await connection.all(query, {"kind": KIND})
    return [Work(KIND, json.loads(payload), key=lane_parts(lane)[0]) for payload, lane in rows]


async def test_three_refusals_in_a_row_are_quarantine_and_told_once_on_each_surface(
    storage: SqlStorage, clock: SetClock, source: Counting, job: PollSources
) -> None:
    await job()
    source.failure = PermanentError("401: the token was revoked")
    await fail(job, clock, 2)
    assert not (await state(storage)).quarantined
    await fail(job, clock, 3)
    kept = await state(storage)
    assert (kept.quarantined, kept.failures, kept.refusals) == (True, 5, 5)
    assert {work.key for work in await notices(storage)} == {"ops", "night"}
    assert len(await notices(storage)) == 2


async def test_a_source_whose_secret_is_not_set_is_off_and_nobody_is_called(
    storage: SqlStorage, clock: SetClock, source: Counting, job: PollSources
) -> None:
    await job()
    source.failure = NotSetError("blog has no secret yet. Set BLOG_TOKEN.")
    await fail(job, clock, 20)
    kept = await state(storage)
    assert (kept.quarantined, kept.failures, kept.refusals) == (False, 0, 0)
    assert datetime.fromisoformat(kept.off_since) == clock.now() - 19 * timedelta(minutes=31)
    assert kept.error == "blog has no secret yet. Set BLOG_TOKEN."
    assert await notices(storage) == []
    source.failure = None
    await fail(job, clock, 1)
    kept = await state(storage)
    assert (kept.off_since, kept.error) == ("", "")
    assert await notices(storage) == []


async def test_a_source_that_fails_in_any_way_for_six_hours_is_in_quarantine(
    storage: SqlStorage, clock: SetClock, source: Counting, job: PollSources
) -> None:
    source.failure = RetriableError("503")
    await fail(job, clock, 6, timedelta(hours=1))
    assert not (await state(storage)).quarantined
    await fail(job, clock, 1, timedelta(hours=1))
    assert (await state(storage)).quarantined


async def test_it_is_asked_again_within_half_an_hour_and_goes_on_where_it_was(
    storage: SqlStorage, clock: SetClock, source: Counting, job: PollSources
) -> None:
    await job()
    source.failure = PermanentError("404")
    await fail(job, clock, 8)
    asked = len(source.asked)
    clock.move(timedelta(minutes=30))
    source.failure = None
    assert await job() == 1
    assert source.asked[asked:] == ["1"]
    assert (await state(storage)).failures == 0


async def test_its_return_is_told_with_how_long_it_was_out_and_how_much_came(
    storage: SqlStorage, clock: SetClock, source: Counting, job: PollSources
) -> None:
    source.failure = PermanentError("404")
    await fail(job, clock, 3)
    out_since = clock.now()
    source.failure = None
    source.next_after = timedelta(0)
    await fail(job, clock, 1, timedelta(minutes=30))
    assert await job() == 1
    assert len(await notices(storage)) == 2  # it still has more
    source.next_after = None
    assert await job() == 1
    said = (await notices(storage))[-1].payload
    assert (said["what"], said["since"], said["new"]) == ("back", out_since.isoformat(), 3)
    assert len(await notices(storage)) == 4


async def test_one_that_goes_again_before_its_return_was_told_was_out_all_the_time(
    storage: SqlStorage, clock: SetClock, source: Counting, job: PollSources
) -> None:
    source.failure = PermanentError("404")
    await fail(job, clock, 3)
    since = (await state(storage)).quarantined_since
    source.failure, source.next_after = None, timedelta(0)
    await fail(job, clock, 1)
    source.failure = PermanentError("404")
    await fail(job, clock, 3)
    assert (await state(storage)).quarantined_since == since
    assert len(await notices(storage)) == 2


async def test_a_budget_that_is_used_up_is_no_failure(
    storage: SqlStorage, clock: SetClock, source: Counting, job: PollSources
) -> None:
    await job()
    source.failure = BudgetError("blog has used its 10 requests", 1800)
    clock.move(timedelta(minutes=10))
    await job()
    kept = await state(storage)
    assert (kept.failures, kept.error, kept.rests) == (0, "", "blog has used its 10 requests")
    assert kept.next_at == (clock.now() + timedelta(minutes=30)).isoformat()


async def test_a_server_that_asks_for_years_of_patience_is_asked_within_the_day(
    storage: SqlStorage, clock: SetClock, source: Counting, job: PollSources
) -> None:
    source.failure = RetriableError("429", 1e9)
    await job()
    assert (await state(storage)).next_at == (clock.now() + timedelta(hours=6)).isoformat()


async def taken(storage: SqlStorage, index: int, clock: SetClock, attempt: int = 1) -> Taken:
    return Taken(1, (await notices(storage))[index], attempt, clock.now())


async def test_the_notices_are_posted_as_cards_and_a_lost_answer_is_looked_up(
    storage: SqlStorage, clock: SetClock, source: Counting, job: PollSources
) -> None:
    source.failure = PermanentError("401: the token was revoked")
    await fail(job, clock, 3)
    source.failure = None
    await fail(job, clock, 1)
    platform = FakePlatform(clock)
    tell = SourceTeller({"slack": platform}, OPERATORS)
    platform.failures.append(UnknownResultError("cut off"))
    with pytest.raises(UnknownResultError):
        await tell(await taken(storage, 0, clock))
    await tell(await taken(storage, 0, clock, attempt=2))
    await tell(await taken(storage, 2, clock))
    shown = [message.card.summary for message in platform.messages.values()]
    assert shown == ["Nothing is heard from blog", "blog is heard again"]


async def test_a_return_that_two_find_at_once_is_told_once(storage: SqlStorage, clock: SetClock) -> None:
    class Asked(Counting):
        other: PollSources | None = None

        async def poll(self, cursor: str | None, limit: int) -> Polled:
            other, self.other = self.other, None
            if other is not None:  # somebody types `sources poll` while Baton asks
                clock.move(timedelta(seconds=1))
                await other.visit(self, early=True)
            return await super().poll(cursor, limit)

    source = Asked("blog")
    jobs = [PollSources(storage, [source], clock, operators=["ops"], alone=alone) for alone in (True, False)]
    source.failure = PermanentError("404")
    await fail(jobs[0], clock, 3)
    source.failure, source.other = None, jobs[1]
    await fail(jobs[0], clock, 1)
    assert [work.payload["what"] for work in await notices(storage)] == ["out", "back"]


async def test_a_source_that_is_polled_by_two_is_asked_by_one(either_storage: SqlStorage, clock: SetClock) -> None:
    class Slow(Counting):
        others: list[PollSources]

        async def poll(self, cursor: str | None, limit: int) -> Polled:
            for other in self.others:
                assert await other() == 0
            return await super().poll(cursor, limit)

    source = Slow("blog")
    second = PollSources(either_storage, [source], clock)
    source.others = [second]
    first = PollSources(either_storage, [source], clock)
    assert await first() == 1
    assert source.asked == [None]
    source.others = []
    clock.move(timedelta(minutes=10))
    assert await second() == 1


async def test_the_turn_of_a_replica_that_died_ends_by_itself(storage: SqlStorage, clock: SetClock) -> None:
    class Dying(Counting):
        async def poll(self, cursor: str | None, limit: int) -> Polled:
            raise Killed

    dying = Dying("blog")
    with pytest.raises(Killed):
        await PollSources(storage, [dying], clock).visit(dying)
    source = Counting("blog")
    job = PollSources(storage, [source], clock)
    clock.move(timedelta(minutes=1))
    assert await job() == 0
    clock.move(timedelta(minutes=1))
    assert await job() == 1
