"""The worker: every item is carried out, in order, at its rate, and again when it failed."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from datetime import timedelta

import pytest

from bot.errors import PermanentError, RetriableError, UnknownResultError
from bot.ports import Lane, Taken
from storage.dead_letters import OutboxDesk
from storage.engine import Database
from storage.patience import Patience
from storage.worker import Pace, Worker
from tests.fakes.clock import SystemClock
from tests.storage.working import CLOCK, QUICK, Log, finished, item, put, until, working


@pytest.fixture
def desk(database: Database) -> OutboxDesk:
    return OutboxDesk(database, CLOCK)


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
    assert letters["broken"].error == "ZeroDivisionError: \u2068ours\u2069"
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
