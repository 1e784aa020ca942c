"""Who is told of what: each once, on each of their accounts, and nobody who asked for silence."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.errors import PermanentError, RetriableError, UnknownResultError
from tests.handlers.company import FLOOR, GUEST, Company, changed, post, profile


@pytest.fixture
async def held(company: Company) -> Company:
    """Ana holds B-1."""
    await company.opened("the box was crushed")
    await company.say("ana", "claim B-1")
    await company.work()
    return company


async def test_nobody_is_told_of_a_new_conversation_a_claim_or_a_note(held: Company) -> None:
    await held.say("ben", "join B-1")
    await held.say("ben", "note B-1 I saw that box")
    await held.say("ben", "perspective B-1 new box")
    await held.say("ana", "renew B-1")
    await held.say("ana", "release B-1")
    await held.work()
    assert held.everyone_told() == {}


async def test_a_pass_to_a_person_tells_that_person(either_company: Company) -> None:
    company = either_company
    await company.opened()
    await company.say("ana", "claim B-1")
    await company.say("ana", "pass B-1 @slack:ben is this the new box?")
    await company.work()
    assert company.everyone_told() == {"ben": ["Ana Lima (Support) asks you to take B-1: “is this the new box?”"]}


async def test_a_pass_to_a_department_tells_its_people(held: Company) -> None:
    await held.say("ana", "pass B-1 product is this the new box?")
    await held.work()
    assert set(held.everyone_told()) == {"ben", "chloe"}


async def test_a_pass_to_ones_own_department_does_not_tell_oneself(held: Company) -> None:
    await held.say("ana", "pass B-1 support who speaks German?")
    await held.work()
    assert set(held.everyone_told()) == {"sam"}


@pytest.mark.parametrize(
    ("answer", "told"),
    [("accept B-1", "Ben Roth (Product) took B-1"), ("decline B-1 not our box", "Ben Roth (Product) declined B-1")],
)
async def test_the_giver_is_told_how_a_pass_ended(held: Company, answer: str, told: str) -> None:
    await held.say("ana", "pass B-1 @slack:ben can you?")
    await held.work()
    await held.say("ben", answer)
    await held.work()
    assert held.told("ana") == [told]


async def test_the_holder_is_told_who_would_like_the_baton(held: Company) -> None:
    await held.say("ben", "pass B-1 me I know the box")
    await held.work()
    assert held.everyone_told() == {"ana": ["Ben Roth (Product) asks you to pass B-1"]}


async def test_the_holder_is_warned_and_told_when_it_is_over(held: Company) -> None:
    await held.later(hours=3)
    assert held.told("ana") == ["Your time with B-1 is nearly over"]
    await held.later(hours=1)
    assert held.told("ana") == ["Your time with B-1 is nearly over", "B-1 is back on the floor"]
    assert set(held.everyone_told()) == {"ana"}


async def test_a_warning_that_is_void_when_its_turn_comes_is_not_sent(held: Company) -> None:
    held.clock.move(timedelta(hours=3))
    await held.timers()
    await held.say("ana", "renew B-1")
    await held.work()
    assert held.told("ana") == []


async def test_who_took_the_baton_over_is_not_warned_of_the_others_time(held: Company) -> None:
    await held.say("ana", "pass B-1 @slack:ben can you?")
    held.clock.move(timedelta(hours=3))
    await held.timers()
    await held.say("ben", "accept B-1")
    await held.work()
    assert not any("nearly over" in told for told in [*held.told("ana"), *held.told("ben")])


async def test_the_holder_is_told_what_the_customer_does(held: Company) -> None:
    first = post("post-0", author="customer0")
    await held.hear(post("b", "any news?", "customer0", parent_id="post-0"))
    await held.hear(changed("edited", first, "the box was soaked"))
    await held.hear(changed("deleted", first))
    await held.work()
    assert held.everyone_told() == {
        "ana": [
            "Customer0 wrote again: B-1",
            "Customer0 edited a post in B-1",
            "Customer0 deleted a post in B-1",
        ]
    }


async def test_on_the_floor_nobody_is_told_what_the_customer_does(company: Company) -> None:
    await company.opened()
    await company.hear(post("b", "any news?", "customer0", parent_id="post-0"))
    await company.work()
    assert company.everyone_told() == {}


# Escalations


async def test_each_rung_is_told_once_when_nobody_takes_it_up(either_company: Company) -> None:
    company = either_company
    await company.opened("my parcel was lost")
    assert (await company.conversation()).departments[0] == "logistics"
    told = []
    for hours in (4, 4, 16, 48):
        await company.later(hours=hours)
        await company.later(hours=0)
        told.append({user: len(notices) for user, notices in company.everyone_told().items()})
    assert told == [{"lena": 1}, {"lena": 1, "omar": 1}, *[{"lena": 1, "omar": 1, "rita": 1}] * 2]


async def test_a_person_escalates_to_the_holders_lead_with_a_reason(held: Company) -> None:
    await held.say("ben", "escalate B-1 three parcels, press asking")
    await held.work()
    assert set(held.everyone_told()) == {"sam"}
    notice = held.platform.shown_in("D-sam")[0]
    assert "three parcels, press asking" in str(notice.card)
    await held.say("ben", "escalate B-1 sponsor it is in the papers")
    await held.work()
    assert set(held.everyone_told()) == {"sam", "rita"}, "a rung that was left out is not told"


async def test_where_a_department_has_no_lead_the_next_one_up_is_told(company: Company) -> None:
    await company.opened()
    await company.say("omar", "claim B-1")
    await company.say("ben", "escalate B-1 press asking")
    await company.work()
    assert set(company.everyone_told()) == {"omar"}, "operations has no lead: it goes to the coordinator"


async def test_a_crisis_tells_the_coordinator_and_the_sponsor(held: Company) -> None:
    await held.say("ben", "escalate B-1 crisis the stove may catch fire")
    await held.work()
    assert set(held.everyone_told()) == {"omar", "rita"}


async def test_a_duty_comes_to_those_who_muted_everything_else(held: Company) -> None:
    for user in ("ben", "chloe", "sam", "omar"):
        await held.say(user, "mute")
    await held.say("ana", "pass B-1 product is this the new box?")
    await held.say("ana", "escalate B-1 press asks")
    await held.say("ana", "escalate B-1 crisis it burns")
    await held.work()
    assert set(held.everyone_told()) == {"sam", "omar", "rita"}
    await held.say("ben", "mute off")
    await held.say("ana", "pass B-1 product once more: is it?")
    await held.work()
    assert "ben" in held.everyone_told()
    assert "chloe" not in held.everyone_told()


async def test_a_guest_is_told_nothing_even_when_they_held_it(held: Company) -> None:
    await held.directory.meet(profile("ana", "Ana Lima", outsider=True))
    await held.say("ben", "pass B-1 me can I have it?")
    await held.work()
    assert held.everyone_told() == {}
    assert held.told(GUEST) == []


# Discussions


async def test_a_discussion_calls_a_departments_people_into_the_cards_thread(held: Company) -> None:
    await held.say("ana", "discuss B-1 product, logistics which carrier was it?")
    await held.work()
    [call] = held.in_thread(await held.thread())
    assert call.card.summary == "Ana Lima (Support) calls Product and Logistics into B-1"
    assert [word for word in ("Ben Roth", "Chloé Petit", "Lena Vogt") if word in str(call.card)] == [
        "Ben Roth",
        "Chloé Petit",
        "Lena Vogt",
    ]
    assert held.everyone_told() == {}, "nobody gets it twice"


async def test_who_calls_their_own_department_is_not_called(held: Company) -> None:
    await held.say("ana", "discuss B-1 support who knows this?")
    await held.work()
    [call] = held.in_thread(await held.thread())
    assert "Mention(person=PersonRef(id='" + held.people["sam"].id in str(call.card)
    assert "Mention(person=PersonRef(id='" + held.people["ana"].id not in str(call.card)


async def test_a_call_waits_for_the_card_and_lets_the_card_pass(company: Company) -> None:
    company.platform.failures.append(RetriableError("the service is unavailable"))
    await company.hear(post("a"))
    await company.work()
    await company.say("ana", "discuss B-1 product is this the new box?")
    assert company.platform.shown_in(FLOOR) == []
    for _ in range(8):
        company.clock.move(timedelta(minutes=5))
        await company.work()
    [call] = company.in_thread(await company.thread())
    assert "calls Product" in call.card.summary


async def test_a_call_under_a_card_that_never_came_keeps_no_other_card_back(company: Company) -> None:
    company.platform.failures.append(PermanentError("invalid_blocks"))
    await company.hear(post("a"))
    await company.work()
    company.platform.failures.append(PermanentError("invalid_blocks"))
    await company.say("ana", "discuss B-1 product is this the new box?")
    await company.work()
    await company.hear(post("b", author="ben"))
    await company.work()
    assert [shown.mark for shown in company.platform.shown_in(FLOOR)] == [(await company.posting(2)).id]


async def test_a_call_into_a_thread_whose_answer_was_lost_is_not_repeated(held: Company) -> None:
    await held.say("ana", "discuss B-1 product is this the new box?")
    held.platform.failures.extend([None, UnknownResultError("the connection was lost")])
    assert (await held.work()).failed == ["thread_message: the connection was lost"]
    held.clock.move(timedelta(minutes=30))
    assert (await held.work()).done == ["thread_message"]
    assert len(held.in_thread(await held.thread())) == 1


# Without a connection


async def test_without_a_connection_notices_and_calls_wait_for_one(held: Company) -> None:
    held.platforms.clear()
    await held.say("ben", "pass B-1 me I know the box")
    await held.say("ana", "discuss B-1 product is this the new box?")
    await held.work()
    held.platforms["slack"] = held.platform
    held.clock.move(timedelta(minutes=2))
    await held.work()
    assert len(held.told("ana")) == 1
    assert len(held.in_thread(await held.thread())) == 1


# Once


async def test_a_notice_whose_answer_was_lost_is_looked_up_and_not_sent_twice(held: Company) -> None:
    await held.say("ben", "pass B-1 me I know the box")
    held.platform.failures.append(UnknownResultError("the connection was lost"))
    assert (await held.work()).failed == ["direct_message: the connection was lost"]
    held.clock.move(timedelta(minutes=10))
    assert (await held.work()).done == ["direct_message"]
    assert len(held.told("ana")) == 1


async def test_one_persons_failure_keeps_no_other_from_being_told(held: Company) -> None:
    held.platform.failures.extend([None, PermanentError("user_not_found")])
    await held.say("ana", "pass B-1 product is this the new box?")
    drained = await held.work()
    assert len(drained.failed) == 1
    assert len(held.everyone_told()) == 1


async def test_a_notice_that_is_fanned_out_twice_is_sent_once(held: Company) -> None:
    await held.say("ana", "pass B-1 product is this the new box?")
    await held.hands.lose()
    await held.work()
    assert {user: len(told) for user, told in held.everyone_told().items()} == {"ben": 1, "chloe": 1}


async def test_who_has_two_duties_is_told_once(company: Company) -> None:
    people = tuple(
        part.model_copy(update={"roles": part.roles | {"sponsor"}}) if part.email.startswith("omar") else part
        for part in company.config.people
    )
    both = Company(company.storage, company.clock, company.config.model_copy(update={"people": people}))
    await both.staff()
    await both.opened()
    await both.say("ana", "escalate B-1 crisis it burns")
    await both.work()
    assert {user: len(told) for user, told in both.everyone_told().items()} == {"omar": 1, "rita": 1}


async def test_two_passes_to_the_same_person_are_two_notices(held: Company) -> None:
    for ask in ("can you?", "please?"):
        await held.say("ana", f"pass B-1 @slack:ben {ask}")
        await held.work()
    assert len(held.told("ben")) == 2


async def test_the_holder_is_told_when_a_snooze_ends_and_nobody_when_nobody_holds_it(company: Company) -> None:
    await company.opened("the box was crushed", "hello there")
    await company.say("ana", "claim B-1")
    await company.say("ana", "snooze B-1 2h")
    await company.say("ana", "snooze B-2 2h")
    await company.later(hours=2, minutes=1)
    assert company.everyone_told() == {"ana": ["B-1 is back from its snooze"]}


async def test_who_takes_it_up_before_the_snooze_ends_is_not_told(held: Company) -> None:
    await held.say("ana", "snooze B-1 2h")
    await held.say("ana", "escalate B-1 lead press asking")
    await held.later(hours=2, minutes=1)
    assert "B-1 is back from its snooze" not in held.told("ana")
