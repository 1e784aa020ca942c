"""The inbox: what comes together is committed together, and nobody is answered before it is."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text

from bot.domain.post import Author, Post, SourceEvent
from bot.errors import PermanentError, RetriableError
from storage.engine import Database, parse_url
from storage.inbox import STREAM, GroupInbox
from tests.databases import opened
from tests.fakes.clock import SystemClock

CLOCK = SystemClock()
_POSTS = text("SELECT external_id, source, body FROM posts ORDER BY id")
_CHANGES = text("SELECT external_id, kind, revision FROM post_changes ORDER BY id")
_TRANSACTIONS = text("SELECT count(DISTINCT CAST(xmin AS text)) FROM posts")


@pytest.fixture
async def inbox(database: Database) -> AsyncIterator[GroupInbox]:
    inbox = GroupInbox(database, CLOCK)
    yield inbox
    await inbox.close()


def created(id: str, words: str = "My bag is lost") -> SourceEvent:
    post = Post(
        network="net", account="us", external_id=id, author=Author(handle="@jo"), text=words, posted_at=CLOCK.now()
    )
    return SourceEvent(kind="created", network="net", account="us", external_id=id, post=post)


def edited(id: str, words: str, revision: str) -> SourceEvent:
    return created(id, words).model_copy(update={"kind": "edited", "revision": revision})


def deleted(id: str) -> SourceEvent:
    return SourceEvent(kind="deleted", network="net", account="us", external_id=id)


async def stored(database: Database) -> list[str]:
    async with database.reading() as connection:
        return [row[0] for row in await connection.all(_POSTS)]


async def test_what_is_answered_is_committed(database: Database, url: str, inbox: GroupInbox) -> None:
    assert await inbox.accept([created("1"), created("2")], "demo") == [True, True]
    parsed = parse_url(url)
    query = "SELECT count(*) FROM posts WHERE source = 'demo'"
    if database.name == "sqlite":
        connection = sqlite3.connect(str(parsed.database))
        count = connection.execute(query).fetchone()[0]
        connection.close()
    else:
        other = await asyncpg.connect(parsed.set(drivername="postgresql").render_as_string(hide_password=False))
        count = await other.fetchval(query)
        await other.close()
    assert count == 2


async def test_a_post_delivered_again_is_not_new(database: Database, inbox: GroupInbox) -> None:
    assert await inbox.accept([created("1"), created("2"), created("1")], "demo") == [True, True, False]
    assert await inbox.accept([created("2"), created("3")], "other") == [False, True]
    assert await stored(database) == ["1", "2", "3"]


async def test_the_same_post_in_parallel_is_new_once(database: Database, inbox: GroupInbox) -> None:
    answers = await asyncio.gather(*(inbox.accept([created("1", f"try {n}")], "demo") for n in range(5)))
    assert sorted(answers) == [[False]] * 4 + [[True]]
    assert await stored(database) == ["1"]


async def test_replicas_that_take_the_same_posts_agree_on_who_was_first(url: str) -> None:
    databases = [await opened(url) for _ in range(2)]
    inboxes = [GroupInbox(database, CLOCK) for database in databases]
    ids = [str(n) for n in range(60)]
    answers = await asyncio.gather(
        *(
            inbox.accept([created(each) for each in (ids if turn else reversed(ids))], "demo")
            for turn, inbox in enumerate(inboxes)
        )
    )
    for database in databases:
        await database.close()
    assert sum(sum(answer) for answer in answers) == 60
    forwards, backwards = answers[1], answers[0][::-1]
    assert all(a != b for a, b in zip(forwards, backwards, strict=True))


async def test_changes_are_kept_in_order_and_once_each(database: Database, inbox: GroupInbox) -> None:
    events = [created("1"), edited("1", "a", "r1"), edited("1", "b", "r2"), deleted("1"), edited("1", "a", "r1")]
    assert await inbox.accept(events, "demo") == [True, True, True, True, False]
    assert await inbox.accept([deleted("1"), edited("1", "c", "r3")], "demo") == [False, True]
    async with database.reading() as connection:
        rows = [tuple(row) for row in await connection.all(_CHANGES)]
    assert rows == [("1", "edited", "r1"), ("1", "edited", "r2"), ("1", "deleted", ""), ("1", "edited", "r3")]


async def test_requests_that_come_together_share_transactions(postgres_url: str) -> None:
    database = await opened(postgres_url)
    inbox = GroupInbox(database, CLOCK)

    async def caller(name: int) -> None:
        for n in range(10):
            assert await inbox.accept([created(f"{name}.{n}")], "demo") == [True]

    await asyncio.gather(*(caller(name) for name in range(32)))
    async with database.reading() as connection:
        [[transactions]] = await connection.all(_TRANSACTIONS)
    await database.close()
    assert transactions <= 40


async def test_one_caller_alone_does_not_wait_for_others(inbox: GroupInbox) -> None:
    loop = asyncio.get_running_loop()
    await inbox.accept([created("first")], "demo")
    patient = GroupInbox(inbox._database, CLOCK, linger=5.0)
    start = loop.time()
    for n in range(3):
        await patient.accept([created(str(n))], "demo")
    assert loop.time() - start < 4


async def test_what_cannot_be_stored_harms_nobody_else(database: Database, inbox: GroupInbox) -> None:
    no_unicode = created("worse")
    assert no_unicode.post is not None
    no_unicode = no_unicode.model_copy(update={"post": no_unicode.post.model_copy(update={"raw": {"a": "\ud800"}})})
    nowhere: Any = None  # a source that no database takes
    answers = await asyncio.gather(
        inbox.accept([created("1")], "demo"),
        inbox.accept([created("2"), created("bad")], nowhere),
        inbox.accept([created("3")], "demo"),
        inbox.accept([no_unicode], "demo"),
        inbox.accept([created("4")], "demo"),
        return_exceptions=True,
    )
    assert [answers[0], answers[2], answers[4]] == [[True]] * 3
    assert isinstance(answers[1], PermanentError)
    assert isinstance(answers[3], PermanentError)
    assert sorted(await stored(database)) == ["1", "3", "4"]
    assert await inbox.accept([created("5")], "demo") == [True]


async def test_a_request_may_be_larger_than_a_transaction(database: Database) -> None:
    inbox = GroupInbox(database, CLOCK, rows=10, limit=20)
    assert all(await inbox.accept([created(str(n)) for n in range(50)], "demo"))
    assert len(await stored(database)) == 50


async def test_what_is_too_much_is_turned_away_and_the_rest_is_stored(database: Database) -> None:
    inbox = GroupInbox(database, CLOCK, limit=10)
    answers = await asyncio.gather(
        *(inbox.accept([created(str(n))], "demo") for n in range(15)), return_exceptions=True
    )
    refused = [answer for answer in answers if isinstance(answer, RetriableError)]
    assert answers.count([True]) == 10
    assert len(refused) == 5
    assert all(error.retry_after for error in refused)
    assert len(await stored(database)) == 10
    assert await inbox.accept([created("later")], "demo") == [True]


async def test_it_is_busy_while_many_come_and_a_moment_longer(database: Database) -> None:
    inbox = GroupInbox(database, CLOCK)
    await inbox.accept([created("alone")], "demo")
    busy = [inbox.busy]
    await asyncio.gather(*(inbox.accept([created(str(n))], "demo") for n in range(20)))
    busy.append(inbox.busy)  # who was answered may be back at once
    await asyncio.sleep(2 * STREAM)
    busy.append(inbox.busy)
    assert busy == [False, True, False]


async def test_a_database_that_is_away_is_told_to_every_caller(url: str) -> None:
    database = await opened(url)
    inbox = GroupInbox(database, CLOCK)
    await inbox.accept([created("1")], "demo")
    await database.close()
    calls = [asyncio.create_task(inbox.accept([created(str(n))], "demo")) for n in range(3)]
    _, unanswered = await asyncio.wait(calls, timeout=10)
    assert not unanswered
    assert all(call.exception() is not None for call in calls)


async def test_a_caller_that_gives_up_costs_nobody_anything(database: Database, inbox: GroupInbox) -> None:
    impatient = asyncio.create_task(inbox.accept([created("1")], "demo"))
    patient = asyncio.create_task(inbox.accept([created("2")], "demo"))
    await asyncio.sleep(0)
    impatient.cancel()
    assert await patient == [True]
    await inbox.close()
    assert "2" in await stored(database)


async def test_those_who_hear_posts_are_woken_after_the_commit(database: Database, inbox: GroupInbox) -> None:
    waiter = database.wake.waiter("posts")
    assert await inbox.accept([created("1")], "demo") == [True]
    assert await waiter.wait(2)
    assert await inbox.accept([created("1")], "demo") == [False]
    assert not await waiter.wait(0.1)


async def test_posts_carry_the_time_they_were_heard(database: Database, inbox: GroupInbox) -> None:
    before = CLOCK.now()
    await inbox.accept([created("1")], "demo")
    async with database.reading() as connection:
        [[heard_at]] = await connection.all(text("SELECT heard_at FROM posts"))
    assert abs(heard_at / 1_000_000 - before.timestamp()) < timedelta(seconds=5).total_seconds()
