"""A full disk: nothing is acknowledged that is not kept, and all goes on once there is room again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from bot.domain.policy import Policies
from bot.domain.post import Author, Post, SourceEvent
from bot.errors import RetriableError
from bot.ports import Work
from storage import SqlStorage
from storage.inbox import GroupInbox
from tests.fakes.clock import SetClock


def written(number: int) -> SourceEvent:
    post = Post(
        network="mastodon",
        external_id=str(number),
        author=Author(handle="maya"),
        text="x" * 40_000,
        posted_at=datetime(2026, 3, 2, tzinfo=UTC),
    )
    return SourceEvent(kind="created", network="mastodon", account="", external_id=str(number), post=post)


async def room(storage: SqlStorage, pages: int) -> None:
    """As if the disk took so many more pages of the file."""
    async with storage.database.writing() as connection:
        used = (await connection.all(text("PRAGMA page_count")))[0][0]
        await connection.all(text(f"PRAGMA max_page_count = {used + pages}"))


async def test_what_does_not_fit_is_not_acknowledged_and_may_be_sent_again(sqlite_url: str, clock: SetClock) -> None:
    storage = await SqlStorage.connect(sqlite_url, policies=Policies(), clock=clock)
    try:
        inbox = GroupInbox(storage.database, clock)
        assert await inbox.accept([written(1)], "demo") == [True]
        await room(storage, 2)
        for _ in range(3):
            with pytest.raises(RetriableError):
                await inbox.accept([written(2)], "demo")
        with pytest.raises(RetriableError):
            async with storage.writing() as uow:
                await uow.outbox.put(Work("card", {"posting": "x" * 40_000}))
        async with storage.reading() as uow:
            assert (await uow.counts()).posts == 1
        await room(storage, 10_000)
        assert await inbox.accept([written(2)], "demo") == [True]
        async with storage.reading() as uow:
            counts = await uow.counts()
        assert (counts.posts, counts.outbox_pending) == (2, 0)
    finally:
        await storage.close()
