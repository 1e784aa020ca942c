"""Who gets a card at once, when it is calm, and how fast what was rolled up comes back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.rolling import LONGEST_KEPT, Queue, has_card, is_calm, is_kept, to_unroll
from bot.domain.surge import ALIKE

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("waiting", "rolling", "longest", "has"),
    [(0, False, 20, True), (19, False, 20, True), (20, False, 20, False), (0, True, 20, False), (9_999, True, 0, True)],
)
def test_what_is_not_urgent_has_a_card_while_there_is_room_and_nothing_is_rolled_up(
    waiting: int, rolling: bool, longest: float, has: bool
) -> None:
    queue = Queue(0, waiting, 1.0, longest, rolling)
    assert has_card(queue, urgent=False, likeness=0.0) is has


@pytest.mark.parametrize(
    ("urgent", "likeness", "has"),
    [(0, 1.0, True), (1, 1.0, False), (6, 0.0, True), (7, 0.0, False), (1, ALIKE / 2, True), (2, ALIKE / 2, False)],
)
def test_what_is_urgent_waits_for_seconds_and_less_the_more_write_the_same(
    urgent: int, likeness: float, has: bool
) -> None:
    assert has_card(Queue(urgent, 5_000, 1.0, 20.0, True), urgent=True, likeness=likeness) is has


def test_what_is_urgent_has_a_card_where_what_is_not_would_have_one() -> None:
    assert has_card(Queue(2, 19, 1.0, 20.0), urgent=True, likeness=1.0)
    assert not has_card(Queue(2, 20, 1.0, 20.0), urgent=True, likeness=1.0)


def test_many_urgent_ones_about_the_same_leave_room_for_one_about_something_else() -> None:
    queue = Queue(3, 5, 1.0, 20.0)
    assert not has_card(queue, urgent=True, likeness=1.0)
    assert has_card(queue, urgent=True, likeness=0.0)


def test_a_queue_grows_by_what_is_put_in_it() -> None:
    queue = Queue(1, 2, 1.0, 20.0)
    assert queue.with_one(urgent=True) == Queue(2, 3, 1.0, 20.0)
    assert queue.with_one(urgent=False) == Queue(1, 3, 1.0, 20.0)


def test_it_is_calm_where_a_quarter_of_what_a_channel_takes_has_come() -> None:
    assert is_calm(15, 1.0)
    assert not is_calm(16, 1.0)
    assert is_calm(10_000, 0.0), "where there is no limit it always is"


@pytest.mark.parametrize(
    ("waiting", "pace", "many"), [(0, 1.0, 1), (1, 1.0, 0), (0, 0.1, 10), (9, 0.1, 10), (10, 0.1, 0), (0, 30.0, 1)]
)
def test_half_of_what_a_channel_takes_is_unrolled_where_nothing_waits(waiting: int, pace: float, many: int) -> None:
    assert to_unroll(Queue(0, waiting, pace, 20.0, True), 2.0) == many


def test_without_a_limit_everything_is_unrolled_soon() -> None:
    assert to_unroll(Queue(0, 50, 0.0, 20.0, True), 2.0) >= 1_000


def test_it_is_kept_as_long_as_somebody_may_have_said() -> None:
    assert is_kept(NOON + timedelta(hours=1), NOON)
    assert is_kept(NOON + LONGEST_KEPT, NOON)
    assert not is_kept(NOON, NOON)
    assert not is_kept(None, NOON)
    assert not is_kept(NOON + timedelta(days=400), NOON), "a clock was set back since"
