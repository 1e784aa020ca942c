"""What stays on the floor too long, what people escalate, and what is out of sight or waits."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain import events as e
from bot.domain import life
from bot.domain.conversation import State, Timer
from bot.domain.policy import Policies
from tests.bot.domain.story import (
    ANA,
    BEN,
    CHLOE,
    DEV,
    EVA,
    FINN,
    MONDAY,
    PRODUCT,
    WITH_HOURS,
    Story,
    offered,
    refused,
)


def _told(story: Story) -> list[int]:
    return [event.rung for event in story.trail if isinstance(event, e.Escalated)]


@pytest.mark.parametrize(("urgent", "minutes"), [(True, (15, 45, 120)), (False, (240, 480, 1440))])
def test_what_nobody_takes_up_goes_to_lead_coordinator_and_sponsor_each_told_once(
    urgent: bool, minutes: tuple[int, ...]
) -> None:
    story = Story(urgent=urgent)
    for rung, after in enumerate(minutes, 1):
        assert story.timers == {Timer.OVERDUE: MONDAY + timedelta(minutes=after)}
        (event,) = story.next_timer()
        assert isinstance(event, e.Escalated)
        assert (event.rung, event.overdue, event.by) == (rung, True, None)
    assert story.timers == {}
    story.later(days=30)
    assert story.ring(Timer.OVERDUE) == ()
    assert _told(story) == [1, 2, 3]


def test_after_a_long_stop_every_rung_is_still_told_one_after_the_other() -> None:
    story = Story()
    story.later(days=3)
    for _ in range(3):
        assert len(story.next_timer()) == 1
    assert _told(story) == [1, 2, 3]


def test_a_rung_that_a_colleague_raised_is_not_told_again_when_overdue() -> None:
    story = Story()
    story.escalate(EVA, rung=2)
    story.later(days=30)
    story.next_timer()
    assert _told(story) == [2, 3]
    assert story.c.told == (2, 3)


def test_taking_it_up_stops_the_clock_and_giving_it_back_starts_it_anew_without_telling_anybody_twice() -> None:
    story = Story()
    story.next_timer()
    story.claim(ANA)
    story.later(hours=1)
    story.release(ANA)
    assert story.timers == {Timer.OVERDUE: story.now + timedelta(hours=8)}
    story.next_timer()
    assert _told(story) == [1, 2]


def test_overdue_counts_the_business_hours_of_the_first_department_suggested() -> None:
    at_home = Story(WITH_HOURS, departments=("support", "product"))
    abroad = Story(WITH_HOURS, departments=("product", "support"))
    unknown = Story(WITH_HOURS, departments=("gone",))
    assert at_home.timers[Timer.OVERDUE] == MONDAY.replace(hour=14)  # 11:00 in Paris
    assert abroad.timers[Timer.OVERDUE] == MONDAY.replace(hour=18)  # opens at 9:00 in New York
    assert unknown.timers[Timer.OVERDUE] == MONDAY + timedelta(hours=4)


def test_a_post_that_makes_it_urgent_brings_the_rungs_nearer() -> None:
    story = Story()
    story.later(minutes=20)
    story.hear("it says fire")
    assert story.c.urgent
    assert story.timers[Timer.OVERDUE] == MONDAY + timedelta(minutes=15)
    assert len(story.ring(Timer.OVERDUE)) == 1


def test_a_further_post_on_the_floor_does_not_start_the_clock_anew() -> None:
    story = Story()
    story.later(hours=3)
    story.hear()
    assert story.c.floor_since == MONDAY
    assert story.c.posts == 2


def test_anybody_may_escalate_with_a_reason_to_the_next_rung_or_a_named_one() -> None:
    story = Story()
    story.claim(ANA)
    story.escalate(FINN, why="  press is asking ")
    assert (story.c.rung, story.c.escalated_why, story.c.escalated_at) == (1, "press is asking", story.now)
    story.escalate(EVA, rung=3)
    assert story.c.rung == 3
    assert story.c.holder == ANA.ref
    assert "needs a reason" in refused(story.escalate, EVA, None, " ").message


def test_a_rung_is_not_raised_twice_nor_lowered_nor_beyond_the_sponsor() -> None:
    story = Story()
    story.escalate(EVA, 2)
    for rung in (1, 2):
        assert "coordinator already" in refused(story.escalate, EVA, rung).message
    story.escalate(EVA)
    error = refused(story.escalate, EVA)
    assert "sponsor already" in error.message
    assert "crisis" in error.hint


def test_a_crisis_is_raised_beside_the_rungs_once_and_makes_it_urgent() -> None:
    story = Story()
    story.raise_crisis(CHLOE, "it may catch fire")
    assert (story.c.crisis, story.c.urgent, story.c.why_urgent, story.c.rung) == (True, True, "it may catch fire", 0)
    assert "already" in refused(story.raise_crisis, CHLOE).message
    assert "needs a reason" in refused(Story().raise_crisis, CHLOE, "").message
    story.claim(ANA)
    assert story.lease_left == timedelta(minutes=30)


def test_escalating_while_waiting_for_the_customer_leaves_it_waiting_with_its_holder() -> None:
    story = Story()
    story.claim(ANA)
    story.wait(ANA)
    story.escalate(EVA)
    assert (story.c.state, story.c.holder, story.c.rung) == (State.WAITING, ANA.ref, 1)
    assert story.timers == {}


def test_what_is_escalated_comes_back_into_sight_and_its_holder_gets_a_fresh_lease() -> None:
    story = Story()
    story.claim(ANA)
    story.snooze(ANA, story.now + timedelta(days=3))
    story.later(days=1)
    kinds = [event.kind for event in story.escalate(ANA)]
    assert kinds == ["woken", "escalated"]
    assert story.c.snoozed_until is None
    assert story.lease_left == timedelta(hours=4)
    calm = Story()
    calm.snooze(FINN, calm.now + timedelta(days=3))
    calm.later(days=1)
    calm.raise_crisis(EVA)
    assert calm.c.snoozed_until is None
    assert calm.c.floor_since == calm.now


def test_the_lease_rests_while_waiting_and_the_customers_answer_returns_it_to_the_holder_afresh() -> None:
    story = Story()
    story.claim(ANA)
    story.wait(ANA)
    assert story.timers == {}
    story.later(days=20)
    for timer in Timer:
        assert story.ring(timer) == ()
    story.hear()
    assert (story.c.state, story.c.holder) == (State.HELD, ANA.ref)
    assert story.lease_left == timedelta(hours=4)


def test_waiting_withdraws_the_pass_that_waited() -> None:
    story = Story()
    story.claim(ANA)
    story.hand(ANA, PRODUCT)
    story.wait(ANA)
    assert story.c.pass_request is None
    assert "Ana holds" in refused(story.claim, CHLOE).message


def test_only_the_holder_waits_and_only_once() -> None:
    story = Story()
    story.claim(ANA)
    assert "Ana holds" in refused(story.wait, BEN).message
    story.wait(ANA)
    assert "already" in refused(story.wait, ANA).message


def test_what_waits_is_taken_up_again_by_a_claim_of_its_holder_or_put_on_the_floor_by_reopening() -> None:
    story = Story()
    story.claim(ANA)
    story.wait(ANA)
    story.later(days=2)
    error = refused(story.renew, ANA)
    assert "waits for the customer" in error.message
    assert offered(error) == ["claim"]
    story.claim(ANA)
    assert (story.c.state, story.lease_left) == (State.HELD, timedelta(hours=4))
    story.wait(ANA)
    story.hand(ANA, PRODUCT)
    assert "Ana holds" in refused(story.reopen, BEN).message
    story.reopen(ANA)
    assert (story.c.state, story.c.baton, story.c.pass_request) == (State.FLOOR, None, None)


def test_a_pass_asked_while_waiting_hands_over_what_waits() -> None:
    story = Story()
    story.claim(ANA)
    story.wait(ANA)
    story.hand(ANA, PRODUCT)
    story.accept(CHLOE)
    assert (story.c.state, story.c.holder) == (State.HELD, CHLOE.ref)


def test_a_snooze_puts_every_clock_to_rest_until_it_is_over() -> None:
    story = Story()
    until = story.now + timedelta(days=2)
    story.snooze(FINN, until)
    assert story.timers == {Timer.WAKE: until}
    story.later(days=1)
    assert [story.ring(timer) for timer in Timer] == [(), (), (), ()]
    (event,) = story.next_timer()
    assert isinstance(event, e.Woken)
    assert story.now == until
    assert story.timers == {Timer.OVERDUE: until + timedelta(hours=4)}


def test_a_snooze_while_held_is_the_holders_who_gets_a_fresh_lease_on_waking() -> None:
    story = Story()
    story.claim(ANA)
    until = story.now + timedelta(days=1)
    assert "Ana holds" in refused(story.snooze, BEN, until).message
    story.snooze(ANA, until)
    assert story.timers == {Timer.WAKE: until}
    assert "is snoozed" in refused(story.renew, ANA).message
    assert [event.kind for event in story.note(ANA)] == ["noted"]
    story.next_timer()
    assert story.c.holder == ANA.ref
    assert story.lease_left == timedelta(hours=4)


def test_the_customers_post_ends_a_snooze() -> None:
    held, free = Story(), Story()
    held.claim(ANA)
    for story in (held, free):
        story.snooze(ANA, story.now + timedelta(days=9))
        story.later(days=1)
        story.hear()
        assert story.c.snoozed_until is None
    assert held.lease_left == timedelta(hours=4)
    assert free.c.floor_since == free.now


def test_claiming_or_accepting_what_is_snoozed_wakes_it() -> None:
    story = Story()
    story.snooze(BEN, story.now + timedelta(days=9))
    story.claim(ANA)
    assert story.c.snoozed_until is None
    story.hand(ANA, PRODUCT)
    story.snooze(ANA, story.now + timedelta(days=9))
    story.accept(CHLOE)
    assert (story.c.snoozed_until, story.c.holder) == (None, CHLOE.ref)


def test_waiting_for_the_customer_outlasts_a_snooze() -> None:
    story = Story()
    story.claim(ANA)
    story.wait(ANA)
    story.snooze(ANA, story.now + timedelta(days=1))
    story.next_timer()
    assert (story.c.state, story.c.holder) == (State.WAITING, ANA.ref)
    story.hear()
    assert story.lease_left == timedelta(hours=4)


def test_a_snooze_needs_a_time_to_come_within_a_year() -> None:
    story = Story()
    assert "has passed" in refused(story.snooze, ANA, story.now).message
    assert "year" in refused(story.snooze, ANA, story.now + timedelta(days=400)).message
    until = story.now + timedelta(days=1)
    assert len(story.snooze(ANA, until)) == 1
    assert story.snooze(ANA, until) == ()


def test_a_wake_that_rings_again_does_nothing() -> None:
    story = Story()
    story.snooze(ANA, story.now + timedelta(hours=1))
    story.next_timer()
    assert life.wake(story.c, story.now, Policies()) == ()


def test_overdue_starts_anew_after_reopening() -> None:
    story = Story()
    while story.timers:
        story.next_timer()
    story.claim(DEV)
    story.resolve(DEV)
    story.later(days=1)
    story.hear()
    assert (story.c.rung, story.c.told) == (0, ())
    assert story.timers == {Timer.OVERDUE: story.now + timedelta(hours=4)}
    story.next_timer()
    assert _told(story) == [1, 2, 3, 1]
