"""A shift is told where it is more than noise, and only there."""

from __future__ import annotations

import random
from math import sqrt

import pytest

from bot.domain.shifts import Count, Row, holm, mood_p, shifts, two_sided, volume_p

QUARTER = 1 / 4


def row(rows: tuple[Row, ...], name: str) -> Row:
    return next(each for each in rows if each.name == name)


@pytest.mark.parametrize(("z", "p"), [(0, 1.0), (1.959964, 0.05), (2.575829, 0.01), (3.290527, 0.001)])
def test_the_normal_tails_are_those_of_the_tables(z: float, p: float) -> None:
    assert two_sided(z) == pytest.approx(p, rel=1e-4)


def test_as_much_as_usual_is_no_shift_and_twice_as_much_is_one() -> None:
    before = [Count("x", None, None, 400), Count("reddit", None, None, 400)]
    told = shifts([Count("x", None, None, 100), Count("reddit", None, None, 200)], before, QUARTER)
    assert [each.name for each in told.networks] == ["reddit", "x"]
    assert row(told.networks, "x").volume_shifted is False
    assert row(told.networks, "reddit").volume_shifted is True
    assert row(told.networks, "reddit").usual == 100


def test_what_falls_silent_is_a_shift_too() -> None:
    told = shifts([Count("x", None, None, 90)], [Count("x", None, None, 360), Count("email", None, None, 200)], QUARTER)
    silent = row(told.networks, "email")
    assert (silent.heard, silent.volume_shifted, silent.negative) == (0, True, None)


def test_of_too_little_nothing_is_said() -> None:
    told = shifts([Count("x", None, "negative", 9)], [Count("x", None, "negative", 12)], QUARTER)
    assert (told.networks[0].volume_shifted, told.networks[0].mood_shifted) == (None, None)
    assert shifts([Count("x", None, None, 900)], [], 0).networks[0].volume_shifted is None
    assert shifts([Count("x", None, None, 900)], [], 0).networks[0].usual is None


def test_mood_counts_only_where_triage_is_sure() -> None:
    now = [Count("x", "app", "negative", 60), Count("x", "app", "positive", 40), Count("x", "app", None, 500)]
    before = [Count("x", "app", "negative", 120), Count("x", "app", "neutral", 280), Count("x", "app", None, 2_000)]
    found = row(shifts(now, before, QUARTER).topics, "app")
    assert (found.heard, found.sure) == (600, 100)
    assert found.negative == pytest.approx(0.6)
    assert found.usual_negative == pytest.approx(0.3)
    assert (found.mood_shifted, found.volume_shifted) == (True, False)


def test_two_proportions_are_compared_as_in_the_textbook() -> None:
    z = 0.1 / sqrt(0.525 * 0.475 * (1 / 100 + 1 / 300))
    assert mood_p(60, 100, 150, 300) == pytest.approx(two_sided(z))


def test_holm_asks_more_of_each_the_more_there_are() -> None:
    assert holm([0.04]) == [True]
    assert holm([0.04, 0.5, 0.6]) == [False, False, False]
    assert holm([0.012, 0.024, 0.3, None]) == [True, True, False, None]
    assert holm([]) == []


def test_where_nothing_shifts_a_table_seldom_says_so() -> None:
    chance = random.Random(5)
    wrong = 0
    for _ in range(400):
        now, before = [], []
        for name in "abcdefgh":
            drawn = sum(chance.random() < 0.2 for _ in range(250))
            now.append(Count(name, None, None, drawn))
            before.append(Count(name, None, None, 250 - drawn))
        wrong += any(each.volume_shifted for each in shifts(now, before, QUARTER).networks)
    assert wrong / 400 < 0.08


def test_a_p_value_is_never_above_one() -> None:
    found = [volume_p(now, 400 - now, QUARTER) for now in range(60, 101)]
    assert all(p is not None and 0 <= p <= 1 for p in found)
