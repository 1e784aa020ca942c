"""What could not be read is kept once, and what came is counted by source without being counted twice."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.domain.post import SourceEvent
from storage import SqlStorage
from storage.engine import Database
from storage.inbox import GroupInbox
from tests.fakes.clock import SetClock
from tests.storage.hearing import HEARD, created, deleted, edited, post


@pytest.fixture
async def inbox(database: Database, clock: SetClock) -> AsyncIterator[GroupInbox]:
    inbox = GroupInbox(database, clock)
    yield inbox
    await inbox.close()


def unread(external_id: str = "d1", why: str = "id is missing", raw: object = '{"what": 1}') -> SourceEvent:
    return SourceEvent(kind="unread", network="mastodon", account="acme", external_id=external_id, why=why, raw=raw)


async def deliver(storage: SqlStorage, *events: SourceEvent, source: str = "demo", filed: bool = False) -> list[bool]:
    async with storage.writing() as uow:
        return await uow.posts.accept(events, source, HEARD, filed=filed)


async def test_what_cannot_be_read_is_kept_as_it_came_and_counted_once(storage: SqlStorage) -> None:
    events = (created(post("1")), unread(), unread(), created(post("2")))
    assert await deliver(storage, *events) == [True, True, False, True]
    assert await deliver(storage, unread()) == [False]
    async with storage.reading() as uow:
        kept = await uow.sources.unread()
        counted = await uow.sources.counts()
    async with storage.writing() as uow:
        assert await uow.posts.changes(10) == []
    assert [(each.source, each.why, each.body, each.at) for each in kept] == [
        ("demo", "id is missing", '{"what": 1}', HEARD)
    ]
    assert (counted["demo"].posts, counted["demo"].changes, counted["demo"].unread) == (2, 0, 1)


async def test_the_inbox_keeps_it_too(storage: SqlStorage, inbox: GroupInbox) -> None:
    assert await inbox.accept([unread(), created(post("1"))], "hooks") == [True, True]
    assert await inbox.accept([unread(), created(post("2"))], "hooks") == [False, True]
    assert await inbox.accept([unread()], "other") == [True]
    async with storage.reading() as uow:
        assert [each.source for each in await uow.sources.unread()] == ["other", "hooks"]
        assert [each.source for each in await uow.sources.unread("hooks")] == ["hooks"]
        counted = await uow.sources.counts()
    assert {name: (each.posts, each.unread) for name, each in counted.items()} == {"hooks": (2, 1), "other": (0, 1)}


async def test_whatever_came_can_be_kept(storage: SqlStorage) -> None:
    await deliver(storage, unread("a", "a \0 in it", "\0 \ud800"), unread("b", raw={"n": "\0"}), unread("c", raw=None))
    async with storage.reading() as uow:
        assert [each.body for each in await uow.sources.unread()] == ["null", '{"n":"\\u0000"}', " ?"]


async def test_what_is_forgotten_is_gone_and_comes_again_when_it_is_sent_again(storage: SqlStorage) -> None:
    await deliver(storage, unread("a"), unread("b"))
    await deliver(storage, unread("a"), source="other")
    async with storage.writing() as uow:
        assert await uow.sources.forget_unread("demo") == 2
    async with storage.reading() as uow:
        assert [each.source for each in await uow.sources.unread()] == ["other"]
    assert await deliver(storage, unread("a")) == [True]


async def test_what_was_counted_and_remembered_is_not_counted_again(storage: SqlStorage, clock: SetClock) -> None:
    async with storage.writing() as uow:
        await uow.posts.accept([created(post("1")), edited(post("9"), "r1"), deleted(post("8"))], "a", HEARD)
    later = HEARD + timedelta(hours=1)
    async with storage.writing() as uow:
        await uow.posts.accept([created(post("2"))], "b", later)
    for _ in range(2):
        async with storage.writing() as uow:
            await uow.sources.remember(HEARD + timedelta(minutes=30))
    async with storage.writing() as uow:
        await uow.posts.accept([created(post("3"))], "a", later)
    async with storage.reading() as uow:
        counted = await uow.sources.counts()
    # The edit brought a post that was not known: it is that post, and the change is done.
    assert {name: (each.posts, each.changes, each.last_post_at) for name, each in counted.items()} == {
        "a": (3, 2, later),
        "b": (1, 0, later),
    }


async def test_only_the_posts_that_a_backfill_brings_first_are_filed(storage: SqlStorage, clock: SetClock) -> None:
    await deliver(storage, created(post("1")))
    async with storage.writing() as uow:
        events = (created(post("1")), created(post("2")), edited(post("3")), unread())
        fresh = await uow.posts.accept(events, "demo", HEARD + timedelta(hours=1), filed=True)
    assert fresh == [False, True, True, True]
    async with storage.reading() as uow:
        found = await uow.posts.by_key([post(name).key for name in "123"])
    assert {stored.post.external_id: stored.filed for stored in found.values()} == {"1": False, "2": True, "3": True}
