"""Numbers in pictures: gaps, short names, which labels are shown, labels kept apart."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.charts.numbers import apart, drawable, finite, named, shown_places


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (0, "0"),
        (12, "12"),
        (0.25, "0.25"),
        (-0.5, "−0.5"),
        (1200, "1\u202f200"),
        (999_999, "999\u202f999"),
        (3_400_000, "3.4\u202fM"),
        (-2e9, "−2\u202fG"),
        (1e15, "1\u202f000\u202fT"),
        (1e-7, "1e−07"),
    ],
)
def test_numbers_have_short_names(value: float, name: str) -> None:
    assert named(value) == name


def test_what_is_no_number_is_a_gap() -> None:
    found = drawable((1, None, math.nan, math.inf, 1e300, 1e-300), 7)
    assert finite(found) == [1, 1e15, 0]
    assert len(found) == 7
    assert drawable((1, 2, 3), 2) == [1, 2]


@given(count=st.integers(0, 500), most=st.integers(1, 20))
def test_labels_shown_are_few_evenly_apart_and_end_with_the_newest(count: int, most: int) -> None:
    places = shown_places(count, most)
    assert len(places) <= most
    assert not count or places[-1] == count - 1
    assert len({b - a for a, b in pairwise(places)}) <= 1


@given(places=st.lists(st.floats(-50, 300), max_size=6))
def test_names_beside_lines_are_apart_and_in_order(places: list[float]) -> None:
    moved = apart(places, 15, 0, 240)
    order = sorted(range(len(places)), key=lambda at: (places[at], at))
    ranked = [moved[at] for at in order]
    assert all(b - a >= 15 - 1e-6 for a, b in pairwise(ranked))
    assert all(-1e-6 <= place <= 240 + 1e-6 for place in moved)
