"""Which posts share a card, and what is refused about those that do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain import echoing
from bot.domain import events as e
from bot.domain.conversation import State
from tests.bot.domain.story import ANA, BEN, Story, offered, refused

CRUSHED = "Third parcel in a row that arrives crushed, and nobody at Acme answers the phone"


@pytest.mark.parametrize(
    "other",
    [
        f"RT @maya: {CRUSHED}!!",
        CRUSHED.upper(),
        f"This. {CRUSHED} 😡 https://acme.example/1",
        f"{CRUSHED[:70]}…",
        CRUSHED.replace("Acme", "@acme"),
    ],
)
def test_what_is_passed_on_shares_a_card(other: str) -> None:
    assert echoing.say_the_same(CRUSHED, other)
    assert echoing.say_the_same(other, CRUSHED)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("I sent you the details, please look!", "I sent you the details, please look!"),
        ("Thank you!", "Thank you!"),
        ("", ""),
        (CRUSHED, "Third parcel that came in time, well packed, and everybody at Acme was kind on the phone"),
        (CRUSHED, "The parcel is here, but the jacket in it is green where I had asked for the red one, Acme"),
    ],
)
def test_what_many_say_each_for_themselves_or_what_is_something_else_does_not(one: str, other: str) -> None:
    assert not echoing.say_the_same(one, other)


def test_one_that_stands_by_itself_cannot_be_separated() -> None:
    story = Story()
    error = refused(story.separate, ANA)
    assert error.message == "B-12 stands by itself already."
    assert offered(error) == ["show"]
    story.claim(ANA)
    story.resolve(ANA)
    assert offered(refused(story.separate, BEN)) == ["reopen"]


def test_acts_on_one_that_says_the_same_name_the_one_that_stands_for_it() -> None:
    error = refused(Story(echo_of=5).claim, ANA)
    assert error.message == "B-12 says the same as B-5."
    assert "`show B-5`" in error.hint
    assert "`separate B-12`" in error.hint
    assert offered(error) == ["show", "separate"]
    assert [dict(offer.args)["conversation"] for offer in error.offers] == ["B-5", "B-12"]


def test_only_what_is_open_and_stands_by_itself_leads() -> None:
    story = Story()
    assert echoing.leads(story.c)
    assert not echoing.leads(Story(echo_of=5).c)
    assert not echoing.leads(replace(story.c, forgotten=True))
    story.claim(ANA)
    assert echoing.leads(story.c)
    story.resolve(ANA)
    assert not echoing.leads(story.c)


def test_an_urgent_one_brings_a_snoozed_leader_back_to_its_holder() -> None:
    story = Story()
    story.claim(ANA)
    story.snooze(ANA, story.now.replace(year=2027, month=1))
    story.echoed("danger: “it burns”", reddit=1)
    assert [type(event) for event in story.trail[-2:]] == [e.Woken, e.Echoed]
    assert (story.c.urgent, story.c.why_urgent, story.c.snoozed_until) == (True, "danger", None)
    assert story.c.holder == ANA.ref
    assert story.timers


def test_one_that_was_separated_already_is_not_resolved_with_its_leader() -> None:
    story = Story(echo_of=5)
    story.separate(ANA)
    assert story.resolved_with(BEN) == ()
    assert story.follows(7) == ()
    assert story.inherits() == ()
    assert story.c.state is State.FLOOR


def test_a_leader_that_is_forgotten_counts_nobody_any_more() -> None:
    story = Story()
    story.echoed(reddit=3)
    story.take((e.Forgotten(at=story.now),))
    assert (story.c.echoes, dict(story.c.spread)) == (0, {})
    assert story.left("reddit") == ()
