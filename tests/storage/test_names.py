"""How names, handles and numbers are compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.names import normal_handle, normal_phone, pieces, resembling, words_of

WORDS = st.text("abcdefghijklmnop", min_size=1, max_size=14)


@given(WORDS, st.data())
def test_a_word_with_one_typo_has_a_piece_in_common_with_the_word(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("abcxyz"))
    dropped, replaced, added = (
        word[:at] + word[at + 1 :],
        word[:at] + letter + word[at + 1 :],
        word[:at] + letter + word[at:],
    )
    swapped = word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :]
    for typo in (dropped, replaced, added, swapped):
        if len(typo) > 1 and len(word) > 1:
            assert set(pieces(typo)) & set(pieces(word))


@given(st.text(max_size=60))
def test_words_are_normal_already(name: str) -> None:
    words = words_of(name)
    assert words_of(" ".join(words)) == words


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Maya Okafor", ["maya", "okafor"]),
        ("  João d'Ávila-Straße ", ["joao", "avila", "strasse"]),
        ("user_12345", ["user"]),
        ("李伟", ["李伟"]),
        ("", []),
    ],
)
def test_a_names_words_are_without_case_accents_and_numbers(name: str, words: list[str]) -> None:
    assert words_of(name) == words


def test_handles_are_compared_without_case_and_at() -> None:
    assert normal_handle(" @Maya@Example.Social ") == normal_handle("maya@example.social")
    assert normal_handle("@") == "@"


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("+33 6 12.34-56(78)", "33612345678"),
        ("0033612345678", "33612345678"),
        ("12345", None),
        ("maya", None),
        ("B-12", None),
    ],
)
def test_a_phone_number_is_its_digits(typed: str, number: str | None) -> None:
    assert normal_phone(typed) == number


def test_resembling_words_come_closest_first() -> None:
    assert resembling("okafro", ["okofar", "okaffor", "okafor", "parcel"], 9) == ["okafor", "okaffor"]
    assert resembling("okafro", ["okaffor", "okafor"], 1) == ["okafor"]


def test_short_words_and_words_that_there_are_must_be_close() -> None:
    assert resembling("anm", ["anna", "bonn", "ann"], 9) == ["ann"]
    assert resembling("okafor", ["okofar", "okaffor", "okafor"], 9) == ["okafor", "okaffor"]
