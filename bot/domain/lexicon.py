"""Finding known words and phrases in a text, in any language, in one pass over its words. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Generic, NamedTuple, TypeVar

Label = TypeVar("Label", bound=Hashable)

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


BEGINNING, END = 4_000, 1_000
"""Characters of a long text that are looked at: it says there what it is about, and the rest would cost everybody time."""

_UNSEEN = (*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0x00AD, 0xFEFF)
_MARKS = (*range(0x0300, 0x0370), *range(0x064B, 0x0653), 0x0640, 0x0670, *range(0xFE00, 0xFE10))
_TIDY: dict[int, str | None] = {0x2018: "'", 0x2019: "'", 0x02BC: "'", **dict.fromkeys((*_UNSEEN, *_MARKS))}
"""What differs without meaning anything: characters nobody sees, marks that stand for themselves, kinds of apostrophes."""


def shortened(text: str) -> str:
    """The text, a long one without its middle."""
    return f"{text[:BEGINNING]} … {text[-END:]}" if len(text) > BEGINNING + END else text


def fold(text: str) -> str:
    """The text as it is compared: case-folded, single spaces, straight apostrophes; a long one without its middle."""
    text = shortened(text)
    if text.isascii():
        return " ".join(text.lower().split())
    return " ".join(unicodedata.normalize("NFKC", text).casefold().translate(_TIDY).split())


def _without_accents() -> dict[int, str]:
    """Latin letters with a mark, each to the one without; letters of Arabic that are written either way to one of them."""
    table = {ord("ı"): "i", ord("ł"): "l", ord("ø"): "o", ord("đ"): "d"} | dict(
        zip(map(ord, "أإآىة"), "اااي" + "ه", strict=True)
    )
    for code in range(0xC0, 0x250):
        base = unicodedata.normalize("NFD", chr(code))[0]
        if base.isascii() and base.isalpha():
            table[code] = base.lower()
    return table


_PLAIN = _without_accents()
_TYPED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def plain(folded: str) -> str:
    """The folded text without accents, character by character, as many people type it."""
    return folded if folded.isascii() else folded.translate(_PLAIN)


class Hit(NamedTuple, Generic[Label]):
    """A term that was found: its label, and where and as what it stands in the folded text."""

    label: Label
    start: int
    found: str

    @property
    def end(self) -> int:
        """Where it ends in the folded text."""
        return self.start + len(self.found)


class Word(NamedTuple):
    """A word of a folded text: where it stands, and how it is compared: without accents, without what is only joined to it."""

    start: int
    word: str
    end: int


def words_in(folded: str) -> list[Word]:
    """The words of a folded text, in order."""
    return [Word(match.start(), _canonical(match[0]), match.end()) for match in _WORD.finditer(plain(folded))]


@dataclass(frozen=True, slots=True)
class _Term(Generic[Label]):
    label: Label
    words: tuple[str, ...]
    """An underscore stands for any one word."""
    any_ending: bool

    def fits(self, words: list[str]) -> bool:
        if len(words) < len(self.words):
            return False
        *before, last = self.words
        there = words[len(before)]
        if not (there.startswith(last) if self.any_ending else there == last):
            return False
        return all(mine in (word, "_") for mine, word in zip(before, words, strict=False))


_MOST_MET = 10_000
"""So many words of texts are remembered with the labels they have: most words of a post are met again soon."""

_OPEN = ""
"""Stands for the second word of a phrase where that is not known beforehand."""


class Lexicon(Generic[Label]):
    """Terms by label. A `*` at the end of a term stands for any ending, a lone `_` inside it for any word.

    Accents may be left out. Scripts that put no spaces between words (Chinese, Japanese, Thai …) are searched as plain
    text, and so are signs such as emoji.
    """

    def __init__(self, terms: Mapping[Label, Iterable[str]]) -> None:
        self._phrases: dict[str, dict[str, list[_Term[Label]]]] = {}
        self._stems: dict[str, list[Label]] = {}
        self._singles: dict[str, list[Label]] = {}
        self._spaceless: dict[str, list[Label]] = {}
        self._met: dict[str, tuple[Label, ...]] = {}
        self.words: set[str] = set()
        """Every word of a term, without accents: what is known to be a word."""
        for label, phrases in terms.items():
            for phrase in phrases:
                folded = fold(phrase)
                for written in {plain(folded), plain(folded.translate(_TYPED_OUT))}:
                    self._add(label, written)
        self._lengths = sorted({len(stem) for stem in self._stems})
        self._spaceless_lengths = sorted({len(term) for term in self._spaceless})

    def _add(self, label: Label, phrase: str) -> None:
        stem = phrase.removesuffix("*")
        any_ending = stem != phrase
        words = tuple(_in_term(stem))
        if not words or _spaceless(stem):
            if stem:
                self._spaceless.setdefault(stem, []).append(label)
        elif len(words) == 1:
            self.words.add(words[0])
            (self._stems if any_ending else self._singles).setdefault(words[0], []).append(label)
        else:
            self.words.update(words)
            second = _OPEN if words[1] == "_" or (any_ending and len(words) == 2) else words[1]
            self._phrases.setdefault(words[0], {}).setdefault(second, []).append(_Term(label, words, any_ending))

    def find(self, folded: str, words: Sequence[Word] | None = None) -> list[Hit[Label]]:
        """Every term in a folded text: words and phrases in the order in which they begin there, then the spaceless ones.

        `words` are those of `words_in`, where somebody has them already.
        """
        places = words_in(folded) if words is None else words
        row = [place.word for place in places]
        hits: list[Hit[Label]] = []
        for index, (start, word, end) in enumerate(places):
            if (begun := self._phrases.get(word)) and index + 1 < len(row):
                hits += [
                    Hit(term.label, start, folded[start : places[index + len(term.words) - 1].end])
                    for term in (*begun.get(row[index + 1], ()), *begun.get(_OPEN, ()))
                    if term.fits(row[index : index + len(term.words)])
                ]
            hits += [Hit(label, start, folded[start:end]) for label in self._of_word(word)]
            if "'" in word:
                hits += self._in_parts(word, start, folded)
        if self._spaceless and _spaceless(folded):
            hits += self._in_plain_text(plain(folded), folded)
        return hits

    def _of_word(self, word: str) -> tuple[Label, ...]:
        labels = self._met.get(word)
        if labels is None:
            stems = (self._stems.get(word[:length], ()) for length in self._lengths if length <= len(word))
            labels = (*self._singles.get(word, ()), *chain.from_iterable(stems))
            if len(self._met) >= _MOST_MET:
                self._met.clear()
            self._met[word] = labels
        return labels

    def _in_parts(self, word: str, start: int, folded: str) -> Iterator[Hit[Label]]:
        """What stands before and after an apostrophe: `l'appli`, `app'i`; an ending counts for neither."""
        head, _, tail = word.partition("'")
        if len(head) > 2:
            for label in self._singles.get(head, ()):
                yield Hit(label, start, folded[start : start + len(head)])
        if len(tail) > 2:
            at = start + len(head) + 1
            for label in self._of_word(tail):
                yield Hit(label, at, folded[at : at + len(tail)])

    def _in_plain_text(self, text: str, folded: str) -> Iterator[Hit[Label]]:
        for start in range(len(text)):
            for length in self._spaceless_lengths:
                if labels := self._spaceless.get(text[start : start + length]):
                    if start + length > len(text):
                        break
                    for label in labels:
                        yield Hit(label, start, folded[start : start + length])


def tokens(words: Iterable[Word]) -> Iterator[str]:
    """Words as something is learned about them; of spaceless scripts every two characters that follow each other."""
    for place in words:
        word = place.word
        if _spaceless(word):
            yield from (word[at : at + 2] for at in range(max(1, len(word) - 1)))
        else:
            yield word


def _in_term(stem: str) -> Iterator[str]:
    for part in stem.split():
        if part == "_":
            yield part
        else:
            yield from map(_canonical, _WORD.findall(part))


_ARABIC_BEGINNINGS = ("وال", "بال", "كال", "فال", "لل", "ال")


def _canonical(word: str) -> str:
    """The word without what Arabic writes together with it: and, with, the."""
    if "\u0600" <= word[0] <= "\u06ff":
        for beginning in _ARABIC_BEGINNINGS:
            if word.startswith(beginning) and len(word) >= len(beginning) + 3:
                return word[len(beginning) :]
    return word


_NO_SPACES = re.compile(
    "[\u0900-\u0dff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2600-\u27bf\u3040-\u9fff\U0001f300-\U0001faff]"
)


def _spaceless(text: str) -> bool:
    return not text.isascii() and _NO_SPACES.search(text) is not None
