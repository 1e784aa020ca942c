"""A past that is brought whole is as if Baton had written it bit by bit, on both databases, or is not there at all."""

from __future__ import annotations

from collections import Counter

import pytest

from bot.domain.answer_events import AnswerSent
from bot.domain.idea import IdeaState
from bot.domain.idea import replay as replay_idea
from bot.domain.loops import LoopState
from bot.domain.outcome import OutcomeKind
from bot.domain.policy import Policies
from bot.domain.post import Author, Post, SourceEvent
from bot.domain.replay import replay
from storage import SqlStorage
from storage.engine import Database
from storage.past import open_past
from storage.pouring import pouring
from storage.tables import metadata, settings
from tests.databases import opened
from tests.fakes.clock import SetClock
from tests.storage.past import NOW, pour_past


def storage_of(database: Database) -> SqlStorage:
    return SqlStorage(database, policies=Policies(), follows=(), clock=SetClock(NOW))


async def test_states_are_what_their_trails_come_to(url: str) -> None:
    await pour_past(url, 300)
    database = await opened(url)
    try:
        async with storage_of(database).reading() as uow:
            for number in range(1, 301):
                conversation = await uow.conversations.get(number)
                assert conversation == replay(await uow.conversations.trail(number))
                sight = await uow.conversations.sight(number)
                assert sight is not None
                assert conversation is not None
                assert len(sight.posts) == conversation.posts
                assert len(await uow.notes.of(number)) == sight.notes
    finally:
        await database.close()


async def test_ideas_are_what_their_trails_come_to_and_those_who_asked_were_told_by_answers(url: str) -> None:
    await pour_past(url, 4_000)
    database = await opened(url)
    try:
        storage, told = storage_of(database), 0
        async with storage.reading() as uow:
            ideas = [line.idea for line in await uow.ideas.browse("all", limit=100)]
            assert {idea.state for idea in ideas} >= {IdeaState.SHIPPED, IdeaState.DECLINED}
            for idea in ideas:
                assert idea == replay_idea(await uow.ideas.trail(idea.number))
                assert len(await uow.ideas.conversations(idea.number)) == idea.asked > 0
                for loop in await uow.loops.page(idea.number, list(LoopState), limit=1_000):
                    trail = await uow.conversations.trail(loop.number)
                    sent = [event for event in trail if isinstance(event, AnswerSent)]
                    assert (loop.state is LoopState.TOLD) == any(each.answer_id == loop.answer_id for each in sent)
                    told += loop.state is LoopState.TOLD
        assert told > 5
        async with storage.writing() as uow:
            assert await uow.ideas.next_number() == len(ideas) + 1
    finally:
        await database.close()


async def test_a_card_counts_the_praise_of_its_own_customer_alone(url: str) -> None:
    await pour_past(url, 300)
    database = await opened(url)
    try:
        async with storage_of(database).reading() as uow:
            sights = [await uow.conversations.sight(number) for number in range(1, 301)]
        praised = Counter(
            each.customer.id
            for each in sights
            if each is not None
            and each.conversation.outcome is not None
            and each.conversation.outcome.kind is OutcomeKind.PRAISE
        )
        assert len(praised) > 2
        assert all(each is not None and each.praises == praised[each.customer.id] for each in sights)
    finally:
        await database.close()


async def test_what_comes_after_it_goes_on_behind_it(url: str) -> None:
    await pour_past(url, 60)
    database = await opened(url)
    try:
        storage = storage_of(database)
        post = Post(network="x", external_id="1", author=Author(handle="maya"), text="hello", posted_at=NOW)
        created = SourceEvent(kind="created", network="x", account="", external_id="1", post=post)
        async with storage.writing() as uow:
            before = (await uow.counts()).posts
            assert await uow.posts.accept([created], "demo", NOW) == [True]
        async with storage.writing() as uow:
            assert (await uow.counts()).posts == before + 1
            assert list(await uow.conversations.next_numbers(1)) == [61]
    finally:
        await database.close()


async def test_a_past_that_breaks_off_leaves_the_store_as_it_was(url: str) -> None:
    class BrokeOffError(Exception):
        pass

    before = await _indexes(url)

    async def broken_off() -> None:
        async with open_past(url, Policies()) as past:
            assert await past.beginning() == (1, 1)
            raise BrokeOffError

    with pytest.raises(BrokeOffError):
        await broken_off()
    assert await _indexes(url) == before
    await pour_past(url, 20)
    assert await _indexes(url) == before


async def _indexes(url: str) -> set[str]:
    """The names of the indexes that are there."""
    named = {str(index.name) for table in metadata.tables.values() for index in table.indexes}
    async with pouring(url, [settings]) as pour:
        if url.startswith("sqlite"):
            rows = await pour.rows("SELECT name FROM sqlite_master WHERE type = 'index'")
        else:
            rows = await pour.rows("SELECT indexname FROM pg_indexes")
    return named & {name for (name,) in rows}
