"""A storm is far more than usual, and most of it about the same."""

from __future__ import annotations

import pytest

from bot.domain.storm import storm


@pytest.mark.parametrize(
    ("lately", "before", "alike", "is_one"),
    [
        (30, 0, 0.5, True),
        (29, 0, 1.0, False),
        (30, 0, 0.49, False),
        (50, 600, 0.9, True),
        (49, 600, 0.9, False),
        (10_000, 1, 0.1, False),
    ],
)
def test_all_three_must_hold(lately: int, before: int, alike: float, is_one: bool) -> None:
    assert (storm(lately, before, lambda: alike) is not None) is is_one


def test_how_much_is_alike_is_asked_only_where_there_is_much() -> None:
    def asked() -> float:
        raise AssertionError

    assert storm(10, 0, asked) is None
    assert storm(100, 60_000, asked) is None


def test_its_reason_says_how_many_how_usual_and_how_alike() -> None:
    found = storm(1_670, 120, lambda: 0.84)
    assert found is not None
    assert found.words(("lamp", "smoke")) == (
        "1,670 conversations began within a minute, where 2 would be usual; 84 % of them are about the same: "
        "“lamp”, “smoke”"
    )
    rare = storm(40, 3, lambda: 1.0)
    assert rare is not None
    assert "where fewer than one would be usual" in rare.words(())
    assert rare.words(()).endswith("are about the same")
