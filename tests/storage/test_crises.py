"""Crises with their timelines; one lives on a surface at a time; what belongs to one is counted as it stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.domain import crisis as k
from bot.domain import crisis_events as e
from bot.domain import life
from bot.domain.crisis import CrisisState
from bot.domain.crisis_events import Figures
from bot.domain.events import Opened
from bot.domain.policy import Policies
from bot.errors import ConflictError, UserError
from bot.ports import CrisisPosting
from storage import SqlStorage
from storage.tables import outbox
from tests.storage.hearing import HEARD, act, hear, post

LANES = select(outbox.c.lane).order_by(outbox.c.id)
FIGURES = Figures(posts=412, within=timedelta(minutes=1), usual=6.5, alike=0.82, topics=("delivery",), spread={"x": 9})


async def proposed(storage: SqlStorage, surface: str = "floor", title: str = "Parcels burn") -> k.Crisis:
    async with storage.writing() as uow:
        number = await uow.crises.next_number()
        return await uow.crises.propose(
            e.Proposed(at=HEARD, number=number, surface=surface, title=title, why="many at once", figures=FIGURES)
        )


async def test_what_is_kept_is_what_was_proposed(storage: SqlStorage) -> None:
    made = await proposed(storage, title='Parcels <!channel> "burn" \x00 \N{FIRE}')
    async with storage.reading() as uow:
        assert await uow.crises.get(1) == made
        assert await uow.crises.get(2) is None
        assert k.replay(await uow.crises.timeline(1)) == made
        assert await uow.crises.live("floor") == await uow.crises.live() == [made]
        assert await uow.crises.live("other") == []


async def test_numbers_follow_each_other_and_one_lives_on_each_surface(storage: SqlStorage) -> None:
    await proposed(storage)
    with pytest.raises(ConflictError):
        await proposed(storage)
    assert (await proposed(storage, "other")).ref == "C-2"
    async with storage.writing() as uow:
        crisis = await uow.crises.take(1)
        ended = await uow.crises.save(crisis, k.dismiss(crisis, act(), "a sale"))
    assert (await proposed(storage)).ref == "C-3"
    async with storage.reading() as uow:
        assert await uow.crises.last_ended("floor") == ended
        assert await uow.crises.last_ended("other") is None
        assert [each.ref for each in await uow.crises.browse()] == ["C-3", "C-2", "C-1"]
        assert [each.ref for each in await uow.crises.browse(1, 1)] == ["C-2"]


async def test_of_two_who_act_at_once_one_starts_over(storage: SqlStorage) -> None:
    made = await proposed(storage)
    async with storage.writing() as uow:
        await uow.crises.save(made, k.open_room(made, act(), "slack"))
    with pytest.raises(ConflictError):
        async with storage.writing() as uow:
            await uow.crises.save(made, k.open_room(made, act(), "slack"))
    async with storage.reading() as uow:
        assert [event.kind for event in await uow.crises.timeline(1)] == ["proposed", "opened"]


async def test_the_timeline_is_read_from_its_end(storage: SqlStorage) -> None:
    crisis = await proposed(storage)
    async with storage.writing() as uow:
        for line in "abcde":
            crisis = await uow.crises.save(crisis, k.log(crisis, act(), line))
    async with storage.reading() as uow:
        latest = await uow.crises.timeline(1, 2)
        before = await uow.crises.timeline(1, 2, 2)
        assert k.replay(await uow.crises.timeline(1)) == crisis == await uow.crises.get(1)
    assert [getattr(event, "text", "") for event in (*latest, *before)] == ["d", "e", "b", "c"]


async def test_a_crisis_that_is_not_there_says_so(storage: SqlStorage) -> None:
    with pytest.raises(UserError, match="no C-9"):
        async with storage.writing() as uow:
            await uow.crises.take(9)


async def test_what_belongs_to_it_is_there_once_with_those_who_say_the_same(storage: SqlStorage) -> None:
    await proposed(storage)
    await hear(storage, *(post(str(n)) for n in range(4)))
    await echo(storage, 5, of=2)
    async with storage.writing() as uow:
        assert await uow.crises.add(1, [1, 2], HEARD) == 2
        assert await uow.crises.add(1, [2, 3], HEARD) == 1
        assert await uow.crises.add(1, [], HEARD) == 0
    async with storage.reading() as uow:
        assert await uow.crises.conversations(1) == [1, 2, 3, 5]
        assert await uow.crises.conversations(1, 1, 2) == [2, 3]
        assert await uow.crises.conversations(2) == []
        assert [crisis.ref for crisis in await uow.crises.of_conversation(3)] == ["C-1"]
        assert await uow.crises.of_conversation(4) == []


async def test_the_standing_is_true_to_the_store(storage: SqlStorage) -> None:
    await proposed(storage)
    await hear(storage, *(post(str(n)) for n in range(5)))
    await echo(storage, 6, of=2)
    async with storage.writing() as uow:
        await uow.crises.add(1, [1, 2, 3, 4], HEARD)
        for number in (1, 3):
            c = await uow.conversations.take(number)
            await uow.conversations.save(c, life.claim(c, act(), Policies()))
        c = await uow.conversations.take(4)
        await uow.conversations.save(c, life.raise_crisis(c, act(), Policies(), "it burns"))
    async with storage.reading() as uow:
        stands = await uow.crises.standing(1, HEARD + timedelta(minutes=2))
        later = await uow.crises.standing(1, HEARD + timedelta(minutes=7))
        nothing = await uow.crises.standing(2, HEARD)
    assert (stands.conversations, stands.states) == (5, {"floor": 2, "held": 2, "echo": 1})
    assert sum(stands.networks.values()) == 5
    assert (stands.lately, stands.before, later.lately, later.before) == (5, 0, 0, 5)
    assert stands.posts == 4
    assert [c.number for c in stands.urgent] == [4]
    assert stands.pressing == 1
    assert (nothing.conversations, nothing.posts, nothing.urgent) == (0, 0, ())


async def test_messages_are_kept_with_where_they_are_and_asked_for_once(storage: SqlStorage) -> None:
    await proposed(storage)
    board = CrisisPosting("crisis:1:board", 1, "board", None, "slack", "C-room")
    async with storage.writing() as uow:
        await uow.crises.want(board)
        await uow.crises.want(board)
        await uow.crises.refresh(1, "board", "proposal", soon=False)
    async with storage.writing() as uow:
        assert await uow.crises.posting("crisis:1:board") == board
        assert (await uow.counts()).outbox_pending == 1
        there = replace(board, message="1.0", shown="abc", pinned=True)
        await uow.crises.sent(there)
    async with storage.reading() as uow:
        assert await uow.crises.postings(1) == [there]


async def test_a_room_is_known_by_its_channel_and_a_thread_by_the_board(storage: SqlStorage) -> None:
    for surface, channel, thread in (("floor", "C-room", False), ("other", "C-floor", True)):
        crisis = await proposed(storage, surface)
        async with storage.writing() as uow:
            crisis = await uow.crises.save(crisis, k.open_room(crisis, act(), "slack"))
            crisis = await uow.crises.save(crisis, k.room_made(crisis, HEARD, channel, thread=thread))
            board = CrisisPosting(f"crisis:{crisis.number}:board", crisis.number, "board", None, "slack", channel)
            await uow.crises.want(board)
            await uow.crises.sent(replace(board, message="1.0"))
    async with storage.reading() as uow:
        room, thread_ = await uow.crises.in_room("C-room"), await uow.crises.in_room("C-floor", "1.0")
        assert (room is not None and room.ref, thread_ is not None and thread_.ref) == ("C-1", "C-2")
        assert room is not None
        assert room.state is CrisisState.OPEN
        assert await uow.crises.in_room("C-floor") is None
        assert await uow.crises.in_room("C-floor", "2.0") is None


async def test_a_board_in_a_thread_goes_at_the_pace_of_its_channel(storage: SqlStorage) -> None:
    for surface, thread in (("floor", True), ("other", False)):
        crisis = await proposed(storage, surface)
        async with storage.writing() as uow:
            crisis = await uow.crises.save(crisis, k.open_room(crisis, act(), "slack"))
            crisis = await uow.crises.save(crisis, k.room_made(crisis, HEARD, "C-room", thread=thread))
            await uow.crises.want(CrisisPosting(f"board {surface}", crisis.number, "board", None, "slack", "C-room"))
            await uow.crises.want(CrisisPosting(f"to {surface}", crisis.number, "proposal", "omar"))
    async with storage.database.reading() as connection:
        lanes = [lane for (lane,) in await connection.all(LANES)]
    assert lanes == ["post floor", "post crisis:omar", "post C-room", "post crisis:omar"]


async def echo(storage: SqlStorage, number: int, of: int) -> None:
    """One that says the same as another."""
    async with storage.writing() as uow:
        first = await uow.conversations.get(1)
        assert first is not None
        await uow.conversations.next_numbers(1)
        await uow.conversations.open(
            [
                Opened(
                    at=HEARD,
                    number=number,
                    customer_id=first.customer_id,
                    network="reddit",
                    account="acme",
                    post_id=f"p-{number}",
                    echo_of=of,
                )
            ]
        )
