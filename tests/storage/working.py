"""Workers for tests: run one for the length of a block, and wait until it has nothing left."""

from __future__ import annotations

import asyncio
import time as real_time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

from bot.ports import Taken, Work
from storage.dead_letters import OutboxDesk
from storage.engine import Database
from storage.outbox import SqlOutbox
from storage.patience import Patience
from storage.taking import Rate
from storage.worker import Handler, Pace, Worker, full_speed
from tests.fakes.clock import SystemClock

CLOCK = SystemClock()
QUICK = Pace(lease=5.0, poll=0.05)


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
