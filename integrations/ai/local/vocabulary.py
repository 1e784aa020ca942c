"""The words local triage knows, of every language and label in one lexicon, and a post looked at with all of them at once."""

from __future__ import annotations

import html
import re
import tomllib
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

from bot.domain.lexicon import Hit, Lexicon, Word, fold, plain, shortened, words_in

Field = Literal["departments", "topics", "intents", "crisis", "urgency"]

FIELDS: tuple[Field, ...] = ("departments", "topics", "intents", "crisis", "urgency")
"""What there is a file of words for, `words/<field>.toml`."""

WORDS = Path(__file__).parent / "words"

OWN = 4.0
"""What a word of the company's own weighs, more than any that every company shares."""

ENGLISH_ELSEWHERE, FOREIGN_LONG, FOREIGN = 0.8, 0.6, 0.2
"""What remains of a term's weight in a post of another language: English ones are borrowed everywhere, short ones of others
meet by chance; long ones may be meant, or the language was misjudged."""

_LONG = 7

_NO_LANGUAGE = frozenset({"names", "topics"})
"""Keys of a label's table that hold no language's terms."""


class Sense(NamedTuple):
    """What a term tells of: a field's label, how strongly, and in which language; no language for a company's own words."""

    field: Field
    label: str
    weight: float
    language: str


class Found(NamedTuple):
    """A term that was found in a post: what it tells of, how strongly there, and how it is written there."""

    label: str
    weight: float
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Seen:
    """A post as it is judged: folded, hashtags taken apart, without links and names of accounts; its words, and every term."""

    folded: str
    words: tuple[Word, ...]
    hashtags: tuple[str, ...]
    language: str
    """As it was given, or as frequent words show; empty when they do not."""
    found: Mapping[Field, tuple[Found, ...]]
    links: int

    def of(self, field: Field) -> tuple[Found, ...]:
        """The terms of one field, longest first where several stand at one place."""
        return self.found.get(field, ())

    def negated(self, found: Found) -> bool:
        """Does a `not` stand before the term, two words away at most and not in another clause, or right after it?"""
        index = bisect_left(self.words, found.start, key=lambda word: word.start)
        negations = _negations()
        for word in self.words[max(0, index - 2) : index]:
            if _says_no(word.word, self.language, negations) and not _CLAUSE.search(self.folded, word.end, found.start):
                return True
        return bool(
            _NO_AFTER.match(self.folded, found.end)
            or _NO_BEFORE.search(self.folded, max(0, found.start - 2), found.start)
        )


_CLAUSE = re.compile(r"[.,;:!?…]")
_NO_AFTER = re.compile(r" ?(?:değil|degil|yok\b|ではな|じゃな|ではあり|はありません|しません|なし)")
_NO_BEFORE = re.compile(r"[不没沒無非]有?$")


class Vocabulary:
    """Every word that is known, those of the files and a company's own."""

    def __init__(self, terms: Mapping[Sense, Iterable[str]], beside: Vocabulary | None = None) -> None:
        self._lexicon = Lexicon(terms)
        self.words = self._lexicon.words
        """Every word of its terms, without accents; of a term with any ending its beginning."""
        self._beside = beside

    def with_own(
        self,
        departments: Mapping[str, Iterable[str]] | None = None,
        topics: Mapping[str, Iterable[str]] | None = None,
        urgent: Iterable[str] = (),
    ) -> Vocabulary:
        """These words and a company's own beside them: of its departments, its topics, and of what is urgent to it."""
        terms: dict[Sense, Iterable[str]] = {}
        for key, words in (departments or {}).items():
            terms[Sense("departments", _own(key), OWN, "")] = words
        for name, words in (topics or {}).items():
            terms[Sense("topics", name.casefold(), OWN, "")] = [name, *words]
        terms[Sense("urgency", "", OWN, "")] = urgent
        return Vocabulary(terms, self)

    def look(self, text: str, language: str | None = None) -> Seen:
        """A post with every term in it; `language` (ISO 639-1) where somebody is sure of it."""
        opened, tags = _opened(shortened(text), self._known())
        folded = fold(opened)
        words = words_in(folded)
        spoken = language or _language(words)
        by_field: dict[Field, dict[tuple[int, str], Found]] = {}
        for hit in self._find(folded, words):
            sense = hit.label
            found = Found(
                sense.label, sense.weight * _share(sense.language, spoken, hit.found), hit.start, hit.end, hit.found
            )
            best = by_field.setdefault(sense.field, {})
            key = (hit.start, sense.label)
            if (other := best.get(key)) is None or (found.end, abs(found.weight)) > (other.end, abs(other.weight)):
                best[key] = found
        return Seen(
            folded,
            tuple(words),
            tags,
            spoken,
            {field: tuple(_longest(best.values())) for field, best in by_field.items()},
            text.count("://"),
        )

    def _find(self, folded: str, words: list[Word]) -> Iterator[Hit[Sense]]:
        yield from self._lexicon.find(folded, words)
        if self._beside is not None:
            yield from self._beside._find(folded, words)

    def _known(self) -> frozenset[str]:
        return _known_in_tags() if self._beside is None else self._beside._known()


