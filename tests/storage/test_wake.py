"""Wake-ups: none is missed within a process, and other replicas hear of them."""

from __future__ import annotations

import asyncio

import asyncpg

from storage.engine import parse_url
from storage.wake import PostgresWake, Wake


def _dsn(url: str) -> str:
    return parse_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


async def test_a_wake_up_before_the_wait_is_not_missed() -> None:
    wake = Wake()
    waiter = wake.waiter("outbox")
    wake.fire("outbox")
    wake.fire("outbox")
    assert await waiter.wait(0)
    assert not await waiter.wait(0.01)


async def test_only_the_topic_is_woken_and_each_of_its_waiters() -> None:
    wake = Wake()
    first, second, other = wake.waiter("posts"), wake.waiter("posts"), wake.waiter("outbox")
    wake.fire("posts")
    assert await first.wait(1)
    assert await second.wait(1)
    assert not await other.wait(0.01)


async def test_a_closed_waiter_hears_nothing() -> None:
    wake = Wake()
    waiter = wake.waiter("posts")
    waiter.close()
    wake.fire("posts")
    assert not await waiter.wait(0.01)


async def test_replicas_wake_each_other_and_do_not_echo(postgres_url: str) -> None:
    here, there = PostgresWake(_dsn(postgres_url)), PostgresWake(_dsn(postgres_url))
    await here.start()
    await there.start()
    try:
        mine, theirs = here.waiter("outbox"), there.waiter("outbox")
        here.fire("outbox")
        assert await mine.wait(0)
        assert await theirs.wait(5)
        assert not await mine.wait(0.3)
        for _ in range(1_000):
            there.fire("outbox")
        assert await mine.wait(5)
    finally:
        await here.close()
        await there.close()


async def test_a_replica_whose_connection_ends_finds_back_and_looks_at_everything(postgres_url: str) -> None:
    wake = PostgresWake(_dsn(postgres_url))
    await wake.start()
    other = await asyncpg.connect(_dsn(postgres_url))
    try:
        waiter = wake.waiter("posts")
        await other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE 'LISTEN%'"
        )
        assert await waiter.wait(10)  # what was said meanwhile is lost, so it looks
        sender = PostgresWake(_dsn(postgres_url))
        await sender.start()
        sender.fire("posts")
        assert await waiter.wait(5)
        await sender.close()
    finally:
        await other.close()
        await wake.close()


async def test_firing_without_a_connection_wakes_at_least_this_process(postgres_url: str) -> None:
    wake = PostgresWake(_dsn(postgres_url))
    waiter = wake.waiter("posts")
    wake.fire("posts")
    assert await waiter.wait(0)
    await wake.close()
    await asyncio.sleep(0)
