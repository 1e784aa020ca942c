"""Ideas with their trails; who asks for one is counted as it stands: merged ones, customers who are one, those who say the same."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain import idea as i
from bot.domain import idea_events as e
from bot.domain import idea_life as life
from bot.domain.idea import Idea, IdeaState
from bot.domain.people import Department
from bot.domain.policy import Policies
from bot.domain.post import Author
from bot.errors import ConflictError, UserError
from bot.ports import Asking
from storage import SqlStorage
from tests.storage.hearing import ANA, BEN, HEARD, act, hear, post

P = Policies()


async def raised(storage: SqlStorage, title: str, conversation: int | None = None) -> Idea:
    async with storage.writing() as uow:
        number = await uow.ideas.next_number()
        return await uow.ideas.raise_one(
            e.Raised(at=HEARD, by=ANA, via="slack", number=number, title=title, conversation=conversation)
        )


async def changed(storage: SqlStorage, number: int, *events: e.Event) -> Idea:
    async with storage.writing() as uow:
        return await uow.ideas.save(await uow.ideas.take(number), events)


async def asked(storage: SqlStorage, number: int, *conversations: int) -> Idea:
    return await changed(storage, number, e.AskedFor(at=HEARD, by=ANA, numbers=conversations))


async def merged(storage: SqlStorage, number: int, into: int) -> Idea:
    return await changed(storage, number, e.Merged(at=HEARD, by=ANA, into=into))


async def asking(storage: SqlStorage, number: int) -> Asking:
    async with storage.reading() as uow:
        return await uow.ideas.asking(number)


def by(name: str) -> Author:
    return Author(handle=f"{name}@example.social", display_name=name)


async def three_ask(storage: SqlStorage) -> None:
    """B-1 and B-2 are Maya's, B-3 is Tom's on Reddit; B-4 and B-5 say the same as B-3."""
    await hear(storage, post("1", author=by("maya")), post("2", author=by("maya")))
    await hear(storage, post("3", author=by("tom"), network="reddit"))
    await hear(
        storage, post("4", author=by("liv"), network="reddit"), post("5", author=by("tom"), network="reddit"), echo_of=3
    )


async def test_what_is_kept_is_what_was_raised(storage: SqlStorage) -> None:
    await hear(storage, post())
    made = await raised(storage, 'Gift <!channel> "wrap" \x00 \N{FIRE}', 1)
    async with storage.reading() as uow:
        assert await uow.ideas.get(1) == made
        assert await uow.ideas.get(2) is None
        assert i.replay(await uow.ideas.trail(1)) == made
        assert await uow.ideas.of_conversation(1) == [made]
        assert await uow.ideas.conversations(1) == [1]
        assert [line.conversation.number for line in await uow.ideas.lines(1)] == [1]
        assert await uow.ideas.named(1, [1, 2]) == [1]
    with pytest.raises(UserError, match="There is no I-2"):
        async with storage.writing() as uow:
            await uow.ideas.take(2)


async def test_of_two_who_act_at_once_one_starts_over(storage: SqlStorage) -> None:
    made = await raised(storage, "Gift wrap")
    async with storage.writing() as uow:
        await uow.ideas.save(made, life.claim(made, act(), P))
    with pytest.raises(ConflictError):
        async with storage.writing() as uow:
            await uow.ideas.save(made, life.claim(made, act(BEN), P))
    async with storage.reading() as uow:
        assert [event.kind for event in await uow.ideas.trail(1)] == ["raised", "claimed"]


async def test_the_trail_is_read_from_its_end_and_replays(storage: SqlStorage) -> None:
    idea = await raised(storage, "Gift wrap")
    for words in "abcd":
        idea = await changed(storage, 1, *life.vote(idea, act(), words))
    async with storage.reading() as uow:
        assert [getattr(event, "text", "") for event in await uow.ideas.trail(1, 2, 1)] == ["b", "c"]
        assert i.replay(await uow.ideas.trail(1)) == idea == await uow.ideas.get(1)


async def test_who_asks_is_counted_with_those_who_say_the_same(storage: SqlStorage) -> None:
    await three_ask(storage)
    await raised(storage, "Gift wrap", 1)
    assert await asking(storage, 1) == Asking(1, 1, {"mastodon": 1})
    await asked(storage, 1, 2, 3)
    assert await asking(storage, 1) == Asking(5, 3, {"reddit": 3, "mastodon": 2})
    async with storage.reading() as uow:
        assert await uow.ideas.conversations(1) == [1, 2, 3, 4, 5]
        assert await uow.ideas.conversations(1, after=2, limit=2) == [3, 4]
        assert [line.conversation.number for line in await uow.ideas.lines(1)] == [3, 2, 1]
        assert [each.number for each in await uow.ideas.of_conversation(5)] == [1]
    await changed(storage, 1, e.NoLongerAsked(at=HEARD, numbers=(3,)))
    assert await asking(storage, 1) == Asking(2, 1, {"mastodon": 2})


async def test_customers_who_become_one_count_once(storage: SqlStorage) -> None:
    await three_ask(storage)
    await raised(storage, "Gift wrap", 1)
    await asked(storage, 1, 3)
    async with storage.writing() as uow:
        maya, tom = [await uow.conversations.get(number) for number in (1, 3)]
        assert maya is not None
        assert tom is not None
        merge = await uow.identities.merge(maya.customer_id, tom.customer_id, "same e-mail", HEARD, ANA)
    assert merge is not None
    assert (await asking(storage, 1)).customers == 2
    async with storage.reading() as uow:
        record = await uow.customers.record(tom.customer_id)
    assert record is not None
    assert [(each.number, each.title, each.state, each.conversations) for each in record.ideas] == [
        (1, "Gift wrap", "new", (1, 3, 5))
    ]
    async with storage.writing() as uow:
        await uow.identities.unmerge(merge.id, "two", HEARD, ANA)
    assert (await asking(storage, 1)).customers == 3


async def test_what_was_merged_counts_where_it_was_merged_into_however_deep_until_it_is_parted(
    storage: SqlStorage,
) -> None:
    await three_ask(storage)
    await raised(storage, "Gift wrap", 1)
    await raised(storage, "Gift wrapping", 2)
    await raised(storage, "Wrapped gifts", 3)
    await merged(storage, 3, 2)
    await merged(storage, 2, 1)
    assert (await asking(storage, 1)).conversations == 5
    async with storage.reading() as uow:
        assert [each.number for each in await uow.ideas.merged(1)] == [2, 3]
        assert [line.idea.number for line in await uow.ideas.browse()] == [1]
        assert await uow.ideas.count() == 1
        assert [each.number for each in await uow.ideas.of_conversation(3)] == [1]
        assert [each.idea.number for each in await uow.ideas.similar("wrapped gifts")] == [1]
    await changed(storage, 2, e.Unmerged(at=HEARD, by=ANA, out_of=1))
    assert ((await asking(storage, 1)).conversations, (await asking(storage, 2)).conversations) == (1, 4)
    async with storage.reading() as uow:
        assert [each.number for each in await uow.ideas.merged(2)] == [3]


async def test_lists_show_what_most_ask_for_first(storage: SqlStorage) -> None:
    await three_ask(storage)
    await raised(storage, "Nobody asks")
    await raised(storage, "Two ask", 1)
    await asked(storage, 2, 2)
    await raised(storage, "Three ask", 3)
    async with storage.reading() as uow:
        found = await uow.ideas.browse()
        assert [(line.idea.number, line.asking.conversations) for line in found] == [(3, 3), (2, 2), (1, 0)]
        assert [line.idea.number for line in await uow.ideas.browse(limit=1, offset=1)] == [2]
    await changed(storage, 3, *life.move(i.raised(e.Raised(at=HEARD, number=3, title="x")), IdeaState.SHIPPED, HEARD))
    async with storage.reading() as uow:
        assert [line.idea.number for line in await uow.ideas.browse()] == [2, 1]
        assert [line.idea.number for line in await uow.ideas.browse("shipped")] == [3]
        assert [await uow.ideas.count(which) for which in ("open", "all", "new", "shipped", "planned")] == [
            2,
            3,
            2,
            1,
            0,
        ]


async def test_what_one_holds_and_is_asked_to_take_is_found(storage: SqlStorage) -> None:
    idea = await raised(storage, "Gift wrap")
    idea = await changed(storage, 1, *life.claim(idea, act(), P))
    idea = await changed(
        storage, 1, *life.pass_on(idea, act(), Department("product", "Product"), "what would it cost?")
    )
    async with storage.reading() as uow:
        assert [line.idea for line in await uow.ideas.browse("mine", ANA)] == [idea]
        assert [line.idea for line in await uow.ideas.browse("asked", BEN)] == [idea]
        assert await uow.ideas.browse("asked", ANA) == await uow.ideas.browse("mine", BEN) == []


async def test_similar_ones_are_found_by_words_in_other_forms_and_by_a_new_title_alone(storage: SqlStorage) -> None:
    for title in ("Gift wrap at checkout", "Gift cards", "Longer opening hours", "夜间模式"):
        await raised(storage, title)
    async with storage.reading() as uow:
        found = await uow.ideas.similar("gift wrapping in the checkout")
        assert [(each.idea.number, each.likeness.is_the_same) for each in found] == [(1, True), (2, False)]
        assert [each.idea.number for each in await uow.ideas.similar("gift", beside=(1,))] == [2]
        assert [each.idea.number for each in await uow.ideas.similar("我想要夜间模式")] == [4]
        assert await uow.ideas.similar("!") == []
    await changed(storage, 1, e.Retitled(at=HEARD, by=ANA, title="Ribbons"))
    async with storage.reading() as uow:
        assert [each.idea.number for each in await uow.ideas.similar("wrap at checkout")] == []
        assert [each.idea.number for each in await uow.ideas.similar("a ribbon")] == [1]


async def test_what_is_due_is_told_in_order_and_put_off_where_nothing_was_left_to_do(storage: SqlStorage) -> None:
    for title in ("One", "Two"):
        await raised(storage, title)
    for number, hours in ((1, 8), (2, 4)):
        async with storage.writing() as uow:
            idea = await uow.ideas.take(number)
            await uow.ideas.save(idea, life.claim(idea, act(), P, timedelta(hours=hours)))
    async with storage.reading() as uow:
        assert await uow.ideas.due(HEARD + timedelta(hours=2)) == []
        assert await uow.ideas.due(HEARD + timedelta(hours=3)) == [2]
        assert await uow.ideas.due(HEARD + timedelta(hours=9)) == [2, 1]
    async with storage.writing() as uow:
        await uow.ideas.put_off(2)
    async with storage.reading() as uow:
        assert await uow.ideas.due(HEARD + timedelta(hours=9)) == [2, 1], "its state says so still"
    async with storage.writing() as uow:
        idea = await uow.ideas.take(2)
        await uow.ideas.save(idea, life.release(idea, act()))
    async with storage.reading() as uow:
        assert await uow.ideas.due(HEARD + timedelta(hours=9)) == [1]
