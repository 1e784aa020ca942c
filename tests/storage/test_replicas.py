"""Replicas on one PostgreSQL database share the work and wake each other."""

from __future__ import annotations

import asyncio
from functools import partial

from sqlalchemy import text

from bot.ports import Taken
from storage.dead_letters import OutboxDesk
from storage.worker import Pace, Worker
from tests.databases import opened
from tests.storage.working import CLOCK, Log, finished, item, put, until, working

_KILL_LISTENERS = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid() AND query ILIKE 'LISTEN%'"
)


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
