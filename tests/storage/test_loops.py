"""Loops: kept once for each idea and conversation, counted as plain SQL counts them, and empty for whoever was forgotten."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from bot.domain import idea_events as e
from bot.domain import telling
from bot.domain.loops import Loop, Loops, LoopState, Why
from bot.domain.measures import Window
from bot.domain.post import Author, Visibility
from bot.ports import Batch
from storage import SqlStorage
from storage.moments import stamp
from tests.storage.hearing import ANA, HEARD, hear, post

WEEK = Window(HEARD, HEARD + timedelta(days=7), "UTC")

PLAIN = """
SELECT count(*),
    coalesce(sum(CASE WHEN loops.state = 'told' AND loops.at < {end} THEN 1 ELSE 0 END), 0),
    coalesce(sum(CASE WHEN loops.state = 'left' AND loops.at < {end} THEN 1 ELSE 0 END), 0),
    coalesce(sum(CASE WHEN loops.state = 'untold' AND loops.at < {end} THEN 1 ELSE 0 END), 0),
    coalesce(sum(CASE WHEN loops.state IN ('drafted', 'sending') OR loops.at >= {end} THEN 1 ELSE 0 END), 0)
FROM loops JOIN ideas ON ideas.number = loops.idea
WHERE ideas.state = 'shipped' AND ideas.merged_into IS NULL
    AND ideas.state_since >= {start} AND ideas.state_since < {end} AND loops.opened_at < {end}
"""
IDEAS = """
SELECT count(*), count(CASE WHEN asked > 0 AND asked = told THEN 1 END) FROM (
    SELECT ideas.number,
        (SELECT count(*) FROM loops WHERE idea = ideas.number AND opened_at < {end}) AS asked,
        (SELECT count(*) FROM loops WHERE idea = ideas.number AND opened_at < {end} AND state = 'told' AND at < {end})
            AS told
    FROM ideas WHERE state = 'shipped' AND merged_into IS NULL AND state_since >= {start} AND state_since < {end}
) AS shipped
"""
WHYS = """
SELECT loops.why, count(*) FROM loops JOIN ideas ON ideas.number = loops.idea
WHERE ideas.state = 'shipped' AND ideas.merged_into IS NULL AND loops.state = 'untold' AND loops.at < {end}
    AND ideas.state_since >= {start} AND ideas.state_since < {end} AND loops.opened_at < {end}
