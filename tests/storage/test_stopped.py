"""Who stops waiting for a long query does not keep the connection busy for others; what writes is finished all the same."""

from __future__ import annotations

import asyncio
import time

import pytest
from sqlalchemy import func, literal, select

from storage.engine import Database
from storage.sqlite import READERS
from tests.databases import Sqlite, opened

_counted = select(literal(1).label("n")).cte("counted", recursive=True)
_counted = _counted.union_all(select(_counted.c.n + 1).where(_counted.c.n < 50_000_000))
ENDLESS = select(func.sum(_counted.c.n))
"""Some ten seconds and more."""

ONE = select(literal(1))


@pytest.fixture
async def database(sqlite: Sqlite) -> Database:
    return await opened(await sqlite.fresh())


async def endless(database: Database) -> None:
    async with database.reading() as connection:
        await connection.all(ENDLESS)


async def test_a_query_that_nobody_waits_for_is_stopped(database: Database) -> None:
    waiting = [asyncio.create_task(endless(database)) for _ in range(READERS)]
    await asyncio.sleep(0.2)
    for task in waiting:
        task.cancel()
    found = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(each, asyncio.CancelledError) for each in found)
    begun = time.monotonic()
    for _ in range(2 * READERS):
        async with database.reading() as connection:
            assert await connection.all(ONE) == [(1,)]
    assert time.monotonic() - begun < 3, "no connection is busy with what nobody wants"
    await database.close()


async def test_only_the_one_who_left_is_stopped(database: Database) -> None:
    left = asyncio.create_task(endless(database))
    await asyncio.sleep(0.1)

    async def others() -> int:
        done = 0
        for _ in range(200):
            async with database.reading() as connection:
                done += len(await connection.all(ONE))
        return done

    working = asyncio.create_task(others())
    await asyncio.sleep(0)
    left.cancel()
    assert await working == 200
    await database.close()


async def test_what_was_not_begun_when_its_caller_left_is_never_begun(database: Database) -> None:
    async with database.reading() as connection:
        first, second = (asyncio.create_task(connection.all(ENDLESS)) for _ in range(2))
        await asyncio.sleep(0.1)
        for task in (second, first):
            task.cancel()
        await asyncio.gather(first, second, return_exceptions=True)
        begun = time.monotonic()
        assert await connection.all(ONE) == [(1,)]
        assert time.monotonic() - begun < 3
    await database.close()
