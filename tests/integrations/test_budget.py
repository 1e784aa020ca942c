"""A source makes no more requests than its budget."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import RetriableError
from integrations.budget import Purse


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
