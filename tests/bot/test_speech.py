"""Sentences in the reader's language, with what belongs into their places."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from bot.cards import Bold, phrase
from bot.speech import ENGLISH, Speech, say, say_many, speaking, spoken


class Few:
    """A catalogue of a few sentences."""

    SENTENCES: ClassVar[dict[str, str]] = {"{who} holds {ref}": "{ref} hat {who}", "Claim": "Nehmen"}

    def gettext(self, message: str) -> str:
        return self.SENTENCES.get(message, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return "{n} Beitrag" if n == 1 else "{n} Beiträge"


GERMAN = Speech("de", Few())


def test_english_is_what_the_code_says() -> None:
    assert say("{who} holds {ref}", who="Ana", ref="B-1") == "Ana holds B-1"
    assert [say_many("{n} post", "{n} posts", n) for n in (0, 1, 1204)] == ["0 posts", "1 post", "1,204 posts"]


def test_a_translation_may_order_a_sentence_anew() -> None:
    with speaking(GERMAN):
        assert say("{who} holds {ref}", who="Ana", ref="B-1") == "B-1 hat Ana"
        assert say_many("{n} post", "{n} posts", 2) == "2 Beiträge"
    assert spoken() is ENGLISH


def test_what_the_catalogue_does_not_know_is_said_in_english() -> None:
    with speaking(GERMAN):
        assert say("Release {ref}", ref="B-1") == "Release B-1"


def test_what_is_put_in_is_never_looked_at_for_places() -> None:
    assert say("{who} holds {ref}", who="{ref}", ref="B-1") == "{ref} holds B-1"
    assert say("{0} {who!r}", who="Ana") == "{0} {who!r}"


def test_spans_stand_where_the_language_wants_them() -> None:
    with speaking(GERMAN):
        assert phrase("{who} holds {ref}", who=Bold("Ana"), ref=("B-", Bold("1"))) == (
            "B-",
            Bold("1"),
            " hat ",
            Bold("Ana"),
        )


async def test_each_task_speaks_for_itself() -> None:
    async def in_german() -> str:
        with speaking(GERMAN):
            await asyncio.sleep(0)
            return say("Claim")

    async def in_english() -> str:
        await asyncio.sleep(0)
        return say("Claim")

    assert [*await asyncio.gather(in_german(), in_english(), in_german())] == ["Nehmen", "Claim", "Nehmen"]
