"""The worker beside what should not happen: clocks that are set while it works, and payloads that are damaged."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from bot.ports import Lane, Taken, Work
from storage.dead_letters import OutboxDesk
from storage.engine import Database
from storage.worker import Pace, Worker
from tests.databases import opened
from tests.fakes.clock import SystemClock
from tests.storage.working import CLOCK, Log, finished, item, put, until, working


class WallClock(SystemClock):
    """A clock that somebody sets."""

    def __init__(self) -> None:
        self.off = timedelta()

    def now(self) -> datetime:
        return super().now() + self.off


@pytest.fixture
async def file(sqlite_url: str) -> AsyncIterator[Database]:
    database = await opened(sqlite_url)
    yield database
    await database.close()


@asynccontextmanager
async def only_worker(file: Database, clock: WallClock, handler: Log, interval: float = 0.0) -> AsyncIterator[None]:
    def rate(_key: str, _lane: Lane) -> float:
        return interval

    worker = Worker(file, {"card": handler}, clock, rate=rate, pace=Pace(lease=5.0, poll=0.05, alone=True))
    running = asyncio.create_task(worker.run())
    yield
    await worker.stop(grace=1.0)
    await running


async def test_a_clock_set_forward_does_not_start_anything_twice(file: Database) -> None:
    class Slow(Log):
        async def __call__(self, taken: Taken) -> None:
            await super().__call__(taken)
            await asyncio.sleep(2.5)

    clock, log = WallClock(), Slow()
    async with only_worker(file, clock, log):
        await put(file, item(1), item(2, key="s"))
        await until(log.has_seen(2))
        clock.off = timedelta(days=1)
        await finished(OutboxDesk(file, clock))
    assert sorted(log.numbers) == [1, 2]


async def test_a_clock_set_back_holds_nothing_up(file: Database) -> None:
    clock, log = WallClock(), Log()
    clock.off = timedelta(hours=1)
    async with only_worker(file, clock, log, interval=0.2):
        await put(file, *(item(n, key="s", lane="post") for n in range(3)))
        await until(log.has_seen(1))
        clock.off = timedelta()
        await until(log.has_seen(3), within=5)
        await put(file, item(3, key="s", lane="post"))
        await until(log.has_seen(4), within=5)
    assert log.numbers == [0, 1, 2, 3]


async def test_a_damaged_payload_stops_nothing_else_and_is_told_of(database: Database) -> None:
    desk, log = OutboxDesk(database, CLOCK), Log()
    await put(database, item(1, key="s"), Work("card", {"n": 2}), item(3, key="s"), item(4))
    async with database.writing() as connection:
        connection.later(text("UPDATE outbox SET payload = '{\"n\": ' WHERE id IN (1, 2)"))
    async with working(database, {"card": log}):
        await finished(desk)
    assert sorted(log.numbers) == [3, 4]
    dead = await desk.dead()
    assert [(letter.id, dict(letter.payload)) for letter in dead] == [(2, {}), (1, {})]
    assert all("damaged" in letter.error for letter in dead)
