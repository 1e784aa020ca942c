"""Titles of five words are told to ask for the same, or not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.idea_likeness import Likeness, keys, likeness

TITLES = st.text(max_size=60)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Gift wrap at checkout", "gift wrapping in the checkout"),
        ("Gift wrap at checkout", "Gift wrap"),
        ("Dark mode", "DARK MODE!"),
        ("Lieferung nach Österreich", "lieferungen nach osterreich"),
        ("Parcels by bike", "A parcel by bike"),
        ("夜间模式", "夜间模式!"),
        ("#1 in size 48", "size 48"),
    ],
)
def test_nearly_the_same(one: str, other: str) -> None:
    assert likeness(one, other).is_the_same
    assert likeness(other, one).is_the_same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Gift wrap at checkout", "Gift cards at checkout"),
        ("Pay by instalments in the app", "Pay by invoice in the app"),
    ],
)
def test_alike_but_not_the_same(one: str, other: str) -> None:
    found = likeness(one, other)
    assert found.is_alike
    assert not found.is_the_same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Dark mode", "Night mode"),
        ("Gift wrap at checkout", "Longer opening hours"),
        ("The and for", "with from the"),
        ("", "Gift wrap"),
        ("card", "cart"),
        ("order", "ordinary"),
    ],
)
def test_not_alike(one: str, other: str) -> None:
    assert not likeness(one, other).is_alike


@given(TITLES, TITLES)
def test_likeness_is_mutual_and_what_is_alike_shares_a_key(one: str, other: str) -> None:
    there, back = likeness(one, other), likeness(other, one)
    assert 0 <= there.score <= 1
    assert len(there.common) == len(back.common)
    if there.common:
        assert keys(one) & keys(other)


@given(TITLES)
def test_a_title_is_the_same_as_itself(title: str) -> None:
    assert likeness(title, title).is_the_same == bool(keys(title))


def test_the_reason_names_the_words_as_they_were_written() -> None:
    assert likeness("Gift wrapping", "gift wrap").why == "“gift” and “wrapping” in both"
    assert likeness("Gift", "gift wrap").why == "“gift” in both"
    assert Likeness(0.9).why == "nearly the same words"
