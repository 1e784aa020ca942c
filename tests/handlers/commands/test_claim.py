"""`claim`, `renew`, `release`: the baton is in one hand at a time, for a time."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.config import Config
from bot.domain.conversation import State
from handlers.events import FOLLOWS
from storage import SqlStorage
from tests.databases import Postgres
from tests.fakes.clock import SetClock
from tests.handlers.company import Company, said, staffed


@pytest.fixture
async def floor(company: Company) -> Company:
    await company.opened("hello there", "urgent! the stove caught fire")
    return company


async def lease(company: Company, number: int = 1) -> timedelta:
    baton = (await company.conversation(number)).baton
    assert baton is not None
    return baton.lease.until - company.clock.now()


async def test_a_claim_lasts_four_hours_and_an_urgent_one_thirty_minutes(floor: Company) -> None:
    reply = await floor.say("ana", "claim B-1")
    assert "You hold *B-1* until" in said(reply)
    assert "[ Pass… ]  [ Resolve… ]  [ Give it back ]" in said(reply)
    assert not reply.public
    assert await lease(floor, 1) == timedelta(hours=4)
    await floor.say("ana", "claim B-2")
    assert await lease(floor, 2) == timedelta(minutes=30)


@pytest.mark.parametrize(
    ("typed", "span"),
    [("for 2h", 120), ("90m", 90), ("for 1 day", 1440), ("1h30", 90), ("for 45", 45)],
)
async def test_a_claim_may_name_its_time(floor: Company, typed: str, span: int) -> None:
    await floor.say("ana", f"claim B-1 {typed}")
    assert await lease(floor) == timedelta(minutes=span)


async def test_the_second_is_told_who_holds_it_and_what_to_do(floor: Company) -> None:
    await floor.say("ana", "claim B-1")
    answer = said(await floor.say("ben", "claim B-1"))
    assert "Ana Lima holds the baton of B-1 until 14:00." in answer
    assert "[ Join ]  [ Ask Ana Lima to pass ](pass to=me)" in answer


async def test_claiming_what_one_holds_renews_it(floor: Company) -> None:
    await floor.say("ana", "claim B-1")
    floor.clock.move(timedelta(hours=2))
    await floor.say("ana", "claim B-1")
    assert await lease(floor) == timedelta(hours=4)
    assert await floor.kinds() == ["claimed", "renewed"]


async def test_claiming_what_one_was_asked_to_take_accepts_it(floor: Company) -> None:
    await floor.say("ana", "claim B-1")
    await floor.say("ana", "pass B-1 @slack:ben can you?")
    assert "You hold *B-1*" in said(await floor.say("ben", "claim B-1"))
    assert (await floor.kinds())[-1] == "pass_accepted"


async def test_a_resolved_one_has_to_be_reopened_first(floor: Company) -> None:
    await floor.say("ana", "claim B-1")
    await floor.say("ana", "resolve B-1 fixed | a box | a box")
    answer = said(await floor.say("ben", "claim B-1"))
    assert "B-1 is resolved." in answer
    assert "[ Reopen ]" in answer


async def test_renewing_gives_a_fresh_lease_only_to_the_holder(floor: Company) -> None:
    await floor.say("ana", "claim B-1")
    floor.clock.move(timedelta(hours=3))
    assert "Ana Lima holds" in said(await floor.say("ben", "renew B-1"))
    assert await lease(floor) == timedelta(hours=1)
    assert "You hold *B-1*" in said(await floor.say("ana", "renew B-1 for 1d"))
    assert await lease(floor) == timedelta(days=1)


async def test_releasing_puts_it_back_on_the_floor_with_the_reason(floor: Company) -> None:
    await floor.say("ana", "claim B-1")
    assert "B-1 is back on the floor." in said(await floor.say("ana", "release B-1 needs German"))
    assert (await floor.conversation()).state is State.FLOOR
    assert "needs German" in said(await floor.say("ben", "show B-1"))
    assert "You hold *B-1*" in said(await floor.say("ben", "take B-1"))


async def test_what_nobody_holds_cannot_be_renewed_or_released(floor: Company) -> None:
    for verb in ("renew", "release"):
        answer = said(await floor.say("ana", f"{verb} B-1"))
        assert "Nobody holds the baton of B-1." in answer
        assert "[ Claim ]" in answer


async def test_a_press_is_confirmed_by_the_card_alone(floor: Company) -> None:
    assert (await floor.press("ana", "claim", conversation="B-1")).quiet


async def test_a_number_beyond_all_bounds_is_just_not_there(either_company: Company) -> None:
    for typed in ("claim B-999999999999", "show B-2147483648", "note B-99999999999 hello"):
        assert "There is no B-" in said(await either_company.say("ana", typed))


# Races


async def test_of_many_who_claim_at_once_one_wins_and_the_others_are_told_who(either_company: Company) -> None:
    company = either_company
    await company.opened()
    users = ["ana", "sam", "ben", "chloe", "lena", "omar", "rita"]
    answers = [said(reply) for reply in await asyncio.gather(*(company.say(user, "claim B-1") for user in users))]
    holder = (await company.conversation()).holder
    assert holder is not None
    assert sum("You hold *B-1*" in answer for answer in answers) == 1
    assert sum(f"{holder.name} holds the baton of B-1" in answer for answer in answers) == len(users) - 1
    assert await company.kinds() == ["claimed"]


async def test_two_replicas_that_race_let_one_win(postgres: Postgres) -> None:
    url, clock, config = await postgres.fresh(), SetClock(), staffed(Config())
    replicas = []
    for _ in range(2):
        storage = await SqlStorage.connect(url, policies=config.life_policies, clock=clock, follows=FOLLOWS)
        replicas.append(await Company(storage, clock, config).staff())
    texts = [f"number {n}" for n in range(8)]
    await replicas[0].opened(*texts)
    races = [
        asyncio.gather(replicas[0].say("ana", f"claim B-{n}"), replicas[1].say("ben", f"claim B-{n}"))
        for n in range(1, 9)
    ]
    for pair in await asyncio.gather(*races):
        assert sorted("You hold" in said(reply) for reply in pair) == [False, True]
    for n in range(1, 9):
        assert await replicas[1].kinds(n) == ["claimed"]
    for replica in replicas:
        await replica.storage.close()
    await postgres.drop(url)


async def test_acts_of_many_at_once_are_all_kept(either_company: Company) -> None:
    company = either_company
    await company.opened()
    users = ["ana", "sam", "ben", "chloe", "lena", "omar"]
    await asyncio.gather(*(company.say(user, f"note B-1 from {user}") for user in users))
    assert sorted(note.text for note in await company.notes()) == sorted(f"from {user}" for user in users)
    assert await company.kinds() == ["noted"] * len(users)
