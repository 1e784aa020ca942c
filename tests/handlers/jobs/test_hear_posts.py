"""Hearing goes on whatever one post or change does to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from sqlalchemy import text

from bot.config import Config
from bot.domain.post import Post, SourceEvent
from bot.errors import RetriableError
from bot.ports import Storage, UnitOfWork
from handlers.jobs.hear_posts import HearPosts
from integrations.ai.local import LocalTriage
from storage import SqlStorage
from tests.fakes.clock import SetClock
from tests.handlers.test_hearing import Listening, event, post


def edit(of: Post, words: str) -> SourceEvent:
    return event("edited", of.model_copy(update={"text": words}), revision=words)


@pytest.fixture
def listening(storage: Storage, clock: SetClock, config: Config) -> Listening:
    return Listening(storage, clock, config)


@pytest.fixture
def hears(storage: Storage, clock: SetClock, config: Config) -> HearPosts:
    return HearPosts(storage, config, clock, LocalTriage(config), lambda: False)


async def sql(storage: SqlStorage, statement: str) -> None:
    async with storage.database.writing() as connection:
        connection.later(text(statement))


async def damage(storage: SqlStorage, number: int) -> None:
    """Whatever is about this conversation fails from now on."""
    await sql(storage, f"UPDATE conversations SET body = 'damaged' || body WHERE number = {number}")


async def mend(storage: SqlStorage) -> None:
    await sql(storage, "UPDATE conversations SET body = replace(body, 'damaged', '')")


def answer(id_: str) -> Post:
    return post(id_, parent_id="1")


async def test_a_post_that_cannot_be_heard_holds_up_no_other(
    listening: Listening, hears: HearPosts, storage: SqlStorage
) -> None:
    await listening.hear(post("1"))
    await damage(storage, 1)
    await listening.deliver(answer("2"), post("3"), answer("4"), post("5"))
    await hears()
    assert await listening.where("2", "3", "4", "5") == [None, 2, None, 3]
    await listening.deliver(post("6"))
    await hears()
    assert await listening.where("6") == [4]


async def test_a_post_that_could_not_be_heard_is_tried_again_later(
    listening: Listening, storage: SqlStorage, clock: SetClock, config: Config
) -> None:
    hears = HearPosts(storage, config, clock, LocalTriage(config), lambda: False, again_after=0.5)
    await listening.hear(post("1"))
    await damage(storage, 1)
    await listening.deliver(answer("2"))
    await hears()
    await mend(storage)
    await hears()
    assert await listening.where("2") == [None]
    await asyncio.sleep(0.6)
    await hears()
    assert await listening.where("2") == [1]


async def test_a_change_that_cannot_be_applied_holds_up_no_other(
    listening: Listening, hears: HearPosts, storage: SqlStorage
) -> None:
    first, second = post("1"), post("2", author="tom")
    await listening.hear(first, second)
    await damage(storage, 1)
    await listening.deliver(edit(first, "worse"), edit(second, "better"))
    await hears()
    async with storage.reading() as uow:
        found = await uow.posts.by_key([first.key, second.key])
    assert [found[key].post.text for key in (first.key, second.key)] == ["hello", "better"]


class AwayAtTheEnd(Storage):
    """A store whose connection is lost before the commit."""

    def __init__(self, real: Storage) -> None:
        self._real = real
        self.away = True

    def reading(self) -> AbstractAsyncContextManager[UnitOfWork]:
        return self._real.reading()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[UnitOfWork]:
        async with self._real.writing() as uow:
            yield uow
            if self.away:
                raise RetriableError("the database cannot be reached")


async def test_a_store_that_is_away_is_no_posts_fault(
    listening: Listening, storage: SqlStorage, clock: SetClock, config: Config
) -> None:
    failing = AwayAtTheEnd(storage)
    hears = HearPosts(failing, config, clock, LocalTriage(config), lambda: False)
    await listening.deliver(post("1"))
    with pytest.raises(RetriableError):
        await hears()
    failing.away = False
    await hears()
    assert await listening.where("1") == [1]