def own_key(label: str) -> str | None:
    """The key of the company's department that a term is the company's own word of; None for one that all share."""
    return label[1:] if label.startswith("=") else None


def _own(key: str) -> str:
    return f"={key}"


_ANYWHERE = ("ja", "zh", "tl")
"""Languages whose words count in any post: the script of some tells already that they are meant, and they share many; Tagalog is
written among English, and no post is said to be in it."""


def _share(language: str, spoken: str, text: str) -> float:
    """What remains of a term's weight in a post of another language: long ones hardly meet by chance."""
    if not language or not spoken or language == spoken or language in _ANYWHERE:
        return 1.0
    if language == "en":
        return ENGLISH_ELSEWHERE
    return FOREIGN if len(text) < _LONG else FOREIGN_LONG


def _longest(found: Iterable[Found]) -> Iterator[Found]:
    """Without those that stand within a longer one."""
    reach, start = -1, -1
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if one.end > reach:
            reach, start = one.end, one.start
        elif (one.start, one.end) != (start, reach):
            continue
        yield one


# Taking a post apart -------------------------------------------------------------------------------------------------

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|(?<!\w)@\w+|\b[A-Za-z]{1,4}-?\d{3,}\b")
"""Links, names of accounts, and numbers of orders, flights and tickets, whose letters are no words."""

_HASHTAG = re.compile(r"[#＃](\w{2,60})")
_PARTS = re.compile(r"[A-ZÀ-ÞŻŁŚĆŹ]{2,}(?![a-zß-ÿżźćńółęąś])|[A-ZÀ-ÞŻŁŚĆŹ]?[a-zß-ÿżźćńółęąś]+|\d+|[^\W\d_]+")


def _opened(text: str, known: frozenset[str]) -> tuple[str, tuple[str, ...]]:
    """The text with its hashtags parted into words, without links, names of accounts and numbers of orders; and the hashtags."""
    if "&" in text and ";" in text:
        text = html.unescape(text)
    text = _ADDRESS.sub(" ", text)
    if "#" not in text and "＃" not in text:
        return text, ()
    tags: dict[str, None] = {}

    def parted(match: re.Match[str]) -> str:
        tags[match[1].casefold()] = None
        return f" {_parted(match[1], known)} "

    return _HASHTAG.sub(parted, text), tuple(tags)


@lru_cache(maxsize=4096)
def _parted(tag: str, known: frozenset[str]) -> str:
    """`CityFire` and `cityfire` as `city fire`; what is not known to be a word stays in one piece."""
    return " ".join(" ".join(_segments(plain(fold(part)), known)) for part in _PARTS.findall(tag))


_SHORTEST, _LONGEST = 3, 16


def _segments(word: str, known: frozenset[str]) -> list[str]:
    """A row of letters as words that are known, with as few letters left over as can be, in as few pieces as can be."""
    if len(word) < 6 or word in known or not word.isalpha():
        return [word]
    best: list[tuple[int, int, int]] = [(0, 0, 0)]
    for end in range(1, len(word) + 1):
        left, pieces, _ = best[end - 1]
        options = [(left + 1, pieces + 1, end - 1)]
        for start in range(max(0, end - _LONGEST), end - 1):
            piece = word[start:end]
            if piece in known:
                left, pieces, _ = best[start]
                options.append((left, pieces + 1, start))
        best.append(min(options))
    if best[-1][0] * 2 > len(word):
        return [word]
    cuts, end = [], len(word)
    while end:
        start = best[end][2]
        cuts.append((start, end))
        end = start
    return list(_joined(word, cuts[::-1], known))


