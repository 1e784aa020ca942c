"""What a backfill brings is filed: on record, but shown nowhere, due never and counted nowhere until the customer writes again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.config import Config
from bot.domain import events as e
from bot.domain.conversation import State
from bot.domain.post import Post
from bot.domain.replay import replay
from bot.ports import Browse, Storage
from handlers.hearing import hear
from storage.dead_letters import OutboxDesk
from storage.unit_of_work import SqlStorage
from tests.fakes.clock import SetClock
from tests.handlers.test_hearing import Listening, event, post

LONG_AGO = datetime.fromisoformat("2025-06-01T10:00:00Z")


def old(id_: str, text: str = "My parcel exploded", **more: Any) -> Post:
    return post(id_, text, **more).model_copy(update={"posted_at": LONG_AGO})


@pytest.fixture
def listening(either_storage: Storage, clock: SetClock, config: Config) -> Listening:
    return Listening(either_storage, clock, config)


async def backfill(listening: Listening, *posts: Post) -> None:
    async with listening.storage.writing() as uow:
        made = [event("created", each) for each in posts]
        await uow.posts.accept(made, "demo", listening.clock.now(), filed=True)
    while await hear(
        listening.storage, listening.config, listening.config.life_policies, listening.clock, listening.triage
    ):
        pass


async def work(listening: Listening) -> set[str]:
    """The kinds of work that wait, but for finding out who the author may be."""
    assert isinstance(listening.storage, SqlStorage)
    return set(await OutboxDesk(listening.storage.database, listening.clock).counts()) - {"likeness"}


async def test_a_filed_post_has_a_conversation_and_nothing_else(listening: Listening) -> None:
    await backfill(listening, old("a"), old("b", parent_id="a"))
    conversation = await listening.conversation()
    assert (conversation.state, conversation.filed, conversation.posts) == (State.RESOLVED, True, 2)
    assert (conversation.urgent, conversation.opened_at) == (False, LONG_AGO)
    assert await work(listening) == set()
    async with listening.storage.reading() as uow:
        assert replay(await uow.conversations.trail(1)) == conversation
        assert await uow.postings.of(1) == []
        assert await uow.conversations.due(listening.clock.now() + timedelta(days=400)) == []
        assert await uow.conversations.opened_between(LONG_AGO, listening.clock.now() + timedelta(days=1)) == []
        assert await uow.conversations.count(Browse("open")) == 0
        record = await uow.customers.record(conversation.customer_id)
    assert record is not None
    assert [(past.number, past.outcome, past.opened_at) for past in record.conversations] == [(1, "filed", LONG_AGO)]
    assert await listening.where("a", "b") == [1, 1]


async def test_new_posts_are_heard_before_what_a_backfill_brought_earlier(listening: Listening) -> None:
    async with listening.storage.writing() as uow:
        many = [event("created", old(f"old{n}", author=f"customer{n}")) for n in range(150)]
        await uow.posts.accept(many, "demo", listening.clock.now(), filed=True)
    async with listening.storage.writing() as uow:
        new = [
            event("created", post("new1", "My order?")),
            event("created", post("reply", "Same here", parent_id="old3")),
        ]
        await uow.posts.accept(new, "demo", listening.clock.now())
        waiting = [stored.post.external_id for stored in await uow.posts.unheard(5)]
    assert waiting == ["new1", "reply", "old0", "old1", "old2"]
    while await hear(
        listening.storage, listening.config, listening.config.life_policies, listening.clock, listening.triage, 20
    ):
        pass
    # What answers a filed post that is heard later is in one conversation with it, and open.
    assert await listening.where("reply") == await listening.where("old3")
    [number] = await listening.where("reply")
    async with listening.storage.reading() as uow:
        conversation = await uow.conversations.get(number or 0)
    assert conversation is not None
    assert (conversation.filed, conversation.state) == (False, State.FLOOR)


async def test_when_the_customer_writes_again_it_is_taken_up_and_shown(listening: Listening) -> None:
    await backfill(listening, old("a"))
    listening.clock.move(timedelta(hours=1))
    await listening.hear(post("b", "And it still smokes, it exploded", parent_id="a"))
    conversation = await listening.conversation()
    assert (conversation.state, conversation.filed, conversation.posts) == (State.FLOOR, False, 2)
    assert conversation.urgent
    assert conversation.opened_at == listening.clock.now()
    assert [type(happened) for happened in await listening.trail()] == [e.Opened, e.Filed, e.CustomerWrote, e.Reopened]
    assert await work(listening) == {"card"}
    async with listening.storage.reading() as uow:
        assert [posting.surface for posting in await uow.postings.of(1)] == ["floor"]
        now = listening.clock.now()
        assert len(await uow.conversations.opened_between(now, now + timedelta(seconds=1))) == 1
        sight = await uow.conversations.sight(1)
    assert sight is not None
    assert [stored.post.external_id for stored in sight.posts] == ["a", "b"]


async def test_a_filed_post_and_its_live_answer_heard_together_are_shown(listening: Listening) -> None:
    async with listening.storage.writing() as uow:
        await uow.posts.accept([event("created", old("a"))], "demo", listening.clock.now(), filed=True)
    await listening.hear(post("b", parent_id="a"))
    assert (await listening.conversation()).state is State.FLOOR
    async with listening.storage.reading() as uow:
        assert len(await uow.postings.of(1)) == 1


async def test_what_a_backfill_adds_to_a_conversation_that_is_going_on_changes_nothing(listening: Listening) -> None:
    await listening.hear(post("b", parent_id="a"))
    before, trail = await listening.conversation(), await listening.trail()
    await backfill(listening, old("a"))
    assert await listening.where("a", "b") == [1, 1]
    assert await listening.conversation() == before
    assert await listening.trail() == trail
    async with listening.storage.reading() as uow:
        sight = await uow.conversations.sight(1)
    assert sight is not None
    assert [stored.post.external_id for stored in sight.posts] == ["b"]


async def test_more_of_that_time_joins_what_is_filed(listening: Listening) -> None:
    await backfill(listening, old("b", parent_id="a"))
    listening.clock.move(timedelta(minutes=1))
    await backfill(listening, old("a"), old("c", parent_id="b"))
    conversation = await listening.conversation()
    assert (conversation.filed, conversation.posts, conversation.number) == (True, 3, 1)
    assert await listening.where("a", "b", "c") == [1, 1, 1]
