"""`join`, `discuss`, `note`, `perspective`, `escalate`: what anyone may do, whoever holds the baton."""

from __future__ import annotations

import pytest

from bot.commands import Origin
from tests.handlers.company import FLOOR, Company, said


@pytest.fixture
async def held(company: Company) -> Company:
    """Ana holds B-1; B-2 is on the floor."""
    await company.opened("third parcel that arrives crushed", "hello there")
    await company.say("ana", "claim B-1")
    return company


# join


async def test_joining_puts_one_beside_the_holder_once(held: Company) -> None:
    assert "You take part in B-1." in said(await held.say("ben", "join B-1"))
    assert "You take part in B-1 already." in said(await held.say("ben", "join B-1"))
    assert await held.kinds() == ["claimed", "joined"]
    await held.work()
    assert "Ben Roth (Product)" in await held.card()


async def test_there_is_nobody_to_join_on_the_floor_nor_oneself(held: Company) -> None:
    free = said(await held.say("ben", "join B-2"))
    assert "Nobody holds B-2 yet." in free
    assert "[ Claim ]" in free
    assert "You hold this baton yourself." in said(await held.say("ana", "join B-1"))


# discuss


@pytest.mark.parametrize(
    ("typed", "called"),
    [
        ("legal, product may we say so?", ("legal", "product")),
        ("@logistics which carrier was it?", ("logistics",)),
        ("prod,legal: may we?", ("product", "legal")),
        ("legal, legal may we?", ("legal",)),
    ],
)
async def test_a_discussion_calls_departments(held: Company, typed: str, called: tuple[str, ...]) -> None:
    answer = said(await held.say("ben", f"discuss B-1 {typed}"))
    names = " and ".join(name.capitalize() for name in called)
    assert f"I called {names} into the thread of B-1." in answer
    assert (await held.conversation()).discussing == called
    await held.work()
    assert "Called in" in await held.card()


async def test_an_unknown_department_is_answered_with_those_there_are(held: Company) -> None:
    answer = said(await held.say("ben", "discuss B-1 gardening why?"))
    assert "There is no department “gardening”." in answer
    assert "support, product, sales" in answer


# note and perspective


async def test_anyone_may_note_on_anything(held: Company) -> None:
    assert "Noted on B-1." in said(await held.say("ben", "note B-1 same box as in B-9"))
    assert "Noted on B-2." in said(await held.say("ben", "comment B-2 fine"))
    assert [note.text for note in await held.notes()] == ["same box as in B-9"]
    assert "same box as in B-9" in said(await held.say("ana", "show B-1"))


async def test_a_note_keeps_its_lines(held: Company) -> None:
    await held.say("ben", "note B-1 first\nsecond")
    assert [note.text for note in await held.notes()] == ["first\nsecond"]


async def test_a_department_has_one_perspective_the_latest(held: Company) -> None:
    await held.say("ben", "perspective B-1 we changed nothing")
    assert "Product's perspective is on the card of B-1." in said(
        await held.say("chloe", "view B-1 the box is\nnew since May")
    )
    await held.say("lena", "perspective B-1 carrier changed")
    await held.work()
    card = await held.card()
    assert "Product    the box is new since May" in card
    assert "Logistics  carrier changed" in card
    assert "we changed nothing" not in card


async def test_without_a_department_there_is_no_perspective(held: Company) -> None:
    answer = said(await held.say("new", "perspective B-1 nice"))
    assert "Baton does not know yours" in answer
    await held.say("new", "settings department legal")
    held.people["new"] = (await held.directory.by_id(held.people["new"].id)) or held.people["new"]
    assert "Legal's perspective" in said(await held.say("new", "perspective B-1 nice"))


# escalate


async def test_escalating_raises_to_the_next_rung_and_says_to_whom(held: Company) -> None:
    assert "B-1 is raised to the lead." in said(await held.say("ben", "escalate B-1 press asking"))
    assert "B-1 is raised to the coordinator." in said(await held.say("ben", "escalate B-1 still nothing"))
    assert "B-1 is raised to the sponsor." in said(await held.say("ben", "escalate B-1 sponsor front page"))
    answer = said(await held.say("ben", "escalate B-1 higher!"))
    assert "B-1 is with the sponsor already." in answer
    assert "B-1 is with the sponsor already." in said(await held.say("ben", "escalate B-1 lead please"))
    await held.work()
    assert "⬆ *Sponsor*" in await held.card()
    assert "front page" in await held.card()


async def test_escalating_needs_a_reason(held: Company) -> None:
    form = (await held.say("ben", "escalate B-1 sponsor")).form
    assert form is not None
    assert {field.name: field.default for field in form.fields} == {"rung": "sponsor", "why": ""}
    await held.submit("ben", "escalate", conversation="B-1", rung="sponsor", why="front page")
    assert (await held.conversation()).rung == 3


async def test_the_form_may_leave_the_rung_to_the_next_one_up(held: Company) -> None:
    await held.submit("ben", "escalate", conversation="B-1", rung="", why="press asking")
    assert (await held.conversation()).rung == 1


async def test_a_crisis_is_raised_beside_the_rungs_once(held: Company) -> None:
    assert "B-1 is marked as a crisis" in said(await held.say("ben", "escalate B-1 crisis it may catch fire"))
    assert "B-1 is marked as a crisis already." in said(await held.say("ana", "escalate B-1 crisis it burns"))
    c = await held.conversation()
    assert (c.crisis, c.rung) == (True, 0)
    await held.work()
    assert "🚨 *Crisis*: it may catch fire" in await held.card()


async def test_what_is_escalated_comes_back_into_sight(held: Company) -> None:
    await held.say("ana", "snooze B-1 2d")
    await held.say("ben", "escalate B-1 press asking")
    assert (await held.conversation()).snoozed_until is None


# share


async def test_what_a_customer_told_somebody_becomes_a_conversation_like_any_other(held: Company) -> None:
    told = said(await held.say("ben", "share the zip breaks when it freezes | Maya Okafor"))
    assert "on the floor in a moment" in told
    await held.hear()
    await held.work()
    card = await held.card(3)
    assert "Word of mouth · B-3" in card
    assert "Maya Okafor" in card
    assert "the zip breaks when it freezes" in card
    assert "via Ben Roth (Product)" in card


async def test_people_whom_nobody_knows_by_more_than_a_name_are_not_taken_for_one(held: Company) -> None:
    for who in ("Kim", "kim@mail.example", "@kim", "kim@mail.example", "", "Kim"):
        await held.say("ben", f"share too large for my bike{' | ' if who else ''}{who}")
    await held.hear()
    customers = [(await held.conversation(number)).customer_id for number in range(3, 9)]
    assert customers[1] == customers[3]
    assert len(set(customers)) == 5


async def test_sharing_alone_asks_what_they_said(held: Company) -> None:
    asked = await held.say("ben", "share")
    assert asked.form is not None
    assert [(field.name, field.required) for field in asked.form.fields] == [("text", True), ("who", False)]


async def test_sharing_a_message_begins_with_its_words(held: Company) -> None:
    origin = Origin("slack", "T1", FLOOR, message="1.2", by="shortcut")
    asked = await held.dispatcher.press(held.people["ben"], "share", {"text": "she said it leaks"}, origin)
    assert asked.form is not None
    assert [(field.name, field.default) for field in asked.form.fields] == [("text", "she said it leaks"), ("who", "")]
