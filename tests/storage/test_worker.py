"""The worker: every item is carried out, in order, at its rate, and again when it failed."""

from __future__ import annotations

import asyncio
import logging
import time as real_time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import text

from bot.errors import PermanentError, RetriableError, UnknownResultError
from bot.ports import Lane, Taken, Work
from storage.dead_letters import OutboxDesk
from storage.engine import Database
from storage.outbox import SqlOutbox
from storage.patience import Patience
from storage.taking import Rate
from storage.worker import Handler, Pace, Worker, full_speed
from tests.databases import opened
from tests.fakes.clock import SystemClock

CLOCK = SystemClock()
_KILL_LISTENERS = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid() AND query ILIKE 'LISTEN%'"
)
QUICK = Pace(lease=5.0, poll=0.05)


@pytest.fixture
def desk(database: Database) -> OutboxDesk:
    return OutboxDesk(database, CLOCK)


async def put(database: Database, *works: Work) -> None:
    async with database.writing() as connection:
        await SqlOutbox(connection, CLOCK).put(*works)


@asynccontextmanager
async def working(
    database: Database,
    handlers: Mapping[str, Handler],
    *,
    rate: Rate = full_speed,
    patience: Mapping[str, Patience] | None = None,
    pace: Pace = QUICK,
) -> AsyncIterator[Worker]:
    worker = Worker(database, handlers, CLOCK, rate=rate, patience=patience, pace=pace)
    running = asyncio.create_task(worker.run())
    try:
        yield worker
    finally:
        await worker.stop(grace=1.0)
        await asyncio.wait_for(running, 5)


async def until(condition: Callable[[], Awaitable[bool]], within: float = 20.0) -> None:
    async with asyncio.timeout(within):
        while not await condition():  # noqa: ASYNC110 - what a database holds sends no event
            await asyncio.sleep(0.01)


async def finished(desk: OutboxDesk) -> None:
    async def nothing_left() -> bool:
        return await desk.pending() == 0

    await until(nothing_left)


def item(n: int, **more: object) -> Work:
    return Work(**{"kind": "card", "payload": {"n": n}, **more})  # type: ignore[arg-type]


class Log:
    """Handlers that remember what they were given."""

    def __init__(self) -> None:
        self.seen: list[Taken] = []
        self.started: list[float] = []
        self.failures: list[Exception] = []

    async def __call__(self, taken: Taken) -> None:
        self.seen.append(taken)
        self.started.append(real_time.monotonic())
        if self.failures:
            raise self.failures.pop(0)

    def has_seen(self, count: int) -> Callable[[], Awaitable[bool]]:
        async def seen() -> bool:
            return len(self.seen) >= count

        return seen

    @property
    def numbers(self) -> list[int]:
        return [taken.work.payload["n"] for taken in self.seen]


async def test_work_is_carried_out_soon_after_its_commit(database: Database, desk: OutboxDesk) -> None:
    log = Log()
    async with working(database, {"card": log}, pace=Pace(poll=30.0)):
        await asyncio.sleep(0.1)
        for n in range(5):
            await put(database, item(n))
            await until(log.has_seen(n + 1), within=5)
        await finished(desk)
    assert log.numbers == [0, 1, 2, 3, 4]
    assert (await desk.counts()) == {"card": {"done": 5}}


async def test_an_idle_worker_asks_about_once_a_second(database: Database) -> None:
    asked = 0

    class Counted(SystemClock):
        def now(self):  # type: ignore[no-untyped-def]
            nonlocal asked
            asked += 1
            return super().now()

    worker = Worker(database, {}, Counted(), pace=Pace())
    running = asyncio.create_task(worker.run())
    await asyncio.sleep(0.5)
    per_turn, asked = asked, 0
    await asyncio.sleep(2.2)
    assert asked <= per_turn * 3
    await worker.stop()
    await running


async def test_items_of_a_lane_run_one_at_a_time_in_order(database: Database, desk: OutboxDesk) -> None:
    order: dict[str, list[int]] = defaultdict(list)
    inside: dict[str, int] = defaultdict(int)

    async def handle(taken: Taken) -> None:
        key = taken.work.key or ""
        inside[key] += 1
        assert inside[key] == 1
        await asyncio.sleep(0.002)
        order[key].append(taken.work.payload["n"])
        inside[key] -= 1

    await put(database, *(item(n, key=f"s{n % 3}") for n in range(60)))
    async with working(database, {"card": handle}), working(database, {"card": handle}):
        await finished(desk)
    assert order == {f"s{k}": list(range(k, 60, 3)) for k in range(3)}
    assert (await desk.counts()) == {"card": {"done": 60}}


async def test_work_without_a_key_overlaps_up_to_the_limit(database: Database, desk: OutboxDesk) -> None:
    inside, most = 0, 0

    async def handle(_taken: Taken) -> None:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        await asyncio.sleep(0.02)
        inside -= 1

    await put(database, *(item(n) for n in range(30)))
    async with working(database, {"card": handle}, pace=Pace(poll=0.05, free=4)):
        await finished(desk)
    assert most == 4


