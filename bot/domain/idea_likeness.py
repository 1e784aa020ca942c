"""Telling that two titles ask for the same: by the words that they have in common, and by their letters. Pure.

`bot.domain.signature` compares whole posts; a title has five words, of which each one counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.domain.signature import normalised, resemblance, signature
from bot.speech import all_of, say

THE_SAME = 0.8
"""From this likeness on, of 1, a title is asked about before it becomes an idea of its own."""

ALIKE = 0.5
"""From here on, and with two words in common, merging is proposed."""

MOST_KEYS = 60
"""Of a longer text so many words are looked for."""

_WIDE = 0x2E80
"""From here on scripts write words without spaces: there, two characters stand for a word."""
_SHORTEST = 3
_KEY = 4
"""Letters of a word under which it is found: its other forms begin alike."""
_ENDING = 3
"""So many letters at the end may differ: wrap and wrapping, parcel and parcels."""

_TOKEN = re.compile(r"[^\W_]+")
_EMPTY = frozenset(
    map(
        normalised,
        re.findall(
            r"\S+",
            "the and for with from into onto that this have has are was were can could would should you your our their its "
            "not but all any more less when where what how why who please want wants need needs make let get add allow "
            "der die das den dem des ein eine einen einem einer und oder mit von für auf bei beim zum zur ist sind nicht "
            "les des une est sont pour avec dans sur par que qui aux mais plus los las del una por para con que ",
        ),
    )
)
"""Words that say nothing of what is asked for."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much two titles have in common, from 0 to 1, and the words."""

    score: float
    common: tuple[str, ...] = ()

    @property
    def is_the_same(self) -> bool:
        """Nearly the same title."""
        return self.score >= THE_SAME

    @property
    def is_alike(self) -> bool:
        """Enough alike to be proposed for merging."""
        return self.is_the_same or (self.score >= ALIKE and len(self.common) > 1)

    @property
    def why(self) -> str:
        """In words: `“gift” and “wrap” in both`."""
        if not self.common:
            return say("nearly the same words")
        return say("{words} in both", words=all_of(say("“{words}”", words=word) for word in self.common[:4]))


def keys(text: str) -> frozenset[str]:
    """Under these a text is found that has words in common with another."""
    return frozenset(word[:_KEY] for word in list(_words(text))[:MOST_KEYS])


def likeness(one: str, other: str) -> Likeness:
    """How much two titles have in common."""
    mine, theirs = _words(one), _words(other)
    left = dict(theirs)
    common: list[str] = []
    for word, written in mine.items():
        found = word if word in left else next((each for each in left if _same(word, each)), None)
        if found is not None:
            del left[found]
            common.append(written)
    total = len(mine) + len(theirs)
    shared = 2 * len(common) / total if total else 0.0
    return Likeness(max(shared, resemblance(signature(one), signature(other))), tuple(common))


def _words(text: str) -> dict[str, str]:
    """The words that tell what is asked for, as they are compared and as they were written."""
    every: dict[str, str] = {}
    telling: dict[str, str] = {}
    for token in _TOKEN.findall(text):
        word = normalised(token)
        if not word:
            continue
        if ord(word[0]) >= _WIDE:
            pairs = [word[at : at + 2] for at in range(max(len(word) - 1, 1))]
            telling.update((pair, pair) for pair in pairs)
            continue
        every.setdefault(word, token.lower())
        if (len(token) >= _SHORTEST or word.isdecimal()) and word not in _EMPTY:
            telling.setdefault(word, token.lower())
    return telling or every


def _same(one: str, other: str) -> bool:
    """Do two words differ in their endings alone?"""
    begins = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        begins += 1
    return begins >= max(_KEY, max(len(one), len(other)) - _ENDING)
