"""What becomes of work that failed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.errors import ConflictError, PermanentError, RetriableError, UnknownResultError
from storage.patience import CONFLICT_PAUSE, LONGEST_ERROR, Again, Dead, Patience, after_failure, describe

NEW = timedelta()


@pytest.mark.parametrize("error", [RetriableError("down"), UnknownResultError("no answer")])
def test_what_may_pass_is_tried_again(error: RetriableError) -> None:
    verdict = after_failure(error, 1, NEW, Patience())
    assert isinstance(verdict, Again)
    assert verdict.why == str(error)
    assert verdict.hold is None


def test_pauses_double_up_to_a_cap_and_are_cut_at_random() -> None:
    patience = Patience(base=1.0, cap=300.0)
    for tries, longest in [(1, 1), (2, 2), (5, 16), (9, 256), (10, 300), (5000, 300)]:
        pauses = [patience.pause(tries) for _ in range(300)]
        assert 0 <= min(pauses) < longest * 0.2
        assert longest * 0.8 < max(pauses) <= longest


def test_the_other_side_says_how_long_to_wait_and_the_lane_with_it() -> None:
    assert after_failure(RetriableError("429", retry_after=17), 1, NEW, Patience()) == Again("429", 17, hold=17)


def test_what_cannot_succeed_is_dead_at_once() -> None:
    assert after_failure(PermanentError("channel_not_found"), 1, NEW, Patience()) == Dead("channel_not_found")


def test_patience_ends_by_tries_and_by_age() -> None:
    patience = Patience(tries=3, age=timedelta(hours=1))
    assert isinstance(after_failure(RetriableError("x"), 2, NEW, patience), Again)
    assert isinstance(after_failure(RetriableError("x"), 3, NEW, patience), Dead)
    assert isinstance(after_failure(RetriableError("x"), 1, timedelta(hours=1), patience), Dead)
    assert isinstance(after_failure(RetriableError("x"), 9_999, timedelta(days=9), Patience(age=None)), Again)


def test_what_nobody_expected_is_tried_a_few_times() -> None:
    assert isinstance(after_failure(KeyError("x"), 4, NEW, Patience(surprises=5)), Again)
    assert after_failure(KeyError("x"), 5, NEW, Patience(surprises=5)) == Dead("KeyError: \u2068'x'\u2069")


def test_a_lost_race_starts_over_at_once() -> None:
    verdict = after_failure(ConflictError("changed"), 50, NEW, Patience())
    assert isinstance(verdict, Again)
    assert verdict.pause <= CONFLICT_PAUSE


def test_an_error_is_kept_in_its_own_words_and_not_at_any_length() -> None:
    assert describe(RetriableError("")) == "RetriableError: "
    assert describe(ValueError("a\x00b")) == "ValueError: \u2068a b\u2069"
    assert len(describe(ValueError("x" * 99_999))) == LONGEST_ERROR
