"""Texts are as long as networks count them."""

from __future__ import annotations

import pytest

from bot.domain.delivery import Unit
from integrations.lengths import length

FAMILY = "👩‍👩‍👧‍👦"
E_ACUTE = "e\u0301"


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("abc", "characters", 3),
        (FAMILY, "characters", 7),
        (FAMILY, "graphemes", 1),
        (FAMILY, "bytes", 25),
        (FAMILY, "utf16", 11),
        (E_ACUTE, "characters", 2),
        (E_ACUTE, "graphemes", 1),
        (E_ACUTE, "bytes", 3),
        ("🇫🇷🇩🇪", "graphemes", 2),
        ("각", "graphemes", 1),
        ("\r\n", "graphemes", 1),
        ("", "graphemes", 0),
    ],
)
def test_a_text_in_each_unit(text: str, unit: Unit, expected: int) -> None:
    assert length(text, unit) == expected


def test_a_link_counts_as_the_network_says_however_long_it_is() -> None:
    assert length("see https://a.example/" + "x" * 300, "graphemes", link=23) == 4 + 23
    assert length("https://a.example/x. And http://b.example/y!", "characters", link=23) == 23 + 6 + 23 + 1
    assert length("no link: httpsx", "characters", link=23) == 15
