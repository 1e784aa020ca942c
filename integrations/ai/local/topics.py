"""What a post is about: general topics, the company's own, and its hashtags."""

from __future__ import annotations

import math

from bot.domain.triage import HASHTAG as SIGN
from bot.domain.triage import Guess, Why
from integrations.ai.local.vocabulary import Seen, tables

MOST = 6
"""So many topics are listed at most."""

HASHTAG = 0.25
"""How sure a hashtag alone makes that the post is about it: people coin them for fun, too."""

LEAST = 0.2
"""Topics less sure than this are not listed."""

_ENOUGH = 2.0
"""Weight of words at which a topic is about two thirds sure."""


def built_in() -> tuple[str, ...]:
    """The names of the topics that every company has."""
    return tuple(tables("topics"))


class Topics:
    """Finds topics by words."""

    def rank(self, seen: Seen) -> tuple[Guess, ...]:
        """The topics of the post, surest first, hashtags last; each once."""
        sure = {name: 1 - math.exp(-sum(words.values()) / _ENOUGH) for name, words in _by_topic(seen).items()}
        for tag in seen.hashtags:
            if tag not in sure:
                sure[f"{SIGN}{tag}"] = HASHTAG
        ranked = sorted((name for name in sure if sure[name] >= LEAST), key=lambda name: -sure[name])
        return tuple(Guess(name, round(sure[name], 3)) for name in ranked[:MOST])

    def why(self, seen: Seen) -> tuple[Why, ...]:
        """The words that named each topic, in the order of `rank`."""
        topics = _by_topic(seen)
        return tuple(
            Why("topics", guess.name, tuple(topics.get(guess.name, {guess.name: HASHTAG}).items()))
            for guess in self.rank(seen)
        )


def _by_topic(seen: Seen) -> dict[str, dict[str, float]]:
    """The words of each topic, each once."""
    topics: dict[str, dict[str, float]] = {}
    for found in seen.of("topics"):
        if found.weight <= 0:
            continue
        words = topics.setdefault(found.label, {})
        words[found.text] = max(words.get(found.text, 0.0), found.weight)
    return topics
