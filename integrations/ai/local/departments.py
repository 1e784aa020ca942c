"""Which departments a post concerns: words that every company shares, the company's own, and what its claims have taught."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Protocol

from bot.domain.learning import USUAL
from bot.domain.lexicon import Lexicon, fold, tokens
from bot.domain.triage import Guess, Why
from integrations.ai.local.vocabulary import Seen, everybodys_words, frequent, listed, own_key, tables

GENERIC = ("support", "operations", "logistics", "sales", "product", "people", "marketing", "legal")
"""Departments every company is taken to have, those first that most posts concern."""

_EXPECTED = {"support": 1.0, "operations": 0.6, "logistics": 0.2, "sales": 0.2, "product": 0.2, "people": 0.1}
"""What speaks for a department before a word is read: customers write to support about whatever it is."""

_SHARPNESS = 0.7
_ENOUGH = 2.5
"""Weight of words at which a ranking is worth about two thirds of its confidence."""

MOST_LEARNED = 6.0
"""What has been learned speaks for or against a department by so much at most, however many words of a post it knows."""


EVERYBODYS = 0.2
"""In what share of posts a word of the files stands, more often than others: `help` must not speak for whoever learned first."""


class Learned(Protocol):
    """What a company's own claims and passes have taught."""

    def said(self, token: str, usual: float) -> Mapping[str, float]:
        """How strongly a word speaks for each department; empty for one nothing is known of.

        `usual` is in what share of all companies' posts it stands.
        """
        ...


class Departments:
    """The departments of one company, or all that are known generically."""

    def __init__(self, departments: Mapping[str, str] | None = None, learned: Learned | None = None) -> None:
        """`departments` gives each one's key and what people call it, in the order that decides ties."""
        named = dict.fromkeys(GENERIC, "") if departments is None else departments
        self._like = {key: generic_of(key, name) for key, name in named.items()}
        self._learned = learned

    def rank(self, seen: Seen) -> tuple[Guess, ...]:
        """Every department, best first. Where hardly anything speaks, the likeliest ones, with little confidence."""
        learned = self._said(seen)
        scores = {
            key: sum(spoken.values()) + sum(weight for _, weight in learned.get(key, ()))
            for key, spoken in self._spoken(seen).items()
        }
        said = sum(max(0.0, score) for score in scores.values())
        sure = 1 - 0.85 * math.exp(-said / _ENOUGH)
        for key, like in self._like.items():
            scores[key] += _EXPECTED.get(like, 0.0)
        highest = max(scores.values(), default=0.0)
        shares = {key: math.exp(_SHARPNESS * (score - highest)) for key, score in scores.items()}
        whole = sum(shares.values())
        ranked = sorted(shares, key=lambda key: -shares[key])
        # The root of it is about how often the first one is right, measured on complaints (tests/triage/departments.py).
        return tuple(Guess(key, round(math.sqrt(sure * shares[key] / whole), 3)) for key in ranked)

    def why(self, seen: Seen) -> tuple[Why, ...]:
        """The words that spoke for each department, strongest first; those for which none did are left out."""
        learned = self._said(seen)
        reasons = (
            Why("departments", key, _strongest(spoken.items()), _strongest(learned.get(key, ())))
            for key, spoken in self._spoken(seen).items()
            if spoken or key in learned
        )
        return tuple(sorted(reasons, key=lambda why: -sum(weight for _, weight in (*why.words, *why.learned))))

    def _spoken(self, seen: Seen) -> dict[str, dict[str, float]]:
        """For each department the known words of the post that speak for it, each once."""
        generic: dict[str, dict[str, float]] = {}
        for label, text, weight in _generic(seen):
            known = generic.setdefault(label, {})
            if weight:
                known[text] = max(known.get(text, weight), weight)
        spoken = {key: dict(generic.get(like, {})) for key, like in self._like.items()}
        for found in seen.of("departments"):
            if (key := own_key(found.label)) in spoken:
                spoken[key][found.text] = found.weight
        return spoken

    def _said(self, seen: Seen) -> dict[str, list[tuple[str, float]]]:
        """For departments the words of the post that were learned to speak for them or against them."""
        if self._learned is None:
            return {}
        known = everybodys_words()
        rows: dict[str, list[tuple[str, float]]] = {}
        for root, word in _roots(seen).items():
            for key, weight in self._learned.said(root, EVERYBODYS if word in known else USUAL).items():
                if key in self._like:
                    rows.setdefault(key, []).append((word, weight))
        return {key: _bounded(row) for key, row in rows.items()}


def _bounded(row: list[tuple[str, float]]) -> list[tuple[str, float]]:
    total = abs(sum(weight for _, weight in row))
    share = min(1.0, MOST_LEARNED / total) if total else 1.0
    return [(word, weight * share) for word, weight in row]


def _strongest(words: Iterable[tuple[str, float]]) -> tuple[tuple[str, float], ...]:
    return tuple(sorted(words, key=lambda word: -abs(word[1])))


def telling(seen: Seen) -> tuple[str, ...]:
    """The words of a post that something can be learned from, without their endings, each once: for `Learning.learn`."""
    return tuple(_roots(seen))


_ROOT = 6


def _roots(seen: Seen) -> dict[str, str]:
    """The words that not everybody uses all the time, by their beginnings, so that the plural is the same word."""
    common = frequent()
    return {word[:_ROOT]: word for word in tokens(seen.words) if word not in common}


def _generic(seen: Seen) -> Iterator[tuple[str, str, float]]:
    """What speaks for a department that is known: its words, and the topics it looks after.

    Where departments' words say whom it concerns, topics say it no second time, but for those that have no words.
    """
    taken: list[tuple[int, int]] = []
    for found in seen.of("departments"):
        if own_key(found.label) is None:
            taken.append((found.start, found.end))
            yield found.label, found.text, found.weight
    looked_after = _looked_after()
    for found in seen.of("topics"):
        told = any(start < found.end and found.start < end for start, end in taken)
        for label, share in looked_after.get(found.label, ()):
            if not told or label not in GENERIC:
                yield label, found.text, found.weight * share


@cache
def _looked_after() -> dict[str, tuple[tuple[str, float], ...]]:
    """For each topic the departments that look after it, and by how much of its weight it speaks for each."""
    topics: dict[str, list[tuple[str, float]]] = {}
    for label in tables("departments"):
        for topic, share in listed("departments", label, "topics").items():
            topics.setdefault(topic, []).append((label, share))
    return {topic: tuple(row) for topic, row in topics.items()}


def generic_of(key: str, name: str) -> str:
    """Which of the known departments a company's own is, by its key or what people call it; empty for none of them."""
    if key in tables("departments"):
        return key
    names = _names()
    for called in (key.replace("-", " ").replace("_", " "), name):
        hits = names.find(fold(called))
        if hits:
            return max(hits, key=lambda hit: len(hit.found)).label
    return ""


@cache
def _names() -> Lexicon[str]:
    return Lexicon({label: _called(label) for label in tables("departments")})


def _called(label: str) -> Iterable[str]:
    return listed("departments", label, "names")
