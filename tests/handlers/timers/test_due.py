"""What time alone does, when it is due, once, and only if it still has to."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.config import Config, PolicyPart
from bot.domain.conversation import State
from handlers.events import FOLLOWS
from handlers.timers import DueTimers
from storage import SqlStorage
from tests.databases import Sqlite
from tests.fakes.clock import SetClock
from tests.handlers.company import Company, post, staffed


@pytest.fixture
async def floor(company: Company) -> Company:
    """B-1 is on the floor."""
    await company.opened("hello there")
    return company


async def test_nothing_is_due_before_its_time(floor: Company) -> None:
    await floor.say("ana", "claim B-1")
    floor.clock.move(timedelta(hours=3) - timedelta(seconds=1))
    assert await floor.timers() == 0
    assert await floor.kinds() == ["claimed"]


async def test_a_lease_is_warned_of_once_and_then_ends(either_company: Company) -> None:
    company = either_company
    await company.opened()
    await company.say("ana", "claim B-1 for 4h")
    seen = []
    for hours in (3, 0.5, 0.5, 0.1):
        await company.later(hours=hours)
        seen.append((await company.kinds())[1:])
    assert seen == [
        ["lease_warned"],
        ["lease_warned"],
        ["lease_warned", "lease_expired"],
        ["lease_warned", "lease_expired"],
    ]
    c = await company.conversation()
    assert (c.state, c.holder) == (State.FLOOR, None)
    assert "back on the floor since" in await company.card()


async def test_a_conversation_that_cannot_be_read_holds_up_no_other(floor: Company) -> None:
    await floor.hear(post("another", author="tom"))
    for number in (1, 2):
        await floor.say("ana", f"claim B-{number}")
    async with floor.storage.database.writing() as connection:
        connection.later(text("UPDATE conversations SET body = 'damaged' || body WHERE number = 1"))
    floor.clock.move(timedelta(hours=5))
    for _ in range(2):
        await floor.timers()
    assert (await floor.conversation(2)).state is State.FLOOR


async def test_renewing_puts_the_warning_off(floor: Company) -> None:
    await floor.say("ana", "claim B-1")
    await floor.later(hours=2)
    await floor.say("ana", "renew B-1")
    await floor.later(hours=2)
    assert "lease_warned" not in await floor.kinds()
    await floor.later(hours=1)
    assert (await floor.kinds())[-1] == "lease_warned"
    await floor.say("ana", "renew B-1")
    await floor.later(hours=3)
    assert (await floor.kinds()).count("lease_warned") == 2, "a renewed lease has a warning of its own"


async def test_an_urgent_one_goes_up_sooner(company: Company) -> None:
    await company.opened("urgent! the stove caught fire")
    await company.later(minutes=15)
    assert (await company.kinds()) == ["escalated"]
    await company.later(minutes=30)
    await company.later(minutes=75)
    await company.later(days=2)
    assert [event.rung for event in (await company.trail())[1:] if event.kind == "escalated"] == [1, 2, 3]


async def test_after_a_long_sleep_each_rung_is_told_once_one_after_the_other(floor: Company) -> None:
    floor.clock.move(timedelta(days=5))
    while await floor.timers():
        pass
    assert [event.rung for event in (await floor.trail())[1:] if event.kind == "escalated"] == [1, 2, 3]


async def test_what_was_claimed_does_not_go_up(floor: Company) -> None:
    floor.clock.move(timedelta(hours=3, minutes=59))
    await floor.say("ana", "claim B-1")
    await floor.later(minutes=2)
    assert await floor.kinds() == ["claimed"]


async def test_a_released_one_waits_its_full_time_again(floor: Company) -> None:
    await floor.later(hours=3)
    await floor.say("ana", "claim B-1")
    await floor.say("ana", "release B-1")
    await floor.later(hours=3)
    assert "escalated" not in await floor.kinds()
    await floor.later(hours=1)
    assert (await floor.kinds())[-1] == "escalated"


async def test_a_snoozed_one_wakes_at_its_time(either_company: Company) -> None:
    company = either_company
    await company.opened()
    await company.say("ana", "snooze B-1 2h")
    await company.later(minutes=119)
    assert await company.kinds() == ["snoozed"]
    await company.later(minutes=1)
    assert await company.kinds() == ["snoozed", "woken"]
    c = await company.conversation()
    assert (c.state, c.snoozed_until) == (State.FLOOR, None)
    assert "snoozed" not in await company.card()


async def test_nothing_else_is_due_while_it_is_out_of_sight(floor: Company) -> None:
    await floor.say("ana", "claim B-1")
    await floor.say("ana", "snooze B-1 2d")
    await floor.later(days=1)
    assert await floor.kinds() == ["claimed", "snoozed"]
    await floor.later(days=1)
    assert (await floor.kinds())[-1] == "woken"
    held = await floor.conversation()
    assert held.is_held_by(floor.people["ana"].ref), "it is still Ana's, with a fresh lease"
    assert held.baton is not None
    assert held.baton.lease.until == floor.clock.now() + timedelta(hours=4)


async def test_a_customer_who_writes_wakes_it_and_the_timer_finds_nothing_to_do(floor: Company) -> None:
    await floor.say("ana", "snooze B-1 2h")
    await floor.hear(post("b", "any news?", "customer0", parent_id="post-0"))
    await floor.later(hours=2)
    assert (await floor.kinds()).count("woken") == 0
    assert (await floor.conversation()).snoozed_until is None


@pytest.mark.parametrize(
    "ending", ["resolve B-1 fixed | whole | carrier", "wait B-1", "release B-1", "pass B-1 ben can you?"]
)
async def test_when_the_state_has_moved_on_the_lease_does_not_end_it(floor: Company, ending: str) -> None:
    await floor.say("ana", "claim B-1")
    await floor.say("ana", ending)
    if ending.startswith("pass"):
        await floor.say("ben", "accept B-1 ")
    floor.clock.move(timedelta(hours=3, minutes=59))
    await floor.timers()
    assert "lease_expired" not in await floor.kinds()


async def test_timers_outlive_the_process(sqlite: Sqlite) -> None:
    url, clock, config = await sqlite.fresh(), SetClock(), staffed(Config())

    async def company() -> Company:
        storage = await SqlStorage.connect(url, policies=config.life_policies, clock=clock, follows=FOLLOWS)
        return await Company(storage, clock, config).staff()

    before = await company()
    await before.opened("one", "two")
    await before.say("ana", "claim B-1")
    await before.storage.close()
    clock.move(timedelta(hours=5))
    after = await company()
    while await after.timers():
        pass
    assert await after.kinds(1) == ["claimed", "lease_warned", "lease_expired"]
    assert await after.kinds(2) == ["escalated"]
    await after.work()
    assert after.told("ana") == ["B-1 is back on the floor"], "a warning would come too late"
    await after.storage.close()


async def test_time_rules_that_were_lengthened_meanwhile_hold_for_what_is_waiting(sqlite: Sqlite) -> None:
    url, clock, config = await sqlite.fresh(), SetClock(), staffed(Config())
    storage = await SqlStorage.connect(url, policies=config.life_policies, clock=clock, follows=FOLLOWS)
    await (await Company(storage, clock, config).staff()).opened()
    await storage.close()
    patient = config.model_copy(
        update={"policies": PolicyPart(overdue=(timedelta(hours=6), timedelta(hours=8), timedelta(hours=9)))}
    )
    patient = Config.model_validate(patient.model_dump())
    storage = await SqlStorage.connect(url, policies=patient.life_policies, clock=clock, follows=FOLLOWS)
    company = await Company(storage, clock, patient).staff()
    await company.later(hours=4)
    assert await company.kinds() == []
    await company.later(hours=2)
    assert await company.kinds() == ["escalated"], "it was set to its new time, not forgotten"
    await storage.close()


async def test_two_replicas_that_tick_together_act_once(either_company: Company) -> None:
    company = either_company
    await company.opened("one", "two", "three")
    for n in (1, 2, 3):
        await company.say("ana", f"claim B-{n}")
    company.clock.move(timedelta(hours=4))
    timers = [DueTimers(company.storage, company.config.life_policies, company.clock) for _ in range(3)]
    await asyncio.gather(*(tick() for tick in timers))
    while await company.timers():
        pass
    for n in (1, 2, 3):
        assert (await company.kinds(n)).count("lease_expired") == 1
    await company.work()
    assert len([told for told in company.told("ana") if "back on the floor" in told]) == 3
