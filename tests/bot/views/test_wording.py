"""How things are said: numbers, lists, names, addresses, cuts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards import Code
from bot.domain.customer import Identity
from bot.views.wording import (
    count,
    cut,
    handle_of,
    is_web,
    listed,
    network_name,
    one_line,
    possessive,
    short_number,
    tame,
    times,
    with_code,
)


def test_counts_agree_with_their_noun() -> None:
    assert [count(n, "post") for n in (0, 1, 2, 1204)] == ["0 posts", "1 post", "2 posts", "1,204 posts"]
    assert count(2, "pass", "passes") == "2 passes"
    assert [times(n) for n in (1, 2, 3)] == ["once", "twice", "3 times"]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1k"),
        (12_400, "12.4k"),
        (999_949, "999.9k"),
        (999_960, "1M"),
        (3_100_000, "3.1M"),
    ],
)
def test_large_numbers_are_short(number: int, words: str) -> None:
    assert short_number(number) == words


def test_lists_end_with_and() -> None:
    assert [listed(names) for names in ("", "A", "AB", "ABC")] == ["", "A", "A and B", "A, B and C"]


def test_names_that_end_with_s_take_an_apostrophe_alone() -> None:
    assert (possessive("Support"), possessive("Sales")) == ("Support's", "Sales'")


def test_networks_are_written_as_they_write_themselves() -> None:
    assert [network_name(n) for n in ("mastodon", "x", "youtube", "rss")] == ["Mastodon", "X", "YouTube", "RSS"]


@pytest.mark.parametrize(
    ("network", "handle", "words"),
    [
        ("mastodon", "maya@example.social", "@maya@example.social"),
        ("x", "@maya", "@maya"),
        ("email", "maya@mail.example", "maya@mail.example"),
        ("reddit", "u/maya", "u/maya"),
        ("whatsapp", "+16505550123", "+16505550123"),
        ("rss", "Maya Okafor", "Maya Okafor"),
    ],
)
def test_handles_are_written_as_on_their_network(network: str, handle: str, words: str) -> None:
    assert handle_of(Identity(network, handle)) == words


@pytest.mark.parametrize("url", ["https://a.example/x", "HTTP://a.example", "https://a.example/@maya/1?by=x@y"])
def test_pages_of_the_web_may_be_opened(url: str) -> None:
    assert is_web(url)


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:alert(1)",
        "data:text/html,x",
        "//a.example",
        "https://a b",
        "https://a\n",
        "https://slack.com@evil.example/",
        "https://u:p@evil.example",
        "https://evil.example\\@x.com/1",
        "https://evil.example\\.x.com/1",
    ],
)
def test_nothing_else_may_be_opened(url: str | None) -> None:
    assert not is_web(url)


@given(st.text(max_size=200), st.integers(2, 60))
def test_a_cut_holds_its_limit_and_marks_what_is_missing(words: str, limit: int) -> None:
    short = cut(words, limit)
    assert len(short) <= limit
    assert short == words if len(words) <= limit else short.endswith("…")


def test_a_cut_falls_between_words() -> None:
    assert cut("one two three four", 15) == "one two three…"


@given(st.text(max_size=200))
def test_one_line_is_one_line(words: str) -> None:
    assert len(one_line(words).splitlines()) <= 1


def test_of_a_very_long_text_one_line_shows_the_beginning() -> None:
    assert one_line("word " * 10_000, 10) == "word word…"
    assert one_line("gap" + " " * 49_000 + "end", 20) == "gap…"
    assert one_line(" " * 50_000, 20) == ""


def test_families_of_emoji_stay_together() -> None:
    assert tame("👩‍👩‍👧 ok") == "👩‍👩‍👧 ok"


def test_what_is_to_be_typed_stands_out() -> None:
    assert with_code("Try `claim B-1` now.") == ("Try ", Code("claim B-1"), " now.")
