"""What was counted for a digest is kept once, and goes when words of any customer go."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from storage import SqlStorage
from tests.storage.hearing import HEARD, created, hear, post

DUE = "2026-03-02T07:00:00+00:00"


async def keep(storage: SqlStorage, body: str) -> str:
    async with storage.writing() as uow:
        return await uow.digests.keep(DUE, body, HEARD)


async def kept(storage: SqlStorage) -> str | None:
    async with storage.reading() as uow:
        return await uow.digests.get(DUE)


async def test_of_two_that_were_counted_the_first_is_kept_and_both_go_by_it(storage: SqlStorage) -> None:
    assert await kept(storage) is None
    assert len(set(await asyncio.gather(*(keep(storage, f"count {n}") for n in range(5))))) == 1
    first = await kept(storage)
    assert await keep(storage, "another") == first
    async with storage.writing() as uow:
        await uow.digests.replace(DUE, "readable", HEARD)
    assert await kept(storage) == "readable"


async def test_what_is_old_is_cleared(storage: SqlStorage) -> None:
    await keep(storage, "count")
    for before, left in ((HEARD, "count"), (HEARD + timedelta(seconds=1), None)):
        async with storage.writing() as uow:
            await uow.digests.clear(before)
        assert await kept(storage) == left


async def test_it_goes_when_an_author_deletes_a_post(storage: SqlStorage) -> None:
    await hear(storage, post("1"))
    await keep(storage, "with words of the post")
    async with storage.writing() as uow:
        [stored] = await uow.posts.of(1)
        assert await uow.posts.erase(stored.id, HEARD)
    assert await kept(storage) is None


async def test_it_goes_when_a_customer_is_forgotten(storage: SqlStorage) -> None:
    await hear(storage, post("1"))
    await keep(storage, "with words of the customer")
    async with storage.writing() as uow:
        conversation = await uow.conversations.get(1)
        assert conversation is not None
        await uow.privacy.erase([conversation.customer_id], [1], HEARD)
    assert await kept(storage) is None


async def test_it_goes_when_texts_are_too_old_to_be_kept(storage: SqlStorage) -> None:
    async with storage.writing() as uow:
        await uow.posts.accept([created(post("1"))], "demo", HEARD)
    await keep(storage, "with words of the post")
    async with storage.writing() as uow:
        await uow.privacy.expire("text", (), HEARD, "", 100)
    assert await kept(storage) == "with words of the post", "none is old enough"
    async with storage.writing() as uow:
        await uow.privacy.expire("text", (), HEARD + timedelta(days=1), "", 100)
    assert await kept(storage) is None
