"""A unit of work happens as a whole or not at all, with everything that follows from it."""

from __future__ import annotations

import asyncio

import pytest

from bot.domain import life
from bot.domain.policy import Policies
from bot.errors import ConfigError, ConflictError, RetriableError
from bot.ports import Change, Follow, UnitOfWork, Work
from storage import SqlStorage
from tests.fakes.clock import SetClock
from tests.storage.hearing import ANA, HEARD, act, created, hear, post

POLICIES = Policies()


def following(storage: SqlStorage, *follows: Follow) -> SqlStorage:
    return SqlStorage(storage.database, policies=POLICIES, follows=follows, clock=SetClock())


async def claim(storage: SqlStorage, number: int = 1) -> None:
    async with storage.writing() as uow:
        conversation = await uow.conversations.take(number)
        await uow.conversations.save(conversation, life.claim(conversation, act(), POLICIES))


async def everything(storage: SqlStorage) -> object:
    async with storage.reading() as uow:
        return (
            await uow.counts(),
            await uow.conversations.get(1),
            await uow.conversations.trail(1),
            await uow.setting("cursor"),
        )


async def test_an_error_takes_everything_back(storage: SqlStorage) -> None:
    await hear(storage, post())
    before = await everything(storage)

    async def fail() -> None:
        async with storage.writing() as uow:
            conversation = await uow.conversations.take(1)
            await uow.conversations.save(conversation, life.claim(conversation, act(), POLICIES))
            await uow.posts.accept([created(post("2"))], "demo", HEARD)
            await uow.customers.identify([("x", post().author)], HEARD)
            await uow.postings.want(1, ["floor"], urgent=False)
            await uow.outbox.put(Work("mail", {}))
            await uow.set_setting("cursor", "9")
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    assert await everything(storage) == before


async def test_what_follows_is_part_of_it_and_sees_each_conversations_events_together(storage: SqlStorage) -> None:
    changes: list[Change] = []

    async def follow(uow: UnitOfWork, change: Change) -> None:
        changes.append(change)
        await uow.set_setting("followed", change.conversation.ref)
        await uow.outbox.put(Work("mail", {"number": change.conversation.number}))

    followed = following(storage, follow)
    await hear(followed, post())
    async with followed.writing() as uow:
        conversation = await uow.conversations.take(1)
        conversation = await uow.conversations.save(conversation, life.claim(conversation, act(), POLICIES))
        conversation = await uow.conversations.save(conversation, life.escalate(conversation, act(), POLICIES, "press"))
    assert [[event.kind for event in change.events] for change in changes] == [["opened"], ["claimed", "escalated"]]
    assert changes[1].conversation == conversation
    async with followed.reading() as uow:
        assert await uow.setting("followed") == "B-1"
        assert (await uow.counts()).outbox_pending == 2


async def test_an_error_in_what_follows_takes_everything_back(storage: SqlStorage) -> None:
    async def follow(uow: UnitOfWork, change: Change) -> None:
        await uow.set_setting("cursor", "9")
        raise LookupError

    await hear(storage, post())
    before = await everything(storage)
    with pytest.raises(LookupError):
        await claim(following(storage, follow))
    assert await everything(storage) == before


async def test_what_follows_must_not_change_conversations(storage: SqlStorage) -> None:
    async def follow(uow: UnitOfWork, change: Change) -> None:
        await uow.conversations.save(change.conversation, life.release(change.conversation, act()))

    await hear(storage, post())
    with pytest.raises(RuntimeError, match="must not change a conversation"):
        await claim(following(storage, follow))


async def test_two_hundred_concurrent_changes_lose_nothing(storage: SqlStorage) -> None:
    await hear(storage, post())

    async def note(n: int) -> None:
        while True:
            try:
                async with storage.writing() as uow:
                    conversation = await uow.conversations.take(1)
                    await asyncio.sleep(0)
                    value = int(await uow.setting("count") or 0)
                    await uow.set_setting("count", str(value + 1))
                    await uow.conversations.save(conversation, life.note(conversation, act(), POLICIES, f"n{n}"))
                    return
            except ConflictError:
                continue

    await asyncio.gather(*(note(n) for n in range(200)))
    async with storage.reading() as uow:
        trail = await uow.conversations.trail(1)
        conversation = await uow.conversations.get(1)
        assert await uow.setting("count") == "200"
    assert conversation is not None
    assert conversation.version == len(trail) == 201
    assert {event.note_id for event in trail if event.kind == "noted"} == {f"n{n}" for n in range(200)}


