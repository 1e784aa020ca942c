"""Whatever colleagues, customers and the clock do in whatever order, the rules of no single owner hold."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.domain import events as e
from bot.domain.policy import Policies
from bot.domain.replay import replay
from tests.bot.domain.drawing import Choose, T
from tests.bot.domain.floor import Floor
from tests.bot.domain.story import ANA, ROUND_THE_CLOCK, WITH_HOURS, Story

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
SUGGESTED = ((), ("support",), ("product", "legal"), ("gone",))


def _drawn(data: st.DataObject) -> Choose:
    def choose(options: Sequence[T], /) -> T:
        return data.draw(st.sampled_from(options))

    return choose


class Life(RuleBasedStateMachine):
    """Hypothesis plays all parts, looks for a way to break a rule, and shows the shortest one."""

    floor: Floor

    @initialize(
        policies=st.sampled_from((ROUND_THE_CLOCK, WITH_HOURS)),
        minutes=st.integers(0, 365 * 24 * 60),
        urgent=st.booleans(),
        departments=st.sampled_from(SUGGESTED),
        echo_of=st.sampled_from((None, 5)),
    )
    def open(
        self, policies: Policies, minutes: int, urgent: bool, departments: tuple[str, ...], echo_of: int | None
    ) -> None:
        at = NEW_YEAR + timedelta(minutes=minutes)
        self.floor = Floor(Story(policies, at=at, urgent=urgent, departments=departments, echo_of=echo_of))

    @rule(data=st.data())
    def time_passes(self, data: st.DataObject) -> None:
        self.floor.time_passes(_drawn(data))

    @rule(data=st.data())
    def a_timer_rings(self, data: st.DataObject) -> None:
        self.floor.a_timer_rings(_drawn(data))

    @precondition(lambda self: self.floor.story.timers)
    @rule(data=st.data())
    def the_next_timer_rings(self, data: st.DataObject) -> None:
        self.floor.the_next_timer_rings(_drawn(data))

    @rule(data=st.data())
    def customer_acts(self, data: st.DataObject) -> None:
        self.floor.customer_acts(_drawn(data))

    @rule(data=st.data())
    def somebody_takes_it_up(self, data: st.DataObject) -> None:
        self.floor.somebody_takes_it_up(_drawn(data))

    @precondition(lambda self: self.floor.story.c.baton)
    @rule(data=st.data())
    def the_holder_acts(self, data: st.DataObject) -> None:
        self.floor.the_holder_acts(_drawn(data))

    @precondition(lambda self: self.floor.asked())
    @rule(data=st.data())
    def who_was_asked_answers(self, data: st.DataObject) -> None:
        self.floor.who_was_asked_answers(_drawn(data))

    @rule(data=st.data())
    def anybody_acts(self, data: st.DataObject) -> None:
        self.floor.anybody_acts(_drawn(data))

    @precondition(lambda self: self.floor.story.c.answer)
    @rule(data=st.data())
    def an_answers_fate_is_known(self, data: st.DataObject) -> None:
        self.floor.answers.its_fate_is_known(_drawn(data))

    @rule(data=st.data())
    def others_say_the_same(self, data: st.DataObject) -> None:
        self.floor.echoes.others_say_the_same(_drawn(data))

    @precondition(lambda self: self.floor.echoes.is_echo())
    @rule(data=st.data())
    def its_leader_goes_on(self, data: st.DataObject) -> None:
        self.floor.echoes.its_leader_goes_on(_drawn(data))

    @rule(data=st.data())
    def nobody_else_may(self, data: st.DataObject) -> None:
        self.floor.nobody_else_may(_drawn(data))

    @invariant()
    def the_rules_hold(self) -> None:
        self.floor.check()


TestLife = Life.TestCase
TestLife.settings = settings(
    max_examples=80, stateful_step_count=50, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def _walk(seed: int, turns: int, echo_of: int | None = None) -> Floor:
    dice = random.Random(seed)
    story = Story(
        dice.choice((ROUND_THE_CLOCK, WITH_HOURS)),
        at=NEW_YEAR + timedelta(minutes=dice.randrange(365 * 24 * 60)),
        urgent=dice.random() < 0.5,
        departments=dice.choice(SUGGESTED),
        echo_of=echo_of,
    )
    floor = Floor(story)
    for _ in range(turns):
        floor.turn(dice.choice)
        floor.check()
    return floor


def test_the_rules_hold_on_long_walks_and_everything_that_can_happen_does() -> None:
    """Where hypothesis searches for the short way to a fault, these go far, and show that no event is out of reach."""
    happened: Counter[type[e.Event]] = Counter()
    for seed in range(30):
        happened.update(type(event) for event in _walk(seed, turns=120).story.trail)
        happened.update(type(event) for event in _walk(seed, turns=10, echo_of=5).story.trail)
    # What is filed comes from no act, nor the end of a crisis: handlers/test_filing.py and test_crises.py have them, and
    # test_telling.py what tells of ideas.
    elsewhere = {e.Filed, e.Forgotten, e.WasPartOfCrisis, e.IdeaShipped, e.NotTold}
    assert set(happened) == set(e.Event.__args__) - elsewhere
    assert min(happened.values()) >= 10, happened


def test_a_trail_must_begin_with_its_opening() -> None:
    story = Story()
    story.claim(ANA)
    for trail in ([], story.trail[1:]):
        with pytest.raises(ValueError, match="begins with Opened"):
            replay(trail)
