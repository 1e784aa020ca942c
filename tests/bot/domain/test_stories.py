"""Three stories a week: of different kinds, the first in each kind's order, and always the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.conversation import Conversation
from bot.domain.stories import CROWD, KINDS, MOST, OF_A_KIND, Candidate, Worth, best_of, stories, won_over, worths

HEARD = datetime(2026, 11, 17, 8, tzinfo=UTC)


def candidate(worth: Worth, text: str = "the strap broke") -> Candidate:
    return Candidate(worth, Conversation(worth.number, "c", "x", "acme", HEARD, HEARD), "Maya", text)


def told(*some: Worth) -> list[tuple[str, int]]:
    return [(story.kind, story.told.worth.number) for story in stories([candidate(each) for each in some])]


def test_each_kind_is_told_once_before_any_is_told_twice() -> None:
    assert told(
        Worth(1, changed=True, asked=9),
        Worth(2, changed=True, asked=8),
        Worth(3, departments=2),
        Worth(4, crowd=CROWD),
        Worth(5, angry=1),
    ) == [("changed", 1), ("together", 3), ("crowd", 4)]


def test_a_kind_without_a_story_leaves_its_place_to_the_next() -> None:
    assert told(Worth(1, changed=True), Worth(5, angry=1)) == [("changed", 1), ("won", 5)]
    assert told(Worth(1, changed=True), Worth(2, changed=True), Worth(5, angry=1)) == [
        ("changed", 2),
        ("changed", 1),
        ("won", 5),
    ]


def test_there_are_never_three_of_a_kind() -> None:
    assert told(*(Worth(n, changed=True) for n in range(1, 9))) == [("changed", 8), ("changed", 7)]


def test_no_conversation_is_told_twice() -> None:
    both = Worth(1, changed=True, asked=5, departments=3, crowd=5, angry=7)
    assert told(both) == [("changed", 1)]
    assert told(both, Worth(2, departments=2)) == [("changed", 1), ("together", 2)]


def test_what_most_others_ask_for_comes_first_then_what_more_departments_worked_on_then_the_newest() -> None:
    some = [Worth(n, changed=True) for n in (1, 2, 3)]
    assert best_of("changed", some, 1) == [3]
    assert best_of("changed", [*some, Worth(1, changed=True, departments=2)], 1) == [1]
    assert best_of("changed", [*some, Worth(1, changed=True, asked=1)], 2) == [1, 3]
    assert best_of("together", [Worth(1, departments=2, differing=True), Worth(2, departments=2)], 1) == [1]


def test_too_little_is_no_story() -> None:
    assert told(Worth(1, asked=99), Worth(2, crowd=CROWD - 1), Worth(3, departments=1)) == []


def test_what_the_customer_deleted_is_not_told() -> None:
    gone, other = Worth(1, changed=True, asked=9), Worth(2, changed=True)
    assert [s.told.worth.number for s in stories([candidate(gone, "  "), candidate(other)])] == [2]


WORTHS = st.lists(
    st.builds(
        Worth,
        st.integers(1, 400),
        changed=st.booleans(),
        asked=st.integers(0, 3),
        crowd=st.integers(0, 5),
        departments=st.integers(0, 4),
        differing=st.booleans(),
        angry=st.none() | st.integers(1, 400),
    ),
    max_size=30,
    unique_by=lambda worth: worth.number,
)


@given(WORTHS, st.integers())
def test_the_same_three_come_out_in_whatever_order_they_went_in(some: list[Worth], seed: int) -> None:
    shuffled = list(some)
    Random(seed).shuffle(shuffled)
    assert told(*some) == told(*shuffled)
    kinds = [kind for kind, _ in told(*some)]
    assert len(kinds) <= MOST
    assert all(kinds.count(kind) <= OF_A_KIND for kind in kinds)
    assert kinds == [kind for kind in KINDS for each in kinds if each == kind]
    numbers = [number for _, number in told(*some)]
    assert len(set(numbers)) == len(numbers)


def test_what_is_counted_of_a_conversation_is_put_together() -> None:
    found = worths(
        changed={1},
        crowds={2: 4, 1: 1},
        asking=[(7, 1), (7, 2), (7, 3), (8, 1), (8, 3)],
        departments={2: 3},
        seen={2: {"support": "broken strap", "product": "works as designed"}},
        angry={5: 4},
    )
    assert found == [
        Worth(1, changed=True, asked=3, crowd=1),
        Worth(2, asked=6, crowd=4, departments=3, differing=True),
        replace(Worth(5), angry=4),
    ]


def test_whoever_was_angry_and_is_content_now_is_won_over_by_what_was_resolved_before() -> None:
    angry = [(1, "maya", 10), (2, "maya", 20), (3, "maya", 40), (4, "lu", 5)]
    assert won_over([(7, "maya", 30), (8, "maya", 9), (9, "lu", 5), (10, "noor", 30)], angry) == {7: 2, 9: 4}
