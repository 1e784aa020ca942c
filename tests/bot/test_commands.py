"""A verb's line of usage: what is to be typed, in words that somebody reads who does not know our names for it."""

from __future__ import annotations

import pytest

from bot.cards import Choice
from bot.commands import CONVERSATION, CommandSpec, Param

RUNG = Param("rung", "choice", "To whom", required=False, choices=(Choice("lead", "Lead"), Choice("crisis", "Crisis")))


@pytest.mark.parametrize(
    ("params", "usage"),
    [
        ((), ""),
        ((CONVERSATION,), "[B-n]"),
        ((CONVERSATION, Param("span", "span", "For how long", required=False)), "[B-n] [for 2h]"),
        (
            (
                CONVERSATION,
                Param("to", "person_or_department", "Pass to"),
                Param("ask", "text", "What you ask of them"),
                Param("id", "word", "Id", hidden=True),
            ),
            "[B-n] @person|department what you ask of them",
        ),
        ((CONVERSATION, RUNG, Param("why", "text", "Why")), "[B-n] [lead|crisis] why"),
        ((Param("verb", "word", "Command", required=False),), "[verb]"),
    ],
)
def test_usage_says_what_is_to_be_typed(params: tuple[Param, ...], usage: str) -> None:
    assert CommandSpec("verb", "Does something", ("verb",), params).usage == usage


def test_several_texts_are_parted_by_bars_as_they_are_typed() -> None:
    texts = (Param("wanted", "text", "What they wanted"), Param("changed", "text", "What we changed"))
    spec = CommandSpec("resolve", "Close it", ("resolve",), (CONVERSATION, *texts))
    assert spec.usage == "[B-n] what they wanted | what we changed"
