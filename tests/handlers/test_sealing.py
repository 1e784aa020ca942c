"""Sealed text: opens with the same secret, about the same thing, and unchanged; with nothing else."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest

from handlers.sealing import Opened, Seal

SECRET, OTHER = b"a long secret of this installation", b"quite another secret"
TEXT = "words that nobody else reads, 日本語 🛴"


def seal(*secrets: bytes, what_for: bytes = b"tests") -> Seal:
    return Seal(secrets, what_for)


def test_it_opens_for_who_has_the_secret_and_says_if_that_is_an_older_one() -> None:
    sealed = seal(SECRET).seal(TEXT, "acme")
    assert TEXT not in sealed
    assert seal(SECRET).open(sealed, "acme") == Opened(TEXT, present=True)
    assert seal(OTHER, SECRET).open(sealed, "acme") == Opened(TEXT, present=False)
    assert seal(SECRET, OTHER).open(sealed, "acme") == Opened(TEXT, present=True)


def test_it_opens_with_no_other_secret_purpose_or_thing() -> None:
    sealed = seal(SECRET).seal(TEXT, "acme")
    assert seal(OTHER).open(sealed, "acme") is None
    assert seal().open(sealed, "acme") is None
    assert seal(SECRET, what_for=b"other").open(sealed, "acme") is None
    assert seal(SECRET).open(sealed, "acme2") is None


def test_no_two_are_alike_though_they_say_the_same() -> None:
    assert len({seal(SECRET).seal(TEXT, "acme") for _ in range(50)}) == 50


@pytest.mark.parametrize("place", [0, 11, 12, 20, -1])
def test_a_changed_one_does_not_open(place: int) -> None:
    sealed = seal(SECRET).seal(TEXT, "acme")
    raw = bytearray(urlsafe_b64decode(sealed[2:]))
    raw[place] ^= 1
    assert seal(SECRET).open("1." + urlsafe_b64encode(bytes(raw)).decode(), "acme") is None


@pytest.mark.parametrize("text", ["", "1.", "1.AAAA", "2.AAAA", "words", "1.é"])
def test_what_is_none_does_not_open(text: str) -> None:
    assert seal(SECRET).open(text, "acme") is None


def test_without_a_secret_there_is_nothing_to_seal_with() -> None:
    assert not seal()
    assert seal(SECRET)
