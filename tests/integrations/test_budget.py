"""A source makes no more requests than its budget."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import BudgetError, RetriableError
from integrations.budget import DOLLAR, Purse, in_dollars


class Hand:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 2, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


def test_what_is_over_the_budget_waits_for_the_next_window() -> None:
    clock = Hand()
    purse = Purse(3, timedelta(minutes=5), clock)
    purse.spend(2, "video")
    clock.at += timedelta(minutes=1)
    purse.spend(1, "video")
    with pytest.raises(RetriableError, match="video has used its 3 requests") as refused:
        purse.spend(1, "video")
    assert refused.value.retry_after == 240
    clock.at += timedelta(minutes=4)
    purse.spend(3, "video")


def test_one_act_that_costs_more_than_the_budget_is_done_alone() -> None:
    purse = Purse(3, timedelta(minutes=5), Hand())
    purse.spend(100, "video")
    with pytest.raises(RetriableError):
        purse.spend(1, "video")


def test_a_restart_does_not_fill_it() -> None:
    clock = Hand()
    purse = Purse(3, timedelta(minutes=5), clock)
    purse.restore(clock.at - timedelta(minutes=1), 3)
    with pytest.raises(RetriableError):
        purse.spend(1, "video")
    assert (purse.begun, purse.spent) == (clock.at - timedelta(minutes=1), 3)


def test_what_another_replica_has_spent_in_the_same_window_counts() -> None:
    clock = Hand()
    purse = Purse(10, timedelta(minutes=5), clock)
    purse.restore(clock.at, 2)
    purse.restore(clock.at, 7)
    purse.restore(clock.at, 5)
    assert purse.spent == 7
    purse.restore(clock.at - timedelta(minutes=1), 9)
    assert purse.spent == 7
    purse.restore(clock.at + timedelta(minutes=1), 1)
    assert purse.spent == 1


def test_money_that_is_billed_afterwards_is_spent_even_where_too_little_was_left() -> None:
    clock = Hand()
    purse = Purse(2 * DOLLAR, timedelta(days=30), clock)
    assert purse.left(DOLLAR, "x") == 2 * DOLLAR
    purse.pay(DOLLAR + DOLLAR // 2)
    assert purse.left(DOLLAR // 2, "x") == DOLLAR // 2
    purse.pay(3 * DOLLAR)
    with pytest.raises(BudgetError, match=r"x has spent \$4\.50 of \$2\.00, .* before 2026-04-01 09:00 UTC"):
        purse.left(1, "x")
    clock.at += timedelta(days=30)
    assert purse.left(DOLLAR, "x") == 2 * DOLLAR


def test_whoever_waits_for_money_looks_again_within_the_hour_since_there_may_be_more() -> None:
    purse = Purse(DOLLAR, timedelta(days=30), Hand())
    purse.pay(DOLLAR)
    with pytest.raises(BudgetError) as refused:
        purse.left(1, "x")
    assert refused.value.retry_after == 3600


def test_money_is_written_as_people_write_it() -> None:
    assert [in_dollars(each) for each in (0, 5_000, 1_234_567_890_000)] == ["$0.00", "$0.01", "$1,234,567.89"]