def _joined(word: str, cuts: list[tuple[int, int]], known: frozenset[str]) -> Iterator[str]:
    """The pieces, letters that are left over in one piece."""
    rest = ""
    for start, end in cuts:
        piece = word[start:end]
        if piece in known:
            if rest:
                yield rest
            rest = ""
            yield piece
        else:
            rest += piece
    if rest:
        yield rest


# What the files hold ---------------------------------------------------------------------------------------------------


def _terms(listed: str) -> Iterator[tuple[str, float]]:
    """`refund*:2, help` as terms with their weights."""
    for term in listed.split(","):
        name, _, weight = term.strip().rpartition(":")
        if name:
            yield name, float(weight)
        elif weight:
            yield weight, 1.0


@cache
def tables(name: str) -> dict[str, dict[str, str]]:
    """A file of words: for each label its lists by language."""
    parsed: dict[str, dict[str, str]] = tomllib.loads((WORDS / f"{name}.toml").read_text(encoding="utf-8"))
    return parsed


def listed(field: str, label: str, key: str) -> dict[str, float]:
    """The terms of one list of a file, with their weights."""
    return dict(_terms(tables(field).get(label, {}).get(key, "")))


@cache
def generic() -> Vocabulary:
    """The words that every company shares. Read once."""
    terms: dict[Sense, list[str]] = {}
    for field in FIELDS:
        for label, languages in tables(field).items():
            for language, row in languages.items():
                if language not in _NO_LANGUAGE:
                    for term, weight in _terms(row):
                        terms.setdefault(Sense(field, label, weight, language), []).append(term)
    return Vocabulary(terms)


def everybodys_words() -> set[str]:
    """Every word of the files' terms, without accents."""
    return generic().words


@cache
def frequent() -> dict[str, tuple[str, ...]]:
    """The most frequent words, each with its languages."""
    languages: dict[str, dict[str, None]] = {}
    for language in tables("common")["frequent"]:
        for word in listed("common", "frequent", language):
            languages.setdefault(plain(fold(word)), {})[language] = None
    return {word: tuple(known) for word, known in languages.items()}


@cache
def _negations() -> dict[str, frozenset[str]]:
    languages: dict[str, set[str]] = {}
    for language in tables("common")["negation"]:
        for word in listed("common", "negation", language):
            languages.setdefault(plain(fold(word)), set()).add(language)
    return {word: frozenset(known) for word, known in languages.items()}


def _says_no(word: str, spoken: str, negations: Mapping[str, frozenset[str]]) -> bool:
    languages = negations.get(word)
    return languages is not None and (not spoken or spoken in languages)


def _language(words: Iterable[Word]) -> str:
    """The language most frequent words are of, empty when it is not plain."""
    known = frequent()
    counted: Counter[str] = Counter()
    for word in words:
        counted.update(known.get(word.word, ()))
    (first, most), (_, next_most) = [*counted.most_common(2), ("", 0), ("", 0)][:2]
    return first if most >= 2 and most > next_most else ""


@cache
def _known_in_tags() -> frozenset[str]:
    """Words hashtags may be made of: of English lists, and single words of the others that are long enough not to meet by chance."""
    known: set[str] = set()
    for field in (*FIELDS, "common"):
        for languages in tables(field).values():
            for language, row in languages.items():
                if language in _NO_LANGUAGE:
                    continue
                for term, _ in _terms(row):
                    known.update(_tag_words(term, english=language == "en"))
    return frozenset(known)


def _tag_words(term: str, *, english: bool) -> Iterator[str]:
    for place in words_in(plain(fold(term.removesuffix("*")))):
        if place.word.isalpha() and len(place.word) >= (_SHORTEST if english else 6):
            yield place.word
