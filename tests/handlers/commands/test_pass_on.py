"""`pass`, `accept`, `decline`: a pass is a request, and the giver holds the baton until it is answered."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.conversation import State
from tests.handlers.company import GUEST, Company, said


@pytest.fixture
async def held(company: Company) -> Company:
    """Ana holds B-1."""
    await company.opened("third parcel that arrives crushed")
    await company.say("ana", "claim B-1")
    return company


@pytest.mark.parametrize(
    "typed",
    ["@slack:ben", "ben", "Ben,", "ben@acme.example", "@ben:"],
)
async def test_a_pass_names_a_person_in_any_usual_way(held: Company, typed: str) -> None:
    answer = said(await held.say("ana", f"pass B-1 {typed} is this the new box?"))
    assert "Ben Roth is asked to take B-1. You hold it until they accept." in answer
    request = (await held.conversation()).pass_request
    assert request is not None
    assert request.to_person == held.people["ben"].ref
    assert request.ask == "is this the new box?"


@pytest.mark.parametrize("typed", ["product", "Product", "@product", "prod"])
async def test_a_pass_names_a_department(held: Company, typed: str) -> None:
    assert "Product is asked to take B-1." in said(await held.say("ana", f"pass B-1 {typed} is this the new box?"))
    request = (await held.conversation()).pass_request
    assert request is not None
    assert request.to_department == "product"


async def test_the_card_shows_the_ask_with_its_answers(held: Company) -> None:
    await held.say("ana", "pass B-1 product is this the new box?")
    await held.work()
    card = await held.card()
    assert "Ana Lima asks Product: “is this the new box?”" in card
    assert "[ Accept ! ]  [ Decline… ]" in card


async def test_the_giver_holds_it_until_it_is_accepted(held: Company) -> None:
    await held.say("ana", "pass B-1 product is this the new box?")
    assert (await held.conversation()).is_held_by(held.people["ana"].ref)
    assert "You hold *B-1*" in said(await held.say("chloe", "accept B-1"))
    c = await held.conversation()
    assert c.is_held_by(held.people["chloe"].ref)
    assert c.route == ("support", "product")
    await held.work()
    assert "Support → Product" in await held.card()


async def test_only_who_was_asked_may_answer(held: Company) -> None:
    await held.say("ana", "pass B-1 product is this the new box?")
    for verb in ("accept B-1", "decline B-1 not ours"):
        assert "This pass asks product, not you." in said(await held.say("lena", verb))
        assert "This pass asks product, not you." in said(await held.say("ana", verb))


async def test_declining_needs_a_reason_and_counts_as_a_bounce(held: Company) -> None:
    await held.say("ana", "pass B-1 product is this the new box?")
    form = (await held.say("ben", "decline B-1")).form
    assert form is not None
    assert [field.name for field in form.fields] == ["why"]
    assert "Declined. I told Ana Lima why." in said(
        await held.submit("ben", "decline", conversation="B-1", why="no box")
    )
    c = await held.conversation()
    assert (c.pass_request, c.bounces) == (None, 1)
    assert c.is_held_by(held.people["ana"].ref)
    await held.work()
    assert "declined once" in await held.card()


async def test_the_second_answer_comes_too_late(held: Company) -> None:
    await held.say("ana", "pass B-1 product is this the new box?")
    await held.say("ben", "accept B-1")
    assert "No pass of B-1 is waiting for an answer." in said(await held.say("chloe", "accept B-1"))


async def test_a_later_pass_replaces_the_earlier_one(held: Company) -> None:
    await held.say("ana", "pass B-1 product is this the new box?")
    await held.say("ana", "pass B-1 logistics which carrier?")
    assert "This pass asks logistics" in said(await held.say("ben", "accept B-1"))
    assert "You hold *B-1*" in said(await held.say("lena", "accept B-1"))


async def test_who_was_asked_may_still_take_it_when_the_givers_time_has_ended(held: Company) -> None:
    await held.say("ana", "pass B-1 product is this the new box?")
    await held.later(hours=4)
    assert (await held.conversation()).state is State.FLOOR
    assert "You hold *B-1*" in said(await held.say("ben", "accept B-1"))


async def test_nothing_is_passed_to_guests_or_to_nobody(held: Company) -> None:
    assert "Gus Guest is a guest." in said(await held.say("ana", f"pass B-1 @slack:{GUEST} please"))
    answer = said(await held.say("ana", "pass B-1 gardening please"))
    assert "“gardening” is neither a colleague nor a department." in answer
    assert "support, product, sales" in answer
    assert await held.kinds() == ["claimed"]


async def test_a_pass_without_an_ask_asks_for_it(held: Company) -> None:
    form = (await held.say("ana", "pass B-1 ben")).form
    assert form is not None
    assert {field.name: field.default for field in form.fields} == {"to": f"person:{held.people['ben'].id}", "ask": ""}
    await held.submit("ana", "pass", conversation="B-1", to=f"person:{held.people['ben'].id}", ask="can you?")
    assert (await held.kinds())[1] == "pass_asked"


async def test_a_pass_to_oneself_asks_the_holder(held: Company) -> None:
    assert "I asked Ana Lima to pass B-1 to you." in said(await held.say("ben", "pass B-1 me I know the box"))
    await held.work()
    notice = held.platform.shown_in("D-ana")[0].card
    button = next(item for block in notice.blocks for item in getattr(block, "items", ()) if item.command == "pass")
    await held.press("ana", "pass", **button.args)
    request = (await held.conversation()).pass_request
    assert request is not None
    assert request.to_person == held.people["ben"].ref


async def test_bounces_and_hands_are_counted_over_the_whole_way(held: Company) -> None:
    for to, user in (("product", "ben"), ("logistics", "lena"), ("support", "sam")):
        holder = (await held.conversation()).holder
        assert holder is not None
        who = next(name for name, person in held.people.items() if person.id == holder.id)
        await held.say(who, f"pass B-1 {to} can you?")
        held.clock.move(timedelta(minutes=1))
        await held.say(user, "accept B-1")
    assert (await held.conversation()).route == ("support", "product", "logistics", "support")


async def test_a_pass_to_a_department_where_nobody_is_known_says_so(held: Company) -> None:
    answer = said(await held.say("ana", "pass B-1 legal may we say so?"))
    assert "Legal is asked to take B-1, but I know nobody there whom I could tell." in answer
    assert "Product is asked to take B-1. You hold it" in said(await held.say("ana", "pass B-1 product is it new?"))
