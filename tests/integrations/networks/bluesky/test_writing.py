"""Record keys are valid and always the same; facets mark the bytes they mean."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from integrations.networks.bluesky.writing import link_facets, mentions, record_key

NEAR = datetime(2026, 3, 2, 9, tzinfo=UTC)
VALID = re.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")
DIGITS = "234567abcdefghijklmnopqrstuvwxyz"


def moment(key: str) -> datetime:
    number = 0
    for digit in key:
        number = number << 5 | DIGITS.index(digit)
    return datetime.fromtimestamp((number >> 10) / 1_000_000, UTC)


@given(st.text(), st.integers(0, 7_258_118_400))
def test_a_key_is_a_timestamp_identifier_near_the_post(key: str, seconds: int) -> None:
    near = datetime.fromtimestamp(seconds, UTC)
    made = record_key(key, near)
    assert VALID.fullmatch(made)
    assert made == record_key(key, near)
    assert timedelta(seconds=-1) <= moment(made) - near <= timedelta(minutes=17)


def test_no_two_keys_are_one() -> None:
    assert len({record_key(f"answer-{number}", NEAR) for number in range(10_000)}) == 10_000


def marked(text: str) -> list[str]:
    facets = [*link_facets(text), *(facet("did:plc:x") for _, facet in mentions(text))]
    places = sorted((facet["index"]["byteStart"], facet["index"]["byteEnd"]) for facet in facets)
    return [text.encode()[start:end].decode() for start, end in places]


def test_links_and_mentions_are_marked_by_bytes() -> None:
    assert marked("é👩‍👩‍👧‍👦 (https://a.example/x?y=1&z=ä), @maya.example! und @x.y.example.") == [
        "https://a.example/x?y=1&z=ä",
        "@maya.example",
        "@x.y.example",
    ]


def test_what_only_looks_like_a_mention_is_none() -> None:
    for text in (
        "me@maya.example",
        "@maya",
        "@@maya.example",
        "@-maya.example",
        "@maya.1",
        "ftp://a.example",
        "@maya._x",
    ):
        assert marked(text) == [], text
    assert marked("https://a.example/@maya.example javascript:alert(1)") == ["https://a.example/@maya.example"]


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_facets_lie_between_characters(text: str) -> None:
    for words in marked(f"{text} https://a.example/{text} @maya.example {text}"):
        assert words.startswith(("http://", "https://", "@"))
