"""What any platform needs of words: nothing unreadable in them, cut with a sign, and the true host of a link."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards import Bold, Code, Link, Mention, Text, Time
from bot.domain.people import PersonRef
from bot.words import cut, fit, plain, readable, web_address

NINE = datetime(2026, 3, 2, 9, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("a\r\nb\u2028c\td\x00\u202ee", "a\nb\nc de"),
        ("a\n \n\n\nb", "a\n\nb"),
        ("Z" + "\u0301" * 40 + "!", "Z" + "\u0301" * 4 + "!"),
        ("half \ud83d of one", "half  of one"),
    ],
)
def test_what_no_reader_should_get_is_taken_out(said: str, left: str) -> None:
    assert readable(said) == left


@given(st.text(max_size=60), st.integers(0, 70))
def test_a_cut_never_exceeds_its_limit_and_says_so(said: str, limit: int) -> None:
    shown = cut(said, limit)
    assert len(shown) <= limit
    assert shown == said or not limit or shown.endswith("…")


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://bank.example@evil.example/x", ("https://bank.example@evil.example/x", "evil.example")),
        ("https://pаypal.com", ("https://pаypal.com", "xn--pypal-4ve.com")),
        ("http://a.example/ b|c", ("http://a.example/%20b%7Cc", "a.example")),
        ("javascript:alert(1)", None),
        ("https://", None),
        ("http://[::1", None),
        ("https://a.example/" + "x" * 3000, None),
    ],
)
def test_only_pages_are_addresses_and_their_host_is_the_registered_one(url: str, found: tuple[str, str] | None) -> None:
    assert web_address(url) == found


def test_text_is_cut_inside_words_but_never_inside_an_instant_or_a_name() -> None:
    text: Text = (Bold("held by "), Mention(PersonRef("p-1", "Ana Lima")), " until ", Time(NINE), Code("claim"))
    assert plain(text) == "held by Ana Lima until 09:02 UTCclaim"
    assert fit(text, 100) == (text, False)
    assert fit(text, 5) == ((Bold("held…"),), True)
    assert fit(text, 10) == ((Bold("held by "), "…"), True)
    assert fit((Link("the post", "https://a.example"),), 3) == (("…",), True)
