"""A day's budget: kept over restarts, shared by replicas, new every day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.errors import BudgetError
from integrations.ai.model.ledger import Ledger, read_spent
from tests.fakes.clock import SetClock


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


def test_a_restart_goes_on_where_the_day_was(clock: SetClock) -> None:
    before = Ledger(2, 1_000, clock.now)
    before.spend(100)
    text, part = before.merged(None)
    before.kept(text, part)
    assert not before.unkept
    after = Ledger(2, 1_000, clock.now)
    after.kept(*after.merged(text))
    after.spend(100)
    with pytest.raises(BudgetError):
        after.spend(100)


def test_what_two_replicas_spend_is_counted_once_each(clock: SetClock) -> None:
    one, other = Ledger(10, 1_000, clock.now), Ledger(10, 1_000, clock.now)
    stored: str | None = None
    for tokens in (100, 50):
        one.spend(tokens)
        other.spend(tokens)
        for ledger in (one, other):
            stored, part = ledger.merged(stored)
            ledger.kept(stored, part)
    spent = read_spent(stored)
    assert spent is not None
    assert (spent.requests, spent.tokens) == (4, 300)
    one.kept(*one.merged(stored))
    assert (one.spent.requests, one.spent.tokens) == (4, 300)


def test_what_is_spent_while_it_is_being_kept_is_not_lost(clock: SetClock) -> None:
    ledger = Ledger(10, 1_000, clock.now)
    ledger.spend(100)
    text, part = ledger.merged(None)
    ledger.spend(30)
    ledger.kept(text, part)
    assert (ledger.spent.requests, ledger.spent.tokens) == (2, 130)
    again, _ = ledger.merged(text)
    spent = read_spent(again)
    assert spent is not None
    assert (spent.requests, spent.tokens) == (2, 130)


def test_a_new_day_is_a_new_budget(clock: SetClock) -> None:
    ledger = Ledger(1, 1_000, clock.now)
    ledger.spend(100)
    text, part = ledger.merged(None)
    ledger.kept(text, part)
    clock.move(timedelta(days=1))
    ledger.spend(100)
    again, part = ledger.merged(text)
    assert (part.requests, part.tokens) == (1, 100)
    assert '"requests": 1' in again


def test_less_than_was_taken_is_given_back(clock: SetClock) -> None:
    ledger = Ledger(10, 1_000, clock.now)
    ledger.spend(900)
    ledger.settle(900, 20)
    ledger.spend(900)
    assert ledger.spent.tokens == 920


@pytest.mark.parametrize(
    "text", [None, "", "no json", "[]", "{}", '{"day": "2026-03-02"}', '{"day": 1, "requests": "x", "tokens": 2}']
)
def test_what_cannot_be_read_counts_as_nothing(clock: SetClock, text: str | None) -> None:
    assert read_spent(text) is None
    assert Ledger(1, 1_000, clock.now).merged(text)[1].requests == 0