async def test_a_lane_never_starts_faster_than_its_rate(database: Database, desk: OutboxDesk) -> None:
    log = Log()

    def rate(_key: str, lane: Lane) -> float:
        return 0.2 if lane == "post" else 0.0

    await put(database, *(item(n, key="s", lane="post") for n in range(6)))
    async with working(database, {"card": log}, rate=rate), working(database, {"card": log}, rate=rate):
        await finished(desk)
    assert log.numbers == list(range(6))
    # A start may be seen late, but five intervals never take less than five times the interval, less one delay.
    assert log.started[-1] - log.started[0] > 0.2 * 5 - 0.1
    assert log.started[-1] - log.started[0] < 5


async def test_a_failure_for_now_is_tried_again_and_the_handler_knows(database: Database, desk: OutboxDesk) -> None:
    log = Log()
    log.failures = [RetriableError("down"), UnknownResultError("no answer"), KeyError("ours")]
    await put(database, item(1))
    async with working(database, {"card": log}, patience={"card": Patience(base=0.0)}):
        await finished(desk)
    assert [taken.attempt for taken in log.seen] == [1, 2, 3, 4]
    assert (await desk.counts()) == {"card": {"done": 1}}


async def test_retry_after_holds_the_lane_and_not_the_item_alone(database: Database, desk: OutboxDesk) -> None:
    log = Log()
    log.failures = [RetriableError("429", retry_after=0.6)]
    await put(database, *(item(n, key="s", lane="post") for n in range(3)), item(9, key="s", lane="update"))
    async with working(database, {"card": log}):
        await finished(desk)
    times = dict(zip([(t.work.lane, t.work.payload["n"], t.attempt) for t in log.seen], log.started, strict=True))
    assert [t.work.payload["n"] for t in log.seen if t.work.lane == "post"] == [0, 0, 1, 2]
    assert times["post", 0, 2] - times["post", 0, 1] >= 0.55
    assert times["update", 9, 1] - times["post", 0, 1] < 0.5


async def test_what_cannot_succeed_becomes_a_dead_letter(
    database: Database, desk: OutboxDesk, caplog: pytest.LogCaptureFixture
) -> None:
    async def refuse(_taken: Taken) -> None:
        raise PermanentError("channel_not_found")

    async def break_down(_taken: Taken) -> None:
        raise ZeroDivisionError("ours")

    patience = {"broken": Patience(base=0.0, surprises=3)}
    await put(database, item(1), item(2, kind="broken"), item(3, kind="fine", key="s"))
    with caplog.at_level(logging.CRITICAL):
        async with working(database, {"card": refuse, "broken": break_down, "fine": Log()}, patience=patience):
            await finished(desk)
    letters = {letter.kind: letter for letter in await desk.dead()}
    assert letters["card"].error == "channel_not_found"
    assert letters["card"].tries == 1
    assert letters["broken"].error == "ZeroDivisionError: ours"
    assert letters["broken"].tries == 3
    assert (await desk.counts())["fine"] == {"done": 1}


async def test_a_replayed_letter_is_carried_out(database: Database, desk: OutboxDesk) -> None:
    log = Log()
    log.failures = [PermanentError("no")]
    await put(database, item(1))
    async with working(database, {"card": log}):
        await finished(desk)
        assert await desk.replay() == 1
        await finished(desk)
    assert [taken.attempt for taken in log.seen] == [1, 2]


async def test_work_that_nobody_here_knows_waits_for_one_who_does(database: Database, desk: OutboxDesk) -> None:
    log = Log()
    await put(database, item(1))
    async with working(database, {}, patience={"card": Patience(base=0.01)}):
        await asyncio.sleep(0.3)
        assert await desk.pending() == 1
    async with working(database, {"card": log}):
        await finished(desk)
    assert log.numbers == [1]


async def test_a_lease_is_renewed_while_its_handler_runs(database: Database, desk: OutboxDesk) -> None:
    log = Log()

    async def slow(taken: Taken) -> None:
        await log(taken)
        await asyncio.sleep(2.0)

    await put(database, item(1, key="s"), item(2))
    pace = Pace(lease=0.6, poll=0.05)
    async with working(database, {"card": slow}, pace=pace), working(database, {"card": slow}, pace=pace):
        await finished(desk)
    assert sorted(log.numbers) == [1, 2]


