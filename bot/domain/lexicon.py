"""Finding known words and phrases in a text, in any language, in one pass over its words. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


BEGINNING, END = 4_000, 1_000
"""Characters of a long text that are looked at: it says there what it is about, and the rest would cost everybody time."""


def fold(text: str) -> str:
    """The text as it is compared: case-folded, single spaces, straight apostrophes; a long one without its middle."""
    if len(text) > BEGINNING + END:
        text = f"{text[:BEGINNING]} … {text[-END:]}"
    return " ".join(text.casefold().replace("’", "'").split())


@dataclass(frozen=True, slots=True)
class Hit:
    """A term that was found: its label, and where and as what it stands in the folded text."""

    label: str
    start: int
    found: str


@dataclass(frozen=True, slots=True)
class _Term:
    label: str
    words: tuple[str, ...]
    any_ending: bool

    def fits(self, words: list[str]) -> bool:
        *before, last = self.words
        if len(words) < len(self.words) or words[: len(before)] != before:
            return False
        there = words[len(before)]
        return there.startswith(last) if self.any_ending else there == last


class Lexicon:
    """Terms by label. A `*` at the end of a term stands for any ending.

    Scripts that put no spaces between words (Chinese, Japanese, Thai) are searched as plain text.
    """

    def __init__(self, terms: Mapping[str, Iterable[str]]) -> None:
        self._by_first: dict[str, list[_Term]] = {}
        self._stems: dict[str, list[_Term]] = {}
        self._spaceless: list[tuple[str, str]] = []
        for label, phrases in terms.items():
            for phrase in phrases:
                self._add(label, fold(phrase))
        self._lengths = sorted({len(stem) for stem in self._stems})

    def _add(self, label: str, phrase: str) -> None:
        stem = phrase.removesuffix("*")
        if _spaceless(stem):
            self._spaceless.append((stem, label))
            return
        words = tuple(_WORD.findall(stem))
        if not words:
            return
        term = _Term(label, words, any_ending=stem != phrase)
        index = self._stems if term.any_ending and len(words) == 1 else self._by_first
        index.setdefault(words[0], []).append(term)

    def find(self, folded: str) -> list[Hit]:
        """Every term in a folded text, in the order in which they stand there."""
        places = [(match.start(), match[0]) for match in _WORD.finditer(folded)]
        words = [word for _, word in places]
        hits = []
        for index, (start, word) in enumerate(places):
            for term in self._by_first.get(word, ()):
                ahead = words[index : index + len(term.words)]
                if term.fits(ahead):
                    last_start, last = places[index + len(term.words) - 1]
                    hits.append(Hit(term.label, start, folded[start : last_start + len(last)]))
            for length in self._lengths:
                if length > len(word):
                    break
                if stems := self._stems.get(word[:length]):
                    hits += [Hit(term.label, start, word) for term in stems]
        if self._spaceless and _spaceless(folded):
            hits += [Hit(label, at, term) for term, label in self._spaceless if (at := folded.find(term)) >= 0]
        return hits


_NO_SPACES = re.compile("[\u0e00-\u0eff\u3040-\u9fff]")


def _spaceless(text: str) -> bool:
    return _NO_SPACES.search(text) is not None