GROUP BY loops.why
"""


async def raised(storage: SqlStorage, at: datetime | None, into: int | None = None) -> int:
    """An idea that shipped then, or not at all; merged into another, if one is named."""
    async with storage.writing() as uow:
        number = await uow.ideas.next_number()
        idea = await uow.ideas.raise_one(e.Raised(at=HEARD, by=ANA, number=number, title=f"idea number {number}"))
        if at is not None:
            idea = await uow.ideas.save(idea, [e.Shipped(at=at, by=ANA, via="slack")])
        if into is not None:
            await uow.ideas.save(idea, [e.Merged(at=HEARD, by=ANA, into=into)])
    return number


async def keep(storage: SqlStorage, *loops: Loop) -> None:
    async with storage.writing() as uow:
        for loop in loops:
            await uow.loops.keep(loop)


def drafted(idea: int, number: int, **more: object) -> Loop:
    loop = Loop(
        idea, number, LoopState.DRAFTED, HEARD, HEARD, shipped=1, text="It is here.", audience=Visibility.PUBLIC
    )
    return replace(loop, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(3))
async def test_the_measure_equals_what_plain_sql_counts(storage: SqlStorage, seed: int) -> None:
    dice = random.Random(seed)
    await hear(storage, *(post(str(n), author=Author(handle=f"c{n}")) for n in range(12)))
    days = [-1, 0, 1, 2, 3, 6.99, 7, 8]
    shipped = [await raised(storage, HEARD + timedelta(days=dice.choice(days))) for _ in range(12)]
    shipped += [
        await raised(storage, None),
        await raised(storage, HEARD, into=shipped[0]),
        await raised(storage, HEARD),
    ]
    for idea in shipped[:-1]:
        for number in dice.sample(range(1, 13), dice.randint(0, 6)):
            state = dice.choice([*LoopState, LoopState.TOLD, LoopState.TOLD])
            await keep(
                storage,
                drafted(
                    idea,
                    number,
                    state=state,
                    why=dice.choice(list(Why)) if state is LoopState.UNTOLD else None,
                    opened_at=HEARD + timedelta(days=dice.choice(days)),
                    at=HEARD + timedelta(days=dice.choice(days)),
                ),
            )
    for window in (WEEK, WEEK.before, Window(HEARD, HEARD + timedelta(days=2), "UTC")):
        async with storage.reading() as uow:
            found = await uow.measures.loops(window)
        its = {"start": stamp(window.start), "end": stamp(window.end)}
        async with storage.database.reading() as connection:
            [counts] = await connection.all(text(PLAIN.format(**its)))
            [ideas] = await connection.all(text(IDEAS.format(**its)))
            whys = await connection.all(text(WHYS.format(**its)))
        assert [found.askers, found.told, found.left, found.cannot, found.waiting] == list(counts)
        assert [found.ideas, found.closed] == list(ideas)
        assert {why.value: many for why, many in found.untold.items()} == dict(map(tuple, whys))


async def test_one_is_kept_as_it_is_and_changes_in_place(storage: SqlStorage) -> None:
    await hear(storage, post("1"))
    idea = await raised(storage, HEARD)
    first = drafted(idea, 1, language="de", translated=True, text="Es ist da 🎁")
    await keep(storage, first)
    told = replace(first, state=LoopState.TOLD, answer_id="a-1", at=HEARD + timedelta(hours=1))
    async with storage.reading() as uow:
        assert await uow.loops.get(idea, 1) == first
    await keep(storage, told)
    async with storage.reading() as uow:
        assert await uow.loops.get(idea, 1) == told
        assert await uow.loops.of_conversation(1) == [told]
        assert await uow.loops.get(idea, 2) is None
        assert await uow.loops.counts([idea, 99]) == {idea: Loops(ideas=1, closed=1, askers=1, told=1)}
    async with storage.writing() as uow:
        await uow.loops.drop(idea, 1)
    async with storage.reading() as uow:
        assert await uow.loops.of_conversation(1) == []


async def test_they_are_read_page_by_page_in_the_order_of_conversations(storage: SqlStorage) -> None:
    await hear(storage, *(post(str(n), author=Author(handle=f"c{n}", display_name=f"C{n}")) for n in range(7)))
    idea = await raised(storage, HEARD)
    await keep(storage, *(drafted(idea, number) for number in (7, 5, 3, 1)), drafted(idea, 4, state=LoopState.TOLD))
    async with storage.reading() as uow:
        first = await uow.loops.page(idea, [LoopState.DRAFTED], 0, 2)
        rest = await uow.loops.page(idea, [LoopState.DRAFTED], first[-1].number, 50)
        lines = await uow.loops.lines(idea, [LoopState.DRAFTED, LoopState.TOLD], 3, 2)
    assert [loop.number for loop in (*first, *rest)] == [1, 3, 5, 7]
    assert [(line.loop.number, line.conversation.number, line.customer_name) for line in lines] == [
        (4, 4, "C3"),
        (5, 5, "C4"),
    ]


async def test_drafts_that_are_the_same_are_put_together(storage: SqlStorage) -> None:
    await hear(storage, *(post(str(n), author=Author(handle=f"c{n}")) for n in range(3)))
    await hear(storage, post("9", network="reddit", author=Author(handle="r")))
    idea = await raised(storage, HEARD)
    await keep(storage, drafted(idea, 1), drafted(idea, 2), drafted(idea, 3, state=LoopState.TOLD), drafted(idea, 4))
    async with storage.reading() as uow:
        assert await uow.loops.batches(idea) == [
            Batch("It is here.", "mastodon", Visibility.PUBLIC, "", False, 2),
            Batch("It is here.", "reddit", Visibility.PUBLIC, "", False, 1),
        ]


async def test_of_whoever_was_forgotten_it_is_kept_that_they_were_told_or_never_will_be(storage: SqlStorage) -> None:
    await hear(storage, post("1"), post("2"), post("3"))
    ideas = [await raised(storage, HEARD) for _ in range(2)]
    await keep(storage, drafted(ideas[0], 1, state=LoopState.TOLD, answer_id="a-1", detail="Maya saw it"))
    await keep(storage, drafted(ideas[1], 1, language="en"), drafted(ideas[1], 2, state=LoopState.LEFT, detail="Maya"))
    async with storage.writing() as uow:
        conversation = await uow.conversations.take(1)
        assert conversation.customer_id
        await uow.conversations.save(conversation, telling.shipped(conversation, HEARD, ideas[1]))
        await uow.privacy.erase([conversation.customer_id], [1, 2], HEARD + timedelta(days=1))
    async with storage.reading() as uow:
        told, never, left = [(await uow.loops.get(*key)) for key in ((ideas[0], 1), (ideas[1], 1), (ideas[1], 2))]
    assert told is not None
    assert never is not None
    assert left is not None
    assert (told.state, never.state, left.state) == (LoopState.TOLD, LoopState.UNTOLD, LoopState.LEFT)
    assert never.why is Why.FORGOTTEN
    assert Counter(loop.text + loop.detail + loop.language for loop in (told, never, left)) == {"": 3}


async def test_a_forgotten_name_that_stood_in_the_news_is_in_no_draft(storage: SqlStorage) -> None:
    [first] = await hear(storage, post("1"))
    await hear(storage, post("2", author=Author(handle="tom")))
    async with storage.writing() as uow:
        number = await uow.ideas.next_number()
        idea = await uow.ideas.raise_one(e.Raised(at=HEARD, by=ANA, number=number, title="gift wrap"))
        await uow.ideas.save(idea, [e.Shipped(at=HEARD, by=ANA, text="Maya Okafor asked first: it is here.")])
        await uow.loops.keep(drafted(number, 2, text="Maya Okafor asked first: it is here."))
        await uow.privacy.erase([first.customer_id], [1], HEARD + timedelta(days=1))
    async with storage.reading() as uow:
        kept, draft = await uow.ideas.get(number), await uow.loops.get(number, 2)
    assert kept is not None
    assert draft is not None
    assert draft.text == kept.news == "somebody asked first: it is here."


async def test_the_customers_record_says_of_what_they_were_told(storage: SqlStorage) -> None:
    [first, _] = await hear(storage, post("1"), post("2", author=Author(handle="tom")))
    idea = await raised(storage, HEARD)
    async with storage.writing() as uow:
        taken = await uow.ideas.take(idea)
        await uow.ideas.save(taken, [e.AskedFor(at=HEARD, by=ANA, numbers=(1, 2))])
    await keep(storage, drafted(idea, 1, state=LoopState.TOLD), drafted(idea, 2))
    async with storage.reading() as uow:
        record = await uow.customers.record(first.customer_id)
    assert record is not None
    assert [(asked.conversations, asked.told) for asked in record.ideas] == [((1,), (1,))]