async def test_work_whose_lease_was_lost_is_let_go(database: Database, desk: OutboxDesk) -> None:
    let_go = asyncio.Event()
    log = Log()

    async def stuck(taken: Taken) -> None:
        await log(taken)
        if taken.attempt == 1:
            try:
                await asyncio.sleep(60)
            finally:
                let_go.set()

    await put(database, item(1))
    async with working(database, {"card": stuck}, pace=Pace(lease=0.9, poll=0.05)):
        await until(log.has_seen(1))
        async with database.writing() as connection:  # as if this worker had been thought dead
            await Worker(database, {}, CLOCK)._taker.abandon_all(connection)
        await asyncio.wait_for(let_go.wait(), 5)
        await finished(desk)
    assert [taken.attempt for taken in log.seen] == [1, 2]


async def test_a_handler_that_never_ends_is_tried_again(database: Database, desk: OutboxDesk) -> None:
    log = Log()

    async def hang(taken: Taken) -> None:
        await log(taken)
        if taken.attempt == 1:
            await asyncio.sleep(60)

    await put(database, item(1))
    pace = Pace(poll=0.05, timeout=0.2)
    async with working(database, {"card": hang}, pace=pace, patience={"card": Patience(base=0.0)}):
        await finished(desk)
    assert [taken.attempt for taken in log.seen] == [1, 2]


async def test_stopping_lets_handlers_end_and_leaves_the_rest(database: Database, desk: OutboxDesk) -> None:
    started = asyncio.Event()
    ended = []

    async def handle(taken: Taken) -> None:
        started.set()
        await asyncio.sleep(0.3 if taken.work.payload["n"] == 0 else 60)
        ended.append(taken.work.payload["n"])

    await put(database, item(0, key="a"), item(1, key="b"), item(2, key="a"))
    worker = Worker(database, {"card": handle}, CLOCK, pace=QUICK)
    running = asyncio.create_task(worker.run())
    await started.wait()
    await worker.stop(grace=1.0)
    await asyncio.wait_for(running, 5)
    assert ended == [0]
    counts = (await desk.counts())["card"]
    assert counts["done"] == 1
    assert counts.get("ready", 0) + counts.get("waiting", 0) == 2


async def test_the_only_worker_takes_over_what_a_dead_one_left(database: Database, desk: OutboxDesk) -> None:
    forever = asyncio.Event()

    async def hang(_taken: Taken) -> None:
        await forever.wait()

    await put(database, item(1, key="s"), item(2))
    dead = asyncio.create_task(Worker(database, {"card": hang}, CLOCK, pace=Pace(lease=60)).run())
    await until(lambda: _all_leased(desk))
    dead.cancel()
    await asyncio.wait([dead])
    log = Log()
    async with working(database, {"card": log}, pace=Pace(poll=0.05, lease=60, alone=True)):
        await finished(desk)
    assert sorted(log.numbers) == [1, 2]
    assert {taken.attempt for taken in log.seen} == {2}


async def _all_leased(desk: OutboxDesk) -> bool:
    return (await desk.counts())["card"] == {"leased": 2}


async def test_due_work_starts_when_it_is_due(database: Database, desk: OutboxDesk) -> None:
    log = Log()
    due = CLOCK.now() + timedelta(seconds=0.5)
    await put(database, item(1, due=due))
    async with working(database, {"card": log}, pace=Pace(poll=10)):
        await asyncio.sleep(0.3)
        assert log.seen == []
        await finished(desk)
    assert CLOCK.now() >= due


async def test_a_replica_hears_of_work_that_another_put(postgres_url: str) -> None:
    here, there = await opened(postgres_url), await opened(postgres_url)
    log = Log()
    try:
        for database in (here, there):
            await database.wake.start()
        async with working(here, {"card": log}, pace=Pace(poll=30)):
            await asyncio.sleep(0.2)
            await put(there, item(1))
            await until(log.has_seen(1), within=5)
            # The connection that hears is lost, and found again.
            async with there.writing() as connection:
                await connection.all(_KILL_LISTENERS)
            await asyncio.sleep(1.0)
            await put(there, item(2))
            await until(log.has_seen(2), within=10)
    finally:
        await here.close()
        await there.close()


async def test_replicas_share_the_work(postgres_url: str) -> None:
    databases = [await opened(postgres_url) for _ in range(3)]
    logs = [Log() for _ in databases]

    async def handle(log: Log, taken: Taken) -> None:
        await log(taken)
        await asyncio.sleep(0.01)

    try:
        await put(databases[0], *(item(n, key=f"s{n % 30}") for n in range(300)), *(item(n) for n in range(300, 450)))
        workers = [
            Worker(database, {"card": partial(handle, log)}, CLOCK, pace=Pace(poll=0.05, lanes=8))
            for database, log in zip(databases, logs, strict=True)
        ]
        running = [asyncio.create_task(worker.run()) for worker in workers]
        await finished(OutboxDesk(databases[0], CLOCK))
        for worker, task in zip(workers, running, strict=True):
            await worker.stop()
            await task
    finally:
        for database in databases:
            await database.close()
    assert sorted(n for log in logs for n in log.numbers) == list(range(450))
    assert all(len(log.seen) > 20 for log in logs)
