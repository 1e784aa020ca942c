"""Heard, touched, changed, and how long it took: the formulas and their windows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.conversation import Conversation, State
from bot.domain.measures import (
    Failure,
    Tally,
    Unheard,
    Window,
    best_unheard,
    iso_week,
    last_week,
    measure,
    tally,
    week_until,
)
from bot.domain.outcome import Outcome, OutcomeKind
from bot.domain.people import PersonRef

MONDAY = datetime(2026, 11, 16, tzinfo=UTC)
WINDOW = Window(MONDAY, MONDAY + timedelta(days=7))
ANA = PersonRef("p-ana", "Ana", "support")
LEO = PersonRef("p-leo", "Leo")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def conversation(number: int = 1, opened: datetime = MONDAY + HOUR, **changes: Any) -> Conversation:
    plain = Conversation(number, "c", "mastodon", "acme", opened, opened)
    return replace(plain, **changes)


def touched(after: timedelta = MINUTE, *departments: str, **changes: Any) -> Conversation:
    return conversation(first_human_at=MONDAY + HOUR + after, touched=departments or ("support",), **changes)


def resolved(
    changed: str = "nothing", after: timedelta = HOUR, by: PersonRef = ANA, kind: OutcomeKind = OutcomeKind.ANSWERED
) -> Conversation:
    return touched(
        state=State.RESOLVED,
        outcome=Outcome(kind, "a parcel", changed),
        resolved_by=by,
        resolved_at=MONDAY + HOUR + after,
    )


def test_heard_is_what_was_opened_in_the_window() -> None:
    opened = [MONDAY - MINUTE, MONDAY, MONDAY + 7 * DAY - MINUTE, MONDAY + 7 * DAY]
    assert tally([conversation(opened=at) for at in opened], WINDOW).heard == 2


def test_touched_needs_an_act_of_a_colleague_before_the_end_of_the_window() -> None:
    counted = tally([conversation(), touched(), touched(8 * DAY)], WINDOW)
    assert (counted.heard, counted.touched) == (3, 1)


def test_changed_needs_an_outcome_that_changed_something() -> None:
    reopened = replace(resolved("a new box"), state=State.FLOOR, outcome=None, resolved_at=None, resolved_by=None)
    late = resolved("a new box", after=8 * DAY)
    counted = tally([resolved("a new box"), resolved("nothing"), resolved(" None "), reopened, late], WINDOW)
    assert (counted.changed, counted.resolved, counted.touched) == (1, 3, 5)


def test_times_are_medians() -> None:
    counted = tally([touched(MINUTE), touched(3 * MINUTE), touched(60 * MINUTE), conversation()], WINDOW)
    assert counted.first_human == 3 * MINUTE
    assert counted.to_outcome is None
    assert tally([resolved(after=HOUR), resolved(after=2 * HOUR)], WINDOW).to_outcome == 90 * MINUTE


def test_outcomes_are_counted_by_the_department_of_who_resolved() -> None:
    counted = tally([resolved(), resolved(kind=OutcomeKind.IDEA), resolved(), resolved(by=LEO)], WINDOW)
    assert counted.outcomes == {
        "support": {OutcomeKind.ANSWERED: 2, OutcomeKind.IDEA: 1},
        "": {OutcomeKind.ANSWERED: 1},
    }


def test_departments_that_worked_together_and_the_ways_of_the_baton() -> None:
    together = touched(MINUTE, "support", "product", route=("support", "product", "support"), bounces=2)
    counted = tally([together, touched(route=("support", "product")), touched()], WINDOW)
    assert counted.several == 1
    assert counted.several_share == 33
    assert counted.handovers == 3
    assert counted.passed == {("support", "product"): 2, ("product", "support"): 1}
    assert counted.bounces == 2


def test_days_are_those_of_the_windows_zone() -> None:
    window = last_week(datetime(2026, 11, 23, 8, tzinfo=UTC), "Asia/Tokyo")
    late_on_sunday_in_utc = conversation(opened=datetime(2026, 11, 15, 16, tzinfo=UTC))
    assert tally([late_on_sunday_in_utc], window).days == (1, 0, 0, 0, 0, 0, 0)


@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 500))
def test_shares_are_whole_and_make_a_hundred(alone: int, only_touched: int, changed: int) -> None:
    counted = Tally(heard=alone + only_touched + changed, touched=only_touched + changed, changed=changed)
    assert sum(counted.shares) == (100 if counted.heard else 0)
    for share, part in zip(counted.shares, (alone, only_touched, changed), strict=True):
        assert abs(share - 100 * part / max(counted.heard, 1)) < 1


CONVERSATIONS = st.lists(
    st.builds(
        lambda hours, human, done, changed: replace(
            conversation(opened=MONDAY + hours * HOUR),
            first_human_at=MONDAY + (hours + human) * HOUR if human is not None else None,
            **(
                {
                    "state": State.RESOLVED,
                    "outcome": Outcome(OutcomeKind.FIXED, "x", changed),
                    "resolved_at": MONDAY + (hours + human + done) * HOUR,
                    "resolved_by": ANA,
                }
                if human is not None and done is not None
                else {}
            ),
        ),
        st.integers(-100, 300),
        st.none() | st.integers(0, 200),
        st.none() | st.integers(0, 200),
        st.sampled_from(["nothing", "a box"]),
    ),
    max_size=30,
)


@given(CONVERSATIONS)
def test_changed_is_among_resolved_among_touched_among_heard(conversations: list[Conversation]) -> None:
    counted = tally(conversations, WINDOW)
    assert 0 <= counted.changed <= counted.resolved <= counted.touched <= counted.heard <= len(conversations)
    assert sum(counted.days) == counted.heard
    assert sum(sum(kinds.values()) for kinds in counted.outcomes.values()) == counted.resolved


def test_the_week_before_is_counted_over_its_own_window() -> None:
    now, before = conversation(2), conversation(1, MONDAY - 3 * DAY, first_human_at=MONDAY + DAY)
    digest = measure(
        tally([now], WINDOW), tally([before], WINDOW.before), WINDOW, failures=[Failure("Feed", "HTTP 500")]
    )
    assert digest.tally.heard == 1
    assert digest.before is not None
    assert (digest.before.heard, digest.before.touched) == (1, 0)
    assert [failure.what for failure in digest.failures] == ["Feed"]


def test_nothing_before_is_no_comparison() -> None:
    assert measure(tally([conversation()], WINDOW), Tally(), WINDOW).before is None


def test_the_best_unheard_are_urgent_then_followed_then_long_then_new() -> None:
    def unheard(number: int, followers: int = 0, **changes: Any) -> Unheard:
        return Unheard(conversation(number, **changes), followers=followers)

    order = [
        unheard(1, urgent=True),
        unheard(2, followers=900),
        unheard(3, followers=5, posts=4),
        unheard(4, followers=5, opened=MONDAY + DAY),
        unheard(5, followers=5),
        unheard(6),
    ]
    heard = [Unheard(touched()), Unheard(conversation(state=State.HELD)), Unheard(resolved())]
    assert best_unheard([*reversed(order), *heard]) == tuple(order[:5])


def test_those_to_be_named_are_found_among_the_candidates() -> None:
    candidates = [Unheard(conversation(1)), Unheard(touched())]
    assert [u.conversation.number for u in measure(Tally(heard=2), Tally(), WINDOW, unheard=candidates).unheard] == [1]


@pytest.mark.parametrize(
    ("week", "start", "end"),
    [
        ((2026, 13), "2026-03-23T00:00+01:00", "2026-03-30T00:00+02:00"),
        ((2026, 43), "2026-10-19T00:00+02:00", "2026-10-26T00:00+01:00"),
        ((2026, 53), "2026-12-28T00:00+01:00", "2027-01-04T00:00+01:00"),
    ],
)
def test_a_week_by_its_number_keeps_its_midnights_when_the_clocks_change(
    week: tuple[int, int], start: str, end: str
) -> None:
    window = iso_week(*week, "Europe/Paris")
    assert (window.start, window.end) == (datetime.fromisoformat(start), datetime.fromisoformat(end))
    assert len(window.day_ends) == 7
    assert window.day_ends[-1] == window.end


def test_a_week_that_a_year_does_not_have_is_none() -> None:
    with pytest.raises(ValueError, match="week"):
        iso_week(2025, 53, "Europe/Paris")


@pytest.mark.parametrize(
    ("now", "zone", "start", "end"),
    [
        ("2026-11-23T08:00+01:00", "Europe/Paris", "2026-11-16T00:00+01:00", "2026-11-23T00:00+01:00"),
        ("2026-10-26T08:00+01:00", "Europe/Paris", "2026-10-19T00:00+02:00", "2026-10-26T00:00+01:00"),
        ("2026-11-22T23:30+00:00", "Europe/Paris", "2026-11-16T00:00+01:00", "2026-11-23T00:00+01:00"),
    ],
)
def test_last_week_is_seven_whole_days_of_the_zone(now: str, zone: str, start: str, end: str) -> None:
    window = last_week(datetime.fromisoformat(now), zone)
    assert (window.start, window.end) == (datetime.fromisoformat(start), datetime.fromisoformat(end))
    assert window.before.end == window.start


def test_a_preview_covers_today_until_now_and_six_days_before() -> None:
    now = datetime(2026, 11, 18, 15, 30, tzinfo=UTC)
    window = week_until(now, "UTC")
    assert (window.start, window.end) == (datetime(2026, 11, 12, tzinfo=UTC), now)
    assert window.last_day.date() == now.date()
