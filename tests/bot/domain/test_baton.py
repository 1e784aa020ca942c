"""Claiming, keeping, passing and giving back the baton."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import events as e
from bot.domain import life
from bot.domain.conversation import State, Timer
from tests.bot.domain.story import (
    ANA,
    BEN,
    CHLOE,
    DEV,
    EVA,
    FINN,
    LEGAL,
    MONDAY,
    PRODUCT,
    SUPPORT,
    Story,
    offered,
    refused,
)


@pytest.mark.parametrize(("urgent", "minutes"), [(True, 30), (False, 240)])
def test_a_claim_is_a_lease_of_half_an_hour_when_urgent_and_four_hours_otherwise(urgent: bool, minutes: int) -> None:
    story = Story(urgent=urgent)
    story.claim(ANA)
    assert story.c.holder == ANA.ref
    assert story.c.state is State.HELD
    assert story.timers[Timer.LEASE_EXPIRY] == MONDAY + timedelta(minutes=minutes)
    assert story.timers[Timer.LEASE_WARNING] == MONDAY + timedelta(minutes=minutes * 0.75)


def test_a_claim_may_ask_for_another_length_but_no_more_than_a_week() -> None:
    story = Story()
    story.claim(ANA, timedelta(minutes=10))
    assert story.lease_left == timedelta(minutes=10)
    story.claim(ANA, timedelta(days=30))
    assert story.lease_left == timedelta(days=7)


def test_of_two_claims_the_second_is_told_who_holds_it_and_offered_to_join_or_to_ask() -> None:
    story = Story()
    story.claim(ANA)
    error = refused(story.claim, CHLOE)
    assert error.message == "Ana holds the baton of B-12."
    assert offered(error) == ["join", "pass"]
    assert dict(error.offers[1].args) == {"conversation": "B-12", "to": "me"}
    assert story.c.holder == ANA.ref


def test_a_second_click_on_claim_renews_instead_of_failing() -> None:
    story = Story()
    story.claim(ANA)
    story.later(hours=1)
    (event,) = story.claim(ANA)
    assert isinstance(event, e.Renewed)
    assert story.lease_left == timedelta(hours=4)


def test_keeping_it_never_shortens_a_longer_time_that_was_asked_for() -> None:
    story = Story()
    story.claim(ANA, timedelta(days=2))
    story.later(hours=1)
    story.renew(ANA)
    assert story.lease_left == timedelta(days=2) - timedelta(hours=1)
    story.renew(ANA, timedelta(hours=2))
    assert story.lease_left == timedelta(hours=2)


def test_the_holders_activity_renews_the_lease_and_takes_back_the_warning() -> None:
    story = Story()
    story.claim(ANA)
    story.later(hours=3)
    story.ring(Timer.LEASE_WARNING)
    assert Timer.LEASE_WARNING not in story.timers
    story.note(ANA)
    assert story.lease_left == timedelta(hours=4)
    assert Timer.LEASE_WARNING in story.timers


def test_activity_within_a_minute_does_not_fill_the_trail_with_renewals() -> None:
    story = Story()
    story.claim(ANA)
    story.later(seconds=40)
    assert [event.kind for event in story.note(ANA)] == ["noted"]


def test_activity_never_shortens_a_longer_lease() -> None:
    story = Story()
    story.claim(ANA, timedelta(days=2))
    story.later(hours=1)
    story.note(ANA)
    assert story.lease_left == timedelta(hours=47)


def test_somebody_elses_activity_does_not_renew() -> None:
    story = Story()
    story.claim(ANA)
    story.later(hours=2)
    story.note(BEN)
    story.perspective(CHLOE)
    story.escalate(EVA)
    assert story.lease_left == timedelta(hours=2)


def test_the_warning_comes_once_when_three_quarters_have_passed() -> None:
    story = Story()
    story.claim(ANA)
    story.later(minutes=179)
    assert story.ring(Timer.LEASE_WARNING) == ()
    story.later(minutes=1)
    (event,) = story.ring(Timer.LEASE_WARNING)
    assert isinstance(event, e.LeaseWarned)
    assert story.ring(Timer.LEASE_WARNING) == ()


def test_on_expiry_it_returns_to_the_floor_with_its_history() -> None:
    story = Story()
    story.claim(ANA)
    story.join(CHLOE)
    story.later(hours=4)
    (event,) = story.ring(Timer.LEASE_EXPIRY)
    assert isinstance(event, e.LeaseExpired)
    assert event.holder == ANA.ref
    assert story.c.state is State.FLOOR
    assert story.c.baton is None
    assert story.c.floor_since == story.now
    assert story.c.route == ("support",)
    assert story.c.touched == ("support", "product")


def test_a_timer_that_comes_late_finds_the_renewed_lease_and_does_nothing() -> None:
    story = Story()
    story.claim(ANA)
    story.later(hours=3, minutes=59)
    story.renew(ANA)
    story.later(minutes=1)
    assert story.ring(Timer.LEASE_EXPIRY) == ()
    assert story.c.holder == ANA.ref


def test_a_clock_that_goes_backwards_ends_no_lease_and_shortens_none_by_activity() -> None:
    story = Story()
    story.claim(ANA)
    until = story.timers[Timer.LEASE_EXPIRY]
    story.later(hours=-1)
    assert story.ring(Timer.LEASE_EXPIRY) == ()
    assert story.ring(Timer.LEASE_WARNING) == ()
    story.note(ANA)
    assert story.timers[Timer.LEASE_EXPIRY] == until


def test_release_puts_it_back_on_the_floor_and_withdraws_the_pass_that_waited() -> None:
    story = Story()
    story.claim(ANA)
    story.hand(ANA, PRODUCT)
    story.release(ANA, "I am off")
    assert story.c.state is State.FLOOR
    assert story.c.pass_request is None
    assert "No pass" in refused(story.accept, CHLOE).message


def test_what_needs_the_baton_offers_to_claim_it_when_nobody_holds_it() -> None:
    story = Story()
    for act in (story.renew, story.release, story.wait, story.resolve):
        error = refused(act, ANA)
        assert error.message == "Nobody holds the baton of B-12."
        assert offered(error) == ["claim"]


def test_until_a_pass_is_accepted_the_giver_holds_it() -> None:
    story = Story()
    story.claim(ANA)
    story.hand(ANA, PRODUCT, "is this the new box?")
    assert story.c.holder == ANA.ref
    request = story.c.pass_request
    assert request is not None
    assert (request.target, request.ask) == ("product", "is this the new box?")
    story.accept(CHLOE)
    assert story.c.holder == CHLOE.ref
    assert story.c.pass_request is None
    assert story.lease_left == timedelta(hours=4)


def test_a_pass_to_a_department_may_be_answered_by_any_of_it_and_by_nobody_else() -> None:
    story = Story()
    story.claim(CHLOE)
    story.hand(CHLOE, SUPPORT)
    for person in (DEV, FINN):
        error = refused(story.accept, person)
        assert error.message == "This pass asks support, not you."
        assert offered(error) == ["join"]
    story.accept(BEN)
    assert story.c.holder == BEN.ref


def test_a_pass_to_a_person_is_theirs_alone() -> None:
    story = Story()
    story.claim(CHLOE)
    story.hand(CHLOE, ANA)
    assert refused(story.accept, BEN).message == "This pass asks Ana, not you."
    story.accept(ANA)
    assert story.c.holder == ANA.ref


def test_the_giver_cannot_answer_a_pass_to_their_own_department() -> None:
    story = Story()
    story.claim(ANA)
    story.hand(ANA, SUPPORT)
    for act in (story.accept, story.decline):
        error = refused(act, ANA)
        assert "release" in error.hint
    assert story.c.bounces == 0
    story.accept(BEN)
    assert story.c.holder == BEN.ref


def test_claiming_what_one_was_asked_to_take_accepts_it_for_the_time_one_says() -> None:
    story = Story()
    story.claim(ANA)
    story.hand(ANA, CHLOE)
    (event,) = story.claim(CHLOE, timedelta(hours=1))
    assert isinstance(event, e.PassAccepted)
    assert event.giver == ANA.ref
    assert story.lease_left == timedelta(hours=1)


def test_claiming_while_a_pass_to_somebody_else_waits_is_refused() -> None:
    story = Story()
    story.claim(ANA)
    story.hand(ANA, CHLOE)
    assert refused(story.claim, DEV).message == "Ana holds the baton of B-12."
    assert story.c.pass_request is not None


def test_who_was_asked_and_acts_as_if_they_held_it_is_shown_how_to_accept() -> None:
    story = Story()
    story.claim(ANA)
    story.hand(ANA, CHLOE)
    for act, *args in ((story.resolve, CHLOE), (story.release, CHLOE), (story.hand, CHLOE, CHLOE)):
        error = refused(act, *args)
        assert "asks you to take it" in error.message
        assert offered(error) == ["accept"]


def test_a_declined_pass_is_a_bounce_and_the_giver_still_holds_it() -> None:
    story = Story()
    story.claim(ANA)
    story.hand(ANA, PRODUCT)
    (event,) = story.decline(CHLOE, "not our parcel")
    assert isinstance(event, e.PassDeclined)
    assert (event.giver, event.why) == (ANA.ref, "not our parcel")
    assert story.c.holder == ANA.ref
    assert story.c.bounces == 1
    assert story.c.pass_request is None


def test_declining_needs_a_reason_and_passing_an_ask() -> None:
    story = Story()
    story.claim(ANA)
    assert refused(story.hand, ANA, PRODUCT, "  ").message == "A pass needs an ask."
    story.hand(ANA, PRODUCT)
    assert refused(story.decline, CHLOE, " ").message == "Declining needs a reason."


def test_a_second_pass_replaces_the_first_and_the_same_one_twice_is_one() -> None:
    story = Story()
    story.claim(ANA)
    story.hand(ANA, PRODUCT)
    assert story.hand(ANA, PRODUCT) == ()
    story.hand(ANA, LEGAL)
    assert "legal, not you" in refused(story.accept, CHLOE).message
    story.accept(EVA)
    assert story.c.route == ("support", "legal")


def test_a_pass_outlives_the_givers_lease_and_may_be_accepted_from_the_floor() -> None:
    story = Story()
    story.claim(ANA)
    story.hand(ANA, PRODUCT)
    story.later(hours=4)
    story.ring(Timer.LEASE_EXPIRY)
    assert story.c.state is State.FLOOR
    story.accept(CHLOE)
    assert story.c.holder == CHLOE.ref
    assert story.c.route == ("support", "product")


def test_once_the_givers_lease_has_ended_anybody_may_claim_and_the_pass_is_over() -> None:
    story = Story()
    story.claim(ANA)
    story.hand(ANA, PRODUCT)
    story.later(hours=4)
    story.ring(Timer.LEASE_EXPIRY)
    assert offered(refused(story.accept, DEV)) == ["claim"]
    story.claim(DEV)
    assert story.c.pass_request is None
    assert refused(story.accept, CHLOE).message == "No pass of B-12 is waiting for an answer."


def test_the_giver_whose_lease_ended_claims_again_rather_than_accepts_their_own_pass() -> None:
    story = Story()
    story.claim(ANA)
    story.hand(ANA, SUPPORT)
    story.later(hours=4)
    story.ring(Timer.LEASE_EXPIRY)
    assert [event.kind for event in story.claim(ANA)] == ["claimed"]
    assert story.c.pass_request is None


def test_naming_oneself_asks_the_holder_to_pass() -> None:
    story = Story()
    story.claim(ANA)
    (event,) = story.hand(DEV, DEV, "they are a key account")
    assert isinstance(event, e.PassWanted)
    assert event.holder == ANA.ref
    assert story.c.holder == ANA.ref
    assert story.c.pass_request is None


def test_naming_oneself_when_nobody_holds_it_offers_to_claim_and_to_the_holder_says_so() -> None:
    story = Story()
    assert offered(refused(story.hand, DEV, DEV)) == ["claim"]
    story.claim(ANA)
    assert "yourself" in refused(story.hand, ANA, ANA).message


def test_the_trail_of_departments_grows_when_the_baton_comes_into_another_one() -> None:
    story = Story()
    story.claim(ANA)
    story.hand(ANA, BEN)
    story.accept(BEN)
    assert list(story.c.route) == ["support"]
    story.hand(BEN, PRODUCT)
    story.accept(CHLOE)
    story.release(CHLOE)
    story.claim(FINN)
    story.release(FINN)
    story.claim(ANA)
    assert story.c.route == ("support", "product", "Finn", "support")


def test_people_join_beside_the_holder_once_each() -> None:
    story = Story()
    assert offered(refused(story.join, CHLOE)) == ["claim"]
    story.claim(ANA)
    story.join(CHLOE)
    assert story.join(CHLOE) == ()
    assert story.c.joined == (CHLOE.ref,)
    assert "yourself" in refused(story.join, ANA).message


def test_who_joined_and_then_takes_the_baton_no_longer_stands_beside_it() -> None:
    story = Story()
    story.claim(ANA)
    story.join(CHLOE)
    story.hand(ANA, CHLOE)
    story.accept(CHLOE)
    assert story.c.joined == ()


def test_a_holder_who_changes_department_or_name_still_holds_it() -> None:
    story = Story()
    story.claim(ANA)
    moved = replace(ANA, name="Ana Sousa", department="product")
    story.later(hours=1)
    story.note(moved)
    assert story.lease_left == timedelta(hours=4)
    story.release(moved)
    assert story.c.baton is None


def test_an_act_carries_who_when_and_from_where() -> None:
    story = Story()
    story.later(minutes=5)
    (event,) = life.claim(story.c, life.Act(ANA.ref, story.now, "teams"), story.policies)
    assert (event.by, event.at, event.via) == (ANA.ref, story.now, "teams")
