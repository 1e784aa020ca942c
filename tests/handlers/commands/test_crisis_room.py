"""The room of a crisis: made once, whoever presses and whatever breaks, with everybody wanted in it and a board that is true."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.commands import Origin
from bot.domain.crisis import CrisisState
from bot.errors import PermanentError, UnknownResultError
from bot.ports import Account, Standing
from handlers.jobs.crisis_boards import CrisisBoards
from tests.bot.views.plain import plain
from tests.handlers.company import FLOOR, Company, said
from tests.handlers.crises import ROOM, board, crisis, in_room, kinds, on_the_board, opened, proposed_by_itself


async def test_one_click_opens_a_room_with_everybody_who_is_wanted_and_a_pinned_board(either_company: Company) -> None:
    company = either_company
    await opened(company)
    made = await crisis(company)
    assert (made.state, made.channel, made.platform) == (CrisisState.OPEN, ROOM, "slack")
    room = company.platform.rooms[ROOM]
    assert {account.user for account in room.members} >= {"omar", "rita", "sam", "chloe", "lena"}
    assert "gus" not in {account.user for account in room.members}
    [pinned] = room.pins
    assert company.platform.messages[pinned].mark == "crisis:1:board"
    assert "Crisis since" in room.topics[-1]
    assert await kinds(company) == ["proposed", "conversations_added", "opened", "room_made", "invited"]
    card = await on_the_board(company)
    for words in (
        "2 conversations, 2 posts",
        "2 Mastodon",
        "Omar Said (Operations) opened the crisis room",
        "In the room",
    ):
        assert words in card, card
    for act in ("Add to the timeline…", "Holding statement…", "All clear…", "Show list"):
        assert f"[ {act} ]" in card


async def test_two_who_press_open_one_room_and_the_second_is_told_where(either_company: Company) -> None:
    company = either_company
    await proposed_by_itself(company)
    first = await company.press("omar", "crisis", what="open", crisis="C-1")
    second = await company.press("rita", "crisis", what="open", crisis="C-1")
    await company.work()
    assert "is being made" in said(first)
    assert "Omar Said opened the room of C-1 already" in said(second)
    assert len(company.platform.rooms) == 1
    assert company.platform.calls.count("open_room") == 1


async def test_of_those_who_act_in_the_same_moment_everybody_is_answered_and_one_room_is_made(
    either_company: Company,
) -> None:
    company = either_company
    proposals = await asyncio.gather(*(company.say(user, "crisis propose it burns") for user in ("ana", "ben", "lena")))
    assert sorted("there already" in said(reply) for reply in proposals) == [False, True, True]
    presses = await asyncio.gather(
        *(company.press(user, "crisis", what="open", crisis="C-1") for user in ("omar", "rita", "sam"))
    )
    assert sorted("already" in said(reply) for reply in presses) == [False, True, True]
    await company.work()
    assert company.platform.calls.count("open_room") == 1
    assert await kinds(company) == ["proposed", "opened", "room_made", "invited"]


async def test_everything_is_done_once_however_often_a_worker_dies(either_company: Company) -> None:
    company = either_company
    await company.opened("parcels burn")
    await company.say("ben", "crisis propose parcels burn in the depot")
    await company.hands.lose()
    await company.work()
    await company.press("omar", "crisis", what="open", crisis="C-1")
    for _ in range(4):
        await company.hands.lose()
    await company.work()
    company.clock.move(timedelta(minutes=10))
    await company.work()
    assert list(company.platform.rooms) == [ROOM]
    assert len(company.platform.shown_in("D-omar")) == 1
    assert len(company.platform.shown_in(ROOM)) == 1
    assert await kinds(company) == ["proposed", "opened", "room_made", "invited"]


@pytest.mark.parametrize("call", range(6))
async def test_a_lost_answer_is_looked_up(company: Company, call: int) -> None:
    await proposed_by_itself(company)
    await company.work()
    await company.press("omar", "crisis", what="open", crisis="C-1")
    company.platform.failures.extend([*[None] * call, UnknownResultError("the connection was lost")])
    await company.work()
    for _ in range(5):
        company.clock.move(timedelta(minutes=10))
        await company.work()
    [room] = [room for name, room in company.platform.rooms.items() if name.startswith("C-crisis")]
    assert len(company.platform.shown_in("C-crisis-1-delivery")) == 1
    assert len(room.pins) == 1
    assert len(room.members) == len(set(room.members)) > 3
    assert await kinds(company) == ["proposed", "opened", "room_made", "invited"]


async def test_where_no_channels_are_made_the_boards_thread_is_the_room(company: Company) -> None:
    company.platform.opens_rooms = False
    await opened(company)
    made = await crisis(company)
    assert (made.channel, made.thread) == ("#floor", True)
    there = await board(company)
    assert there.channel == FLOOR
    told = company.everyone_told()
    assert "You are wanted in the crisis room: C-1 · parcels burn in the depot" in told["rita"]
    await in_room(company, "lena", "crisis log the carrier confirms it", FLOOR, there.message)
    await in_room(company, "lena", "crisis statement We know, and are on it.", FLOOR, there.message)
    await company.work()
    assert (await kinds(company))[-2:] == ["logged", "statement_agreed"]
    [stated] = company.platform.shown_in(FLOOR, there.message)
    assert "We know, and are on it." in plain(stated.card)


async def test_a_room_that_may_not_be_made_is_a_thread_instead(company: Company) -> None:
    company.platform.forbidden.add("open_room")
    await opened(company)
    assert (await crisis(company)).thread


async def test_whoever_cannot_be_brought_in_is_told_where_it_is(company: Company) -> None:
    company.platform.uninvitable.add("rita")
    await opened(company)
    assert "You are wanted in the crisis room: C-1 · parcels burn in the depot" in company.told("rita")
    assert not any("wanted" in summary for summary in company.told("lena"))


async def test_the_board_follows_the_counts_of_the_store_and_is_quiet_while_nothing_changes(company: Company) -> None:
    await opened(company)
    tick = CrisisBoards(company.storage, company.config, company.clock)
    await tick()
    assert (await company.work()).done == []
    await company.say("ana", "claim B-1")
    await company.say("ben", "escalate B-2 crisis it burns")
    await company.work()
    await tick()
    await company.work()
    card = await on_the_board(company)
    assert "1 held" in card
    assert "*B-2*  🚨 Crisis · nobody holds it" in card
    async with company.storage.writing() as uow:
        await uow.crises.add(1, [3], company.clock.now())
    await tick()
    await tick()
    await company.work()
    assert "3 conversations, 3 posts" in await on_the_board(company)
    updates = len(company.platform.updated)
    await tick()
    assert (await company.work()).done == []
    assert len(company.platform.updated) == updates


async def test_a_board_that_somebody_deleted_comes_back_and_is_pinned_again(company: Company) -> None:
    await opened(company)
    [pinned] = company.platform.rooms[ROOM].pins
    company.platform.remove(pinned)
    await in_room(company, "lena", "crisis log still burning")
    await company.work()
    assert "still burning" in await on_the_board(company)
    assert len(company.platform.rooms[ROOM].pins) == 2


async def test_a_room_that_was_closed_is_one_dead_letter_and_no_more(company: Company) -> None:
    await opened(company)
    tick = CrisisBoards(company.storage, company.config, company.clock)
    company.platform.failures.append(PermanentError("is_archived"))
    for line in ("one", "two", "three"):
        await in_room(company, "lena", f"crisis log {line}")
        await company.work()
        await tick()
        await company.work()
    assert len(await company.dead_letters.dead()) == 1
    assert "three" in said(await company.say("lena", "crisis C-1"))


async def test_a_board_that_cannot_be_posted_is_not_asked_for_again_and_again(company: Company) -> None:
    tick = CrisisBoards(company.storage, company.config, company.clock)
    await company.opened("parcels burn")
    await company.say("ben", "crisis propose parcels burn in the depot")
    await company.work()
    await company.press("omar", "crisis", what="open", crisis="C-1")
    company.platform.forbidden |= {"post"}
    await company.work()
    dead = await company.dead_letters.dead()
    assert {letter.dedup for letter in dead} == {"crisis:1:board"}
    for _ in range(5):
        company.clock.move(timedelta(seconds=4))
        await tick()
        await company.work()
    assert len(await company.dead_letters.dead()) == len(dead)


async def test_a_crisis_may_be_opened_from_anywhere_on_the_platform_that_is_configured(company: Company) -> None:
    part = company.config.crisis.model_copy(update={"platform": "slack", "departments": ("product",), "people": 1})
    config = company.config.model_copy(update={"crisis": part})
    other = await Company(company.storage, company.clock, config).staff()
    await proposed_by_itself(other)
    teams = Origin("teams", "T1", "19:room", by="button")
    await other.dispatcher.press(other.people["omar"], "crisis", {"what": "open", "crisis": "C-1"}, teams)
    await other.work()
    made = await crisis(other)
    assert made.platform == "slack"
    [room] = [room for name, room in other.platform.rooms.items() if name.startswith("C-crisis")]
    users = {account.user for account in room.members}
    assert "chloe" in users
    assert "ben" not in users, "one of each department, leads first"
    assert Account("slack", "T1", "omar") in room.members


async def test_nothing_counted_is_nothing_shown(company: Company) -> None:
    await proposed_by_itself(company)
    async with company.storage.reading() as uow:
        assert await uow.crises.standing(1, company.clock.now()) == Standing()
    await company.say("omar", "crisis open C-1")
    await company.work()
    shown = [shown for shown in company.platform.messages.values() if shown.mark == "crisis:1:board"]
    assert "0 conversations, 0 posts" in plain(shown[0].card)
