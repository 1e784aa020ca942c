"""Answers on their way out, on either database: what is begun, what arrived, and whose conversation an answer belongs to."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.domain import answering, life
from bot.domain.conversation import Conversation
from bot.domain.people import PersonRef
from bot.domain.policy import Policies
from bot.domain.post import Post, SourceEvent, StoredPost
from bot.ports import Browse, Outgoing
from storage import SqlStorage
from storage.dead_letters import OutboxDesk
from tests.fakes.clock import SetClock
from tests.storage.hearing import ANA, BEN, HEARD, act, hear, post

LEA = PersonRef("lea", "Lea", "legal")
ODD = ("a\0b", "\0", "x" * 4_000, "🤷" * 600, "half \ud800 of one", "'; DROP TABLE answers; --", " ")


async def written(storage: SqlStorage, *needs: str, number: int = 1, answer_id: str = "a-1") -> Conversation:
    """Ana holds the conversation and answers its post."""
    async with storage.writing() as uow:
        c = await uow.conversations.take(number)
        (stored,) = await uow.posts.of(number)
        if c.baton is None:
            c = await uow.conversations.save(c, life.claim(c, act(), Policies()))
        given = answering.answer(
            c, act(), Policies(), answer_id=answer_id, post_id=stored.id, text="We are sorry.", needs=needs
        )
        await uow.answers.add(answer_id, number, stored)
        return await uow.conversations.save(c, given)


async def the_post(storage: SqlStorage, number: int = 1) -> StoredPost:
    async with storage.reading() as uow:
        return (await uow.posts.of(number))[0]


async def outgoing(storage: SqlStorage, answer_id: str = "a-1") -> Outgoing | None:
    async with storage.writing() as uow:
        return await uow.answers.get(answer_id)


async def asked_of(storage: SqlStorage, person: PersonRef) -> list[int]:
    async with storage.reading() as uow:
        lines = await uow.conversations.browse(Browse("asked", person, person.department), limit=10)
        assert await uow.conversations.count(Browse("asked", person, person.department)) == len(lines)
    return [line.conversation.number for line in lines]


async def test_an_answer_is_found_by_its_id_with_what_it_answers(storage: SqlStorage) -> None:
    await hear(storage, post("1"))
    await written(storage)
    stored = await the_post(storage)
    assert await outgoing(storage) == Outgoing("a-1", 1, stored.id)
    assert await outgoing(storage, "another") is None


async def test_the_state_with_its_answer_is_read_back_as_it_was(storage: SqlStorage) -> None:
    await hear(storage, post("1"))
    c = await written(storage, "legal")
    async with storage.reading() as uow:
        assert await uow.conversations.get(1) == c


async def test_that_a_try_began_and_ended_is_kept(storage: SqlStorage) -> None:
    await hear(storage, post("1"))
    await written(storage)
    for at in (HEARD, HEARD + timedelta(microseconds=1), None):
        async with storage.writing() as uow:
            await uow.answers.begin("a-1", at)
        found = await outgoing(storage)
        assert found is not None
        assert found.begun_at == at


async def test_what_arrived_is_known_by_its_id_and_no_try_is_under_way(storage: SqlStorage) -> None:
    await hear(storage, post("1"))
    await written(storage)
    async with storage.writing() as uow:
        await uow.answers.begin("a-1", HEARD)
        await uow.answers.arrived("a-1", "109")
    found = await outgoing(storage)
    assert found is not None
    assert (found.begun_at, found.external_id) == (None, "109")


async def test_a_try_that_is_rolled_back_did_not_begin(storage: SqlStorage) -> None:
    await hear(storage, post("1"))
    await written(storage)
    with pytest.raises(RuntimeError):
        await _begin_and_fail(storage)
    found = await outgoing(storage)
    assert found is not None
    assert found.begun_at is None


async def _begin_and_fail(storage: SqlStorage) -> None:
    async with storage.writing() as uow:
        await uow.answers.begin("a-1", HEARD)
        raise RuntimeError


async def test_of_two_at_a_time_one_waits_for_the_other(storage: SqlStorage) -> None:
    await hear(storage, post("1"))
    await written(storage)

    async def begin() -> bool:
        async with storage.writing() as uow:
            found = await uow.answers.get("a-1")
            assert found is not None
            await asyncio.sleep(0.05)
            if found.begun_at is None:
                await uow.answers.begin("a-1", HEARD)
            return found.begun_at is None

    assert sorted(await asyncio.gather(begin(), begin())) == [False, True]


async def test_the_conversation_of_what_we_wrote_is_found_by_network_account_and_id(storage: SqlStorage) -> None:
    await hear(storage, post("1"), post("2"), post("3", account="acme_de"))
    for number, id_ in ((1, "109"), (2, "110"), (3, "109")):
        await written(storage, number=number, answer_id=f"a-{number}")
        async with storage.writing() as uow:
            await uow.answers.arrived(f"a-{number}", id_)
    keys = [("mastodon", "acme", "109"), ("mastodon", "acme", "110"), ("mastodon", "acme_de", "109")]
    async with storage.reading() as uow:
        others = [("mastodon", "acme", "111"), ("x", "acme", "109"), ("mastodon", "", "109")]
        found = await uow.answers.conversations([*keys, *others, *keys])
        assert await uow.answers.conversations([]) == {}
    assert found == dict(zip(keys, (1, 2, 3), strict=True))


async def test_what_has_not_arrived_is_nobodys_parent(storage: SqlStorage) -> None:
    await hear(storage, post("1"))
    await written(storage)
    async with storage.reading() as uow:
        assert await uow.answers.conversations([("mastodon", "acme", ""), ("mastodon", "acme", "a-1")]) == {}


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
async def test_whatever_a_network_calls_it_is_kept_and_found_again(storage: SqlStorage, odd: str) -> None:
    await hear(storage, post("1"))
    await written(storage)
    async with storage.writing() as uow:
        await uow.answers.arrived("a-1", odd)
    async with storage.reading() as uow:
        assert await uow.answers.conversations([("mastodon", "acme", odd)]) == {("mastodon", "acme", odd): 1}


async def test_hundreds_of_posts_are_looked_up_at_once(storage: SqlStorage) -> None:
    await hear(storage, post("1"))
    await written(storage)
    async with storage.writing() as uow:
        await uow.answers.arrived("a-1", "109")
    async with storage.reading() as uow:
        found = await uow.answers.conversations([("mastodon", "acme", str(n)) for n in range(700)])
    assert found == {("mastodon", "acme", "109"): 1}


async def test_an_answer_to_approve_is_asked_of_one_department_after_the_other(storage: SqlStorage) -> None:
    await hear(storage, post("1"), post("2"))
    c = await written(storage, "legal", "product")
    assert (await asked_of(storage, LEA), await asked_of(storage, BEN)) == ([1], [])
    async with storage.writing() as uow:
        c = await uow.conversations.save(c, answering.approve(c, act(LEA)))
    assert (await asked_of(storage, LEA), await asked_of(storage, BEN)) == ([], [1])
    async with storage.writing() as uow:
        await uow.conversations.save(c, answering.approve(c, act(BEN)))
    assert (await asked_of(storage, LEA), await asked_of(storage, BEN)) == ([], [])


async def test_an_answer_that_is_taken_back_is_asked_of_nobody(storage: SqlStorage) -> None:
    await hear(storage, post("1"))
    c = await written(storage, "legal")
    async with storage.writing() as uow:
        await uow.conversations.save(c, life.release(c, act()))
    assert await asked_of(storage, LEA) == []


async def test_the_author_is_not_asked_though_they_moved_to_the_department_that_approves(storage: SqlStorage) -> None:
    await hear(storage, post("1"))
    await written(storage, "legal")
    moved = PersonRef(ANA.id, ANA.name, "legal")
    assert await asked_of(storage, moved) == []


async def test_a_thread_knows_when_somebody_wrote_in_it_last_by_the_networks_clock(storage: SqlStorage) -> None:
    def said(name: str, hours: int, **more: str) -> Post:
        return post(name, posted_at=HEARD + timedelta(hours=hours), **{"root_id": "chat/maya", **more})

    alone = post("alone", root_id=None)
    others = [said("other account", 9, account="other"), said("other thread", 9, root_id="chat/tom"), alone]
    await hear(storage, said("first", 0), said("third", 5), said("second", 3), *others)
    async with storage.writing() as uow:
        stored = await uow.posts.by_key([("mastodon", "acme", name) for name in ("first", "third", "alone")])
        by_name = {each.post.external_id: each for each in stored.values()}
        assert await uow.answers.last_in_thread(by_name["first"]) == HEARD + timedelta(hours=5)
        assert await uow.answers.last_in_thread(by_name["alone"]) == HEARD
        await uow.posts.erase(by_name["third"].id, HEARD)
    async with storage.reading() as uow:
        assert await uow.answers.last_in_thread(by_name["first"]) == HEARD + timedelta(hours=5), "it was written"


async def test_what_became_of_an_answer_is_kept_once_and_comes_after_what_is_done_to_send_it(
    storage: SqlStorage,
) -> None:
    fate = SourceEvent(kind="fate", network="mastodon", account="acme", external_id="m-1", answer="a-1", why="late")
    arrived = fate.model_copy(update={"why": "", "revision": "arrived"})
    async with storage.writing() as uow:
        assert await uow.posts.accept([fate, arrived, fate], "demo", HEARD) == [True, True, False]
    async with storage.writing() as uow:
        assert await uow.posts.accept([fate], "demo", HEARD) == [False]
    desk = OutboxDesk(storage.database, SetClock(HEARD))
    assert (await desk.counts())["answer_fate"] == {"ready": 2}
