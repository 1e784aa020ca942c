"""Stars and counts, as numbers and as text."""

from __future__ import annotations

import pytest

from integrations.ratings import count, stars


@pytest.mark.parametrize(
    ("said", "read"),
    [(4, 4), ("5", 5), (" 3.5 ", 3.5), (0, None), (6, None), ("FIVE", None), (True, None), (None, None), ("nan", None), ("9" * 400, None)],
)  # fmt: skip
def test_stars_are_read_as_numbers_and_as_text(said: object, read: float | None) -> None:
    assert stars(said) == read


@pytest.mark.parametrize(
    ("said", "read"),
    [
        (26, 26),
        ("27", 27),
        (0, 0),
        ("-1", None),
        ("٣", None),
        (2.5, None),
        (True, None),
        (None, None),
        ("9" * 400, None),
    ],
)
def test_counts_are_read_as_numbers_and_as_digits(said: object, read: int | None) -> None:
    assert count(said) == read
