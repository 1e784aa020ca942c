"""How a post outside English is meant, by counting words of praise and of anger: a first guess, and said to be one."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

WORDS = Path(__file__).with_name("words") / "mood.toml"
WEIGHTS = {"great": 2.0, "good": 1.0, "neither": 0.0, "bad": -1.0, "awful": -2.0}
REACH = 3
"""How many words a negation turns round."""

_LONGEST = 24
"""No word that stands for its other endings is longer."""
_UNSPACED = frozenset({"ja", "zh"})
_PIECE = re.compile(r"[<>]?[:;=8]['^-]?[)(\[\]dDpP/|*]|<3|\^\^|[^\W\d_]+(?:'[^\W\d_]+)*|[^\w\s]")
_STOP = frozenset(".,;:!?…。、！？；，")


@dataclass(frozen=True)
class _Words:
    """One language's words: whole ones (or runs of up to three), beginnings, and what turns them round."""

    whole: dict[str, float]
    beginnings: dict[str, float]
    before: frozenset[str]
    after: frozenset[str]
    unspaced: re.Pattern[str] | None

    def weight(self, word: str) -> float:
        """What a word or a run of words weighs; 0 for one that says nothing."""
        if (found := self.whole.get(word)) is not None:
            return found
        for length in range(min(len(word), _LONGEST), 2, -1):
            if found := self.beginnings.get(word[:length]):
                return found
        return 0.0


def findings(text: str, language: str) -> tuple[tuple[str, float], ...]:
    """The words that say how a text is meant, each with its weight (below 0: anger), in the order they stand.

    In a language without a list of its own only emoji and words used in every language count.
    """
    words = _languages().get(language) or _languages()["any"]
    text = text.lower().replace("’", "'").replace("\ufe0f", "")
    if words.unspaced is not None:
        return tuple(_unspaced(text, words.unspaced, words))
    return tuple(_spaced(_PIECE.findall(text), words))


def _spaced(pieces: list[str], words: _Words) -> Iterator[tuple[str, float]]:
    turned = at = 0
    while at < len(pieces):
        piece = pieces[at]
        if piece in words.before:
            turned = REACH + 1
        run, weight = _longest(pieces, at, words)
        if weight:
            said = " ".join(pieces[at : at + run])
            if turned and piece not in words.before:
                said, weight = f"not {said}", _turned(weight)
            elif any(follower in words.after for follower in pieces[at + run : at + run + 2]):
                said, weight = f"{said} not", _turned(weight)
            yield said, weight
        at += run
        turned = 0 if piece in _STOP else max(0, turned - 1)


def _longest(pieces: list[str], at: int, words: _Words) -> tuple[int, float]:
    """How many pieces the longest known run from here has, and its weight."""
    for run in (3, 2):
        if at + run <= len(pieces) and (found := words.whole.get(" ".join(pieces[at : at + run]))) is not None:
            return run, found
    return 1, words.weight(pieces[at])


def _unspaced(text: str, known: re.Pattern[str], words: _Words) -> Iterator[tuple[str, float]]:
    for match in known.finditer(text):
        said = match[0]
        weight = words.whole[said]
        if not weight:
            continue
        if any(text.endswith(word, 0, match.start()) for word in words.before):
            yield f"not {said}", _turned(weight)
        elif any(text.startswith(word, match.end()) for word in words.after):
            yield f"{said} not", _turned(weight)
        else:
            yield said, weight


def _turned(weight: float) -> float:
    """Not good is bad; not bad is only a little good."""
    return -weight if weight > 0 else -weight / 2


@cache
def _languages() -> dict[str, _Words]:
    """Every language's words, with those of all languages among them."""
    tables = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    return {language: _read(language, [tables["any"], table]) for language, table in tables.items()}


def _read(language: str, tables: Iterable[dict[str, str]]) -> _Words:
    whole: dict[str, float] = {}
    beginnings: dict[str, float] = {}
    turning: dict[str, set[str]] = {"not": set(), "after": set()}
    for table in tables:
        for name, listed in table.items():
            for word in listed.split(", "):
                if name in turning:
                    turning[name].add(word)
                elif word.endswith("*"):
                    beginnings[word[:-1]] = WEIGHTS[name]
                else:
                    whole[word] = WEIGHTS[name]
    unspaced = None
    if language in _UNSPACED:
        longest_first = sorted(whole, key=len, reverse=True)
        unspaced = re.compile("|".join(re.escape(word) for word in longest_first))
    return _Words(whole, beginnings, frozenset(turning["not"]), frozenset(turning["after"]), unspaced)