async def test_of_many_claims_at_once_one_wins(storage: SqlStorage) -> None:
    await hear(storage, *(post(str(n)) for n in range(5)))
    results = await asyncio.gather(
        *(claim(storage, number) for number in range(1, 6) for _ in range(4)), return_exceptions=True
    )
    # The same person's later claims renew; none is lost and none fails.
    assert [result for result in results if result is not None] == []
    async with storage.reading() as uow:
        for number in range(1, 6):
            assert [event.kind for event in await uow.conversations.trail(number)][1:] == ["claimed"] + ["renewed"] * 3


async def test_reading_sees_one_state_and_does_not_wait_for_writing(storage: SqlStorage) -> None:
    await hear(storage, post())
    async with storage.writing() as writing:
        conversation = await writing.conversations.take(1)
        await writing.conversations.save(conversation, life.claim(conversation, act(), POLICIES))
        await writing.conversations.trail(1)
        async with storage.reading() as reading:
            assert len(await reading.conversations.trail(1)) == 1
    async with storage.reading() as reading:
        assert len(await reading.conversations.trail(1)) == 2
        await claim(storage)
        assert len(await reading.conversations.trail(1)) == 2


async def test_a_reading_unit_of_work_cannot_write(storage: SqlStorage) -> None:
    async with storage.reading() as uow:
        with pytest.raises(RuntimeError, match="only reads"):
            await uow.set_setting("a", "b")
        with pytest.raises(RuntimeError, match="only reads"):
            await uow.conversations.next_numbers(1)


async def test_a_unit_of_work_within_another_is_refused_rather_than_waited_for(storage: SqlStorage) -> None:
    async def nested() -> None:
        async with storage.writing(), storage.writing():
            pass

    with pytest.raises(RuntimeError, match="open in this task already"):
        await nested()
    await hear(storage, post())


async def test_a_cancelled_unit_of_work_is_taken_back_and_blocks_nobody(storage: SqlStorage) -> None:
    await hear(storage, post())
    started = asyncio.Event()

    async def linger() -> None:
        async with storage.writing() as uow:
            await uow.conversations.take(1)
            await uow.set_setting("cursor", "9")
            started.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(linger())
    await started.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await asyncio.wait_for(claim(storage), 10)
    async with storage.reading() as uow:
        assert await uow.setting("cursor") is None


async def test_workers_are_woken_after_the_commit_and_not_without_one(storage: SqlStorage) -> None:
    outbox, posts = storage.database.wake.waiter("outbox"), storage.database.wake.waiter("posts")

    async def fail() -> None:
        async with storage.writing() as uow:
            await uow.outbox.put(Work("mail", {}))
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    assert await outbox.wait(0.01) is False
    async with storage.writing() as uow:
        await uow.outbox.put(Work("mail", {}))
        assert await outbox.wait(0.01) is False
    assert await outbox.wait(1) is True
    await hear(storage, post())
    assert await posts.wait(1) is True


@pytest.mark.parametrize("url", ["mysql://localhost/baton", "sqlite://", "sqlite:///:memory:"])
async def test_a_database_that_cannot_be_used_is_a_configuration_error(url: str) -> None:
    with pytest.raises(ConfigError):
        await SqlStorage.connect(url, policies=POLICIES, clock=SetClock())


async def test_a_server_that_is_not_there_is_worth_another_try() -> None:
    with pytest.raises(RetriableError):
        await SqlStorage.connect("postgresql://nobody@127.0.0.1:1/nothing", policies=POLICIES, clock=SetClock())


async def test_a_server_that_has_no_such_database_is_a_configuration_error(postgres_url: str) -> None:
    with pytest.raises(ConfigError, match="nowhere"):
        await SqlStorage.connect(postgres_url.replace("/baton_", "/nowhere_"), policies=POLICIES, clock=SetClock())


async def test_connecting_gives_a_storage_that_works(url: str) -> None:
    storage = await SqlStorage.connect(url, policies=POLICIES, clock=SetClock())
    try:
        await hear(storage, post())
        await claim(storage)
        async with storage.reading() as uow:
            conversation = await uow.conversations.get(1)
    finally:
        await storage.close()
    assert conversation is not None
    assert conversation.is_held_by(ANA)
