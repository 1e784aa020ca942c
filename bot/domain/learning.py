"""What a company's own claims and passes teach about who takes which posts. Pure, in small steps, and easily undone.

Words are kept as numbers of 32 bits made with a key, so that nothing a customer wrote can be read from them, nor tried out
by whoever has the numbers alone. Of each word it is counted in how many posts it stood that a department took; what it says for the department is how much likelier it is in those
than in the others' (the logarithm of that), smoothed and bounded.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b

MOST_WORDS = 20_000
"""So many words are kept at most; the rarest go first."""

STRONGEST = 3.0
"""What one word can say for or against a department at most, however often it was seen."""

USUAL = 0.03
"""In what share of posts a word stands that nothing is known of."""

MOST_POSTS = 4_000
"""All counts are halved beyond so many posts: what was taught lately weighs more than what was taught long ago."""

FEWEST_POSTS = 10
"""Before so many posts were taken, nothing is believed."""

_IMAGINED = 30
"""Posts of others that are imagined beside those counted, with each word as often in them as is usual."""

_DOUBT = 4
"""Posts a word, or a department, must have been seen with before about half of what they say is believed."""

_SHORTEST = 3
"""Shorter words of a script with letters say nothing about who should see a post."""


_NO_KEY = b""
"""Numbers as they were before there were keys."""


def number(token: str, key: bytes = _NO_KEY) -> int:
    """What is kept instead of a word."""
    without = int.from_bytes(blake2b(token.encode("utf-8", "replace"), digest_size=4).digest(), "big")
    return with_key(without, key) if key else without


def with_key(without: int, key: bytes) -> int:
    """The number that stands for a word under a key, from its number without one: those kept so far need no words for it."""
    return int.from_bytes(blake2b(without.to_bytes(4, "big"), digest_size=4, key=key).digest(), "big")


def numbers(tokens: Iterable[str], key: bytes = _NO_KEY) -> frozenset[int]:
    """What is kept of one post's words: those that can tell something, each once."""
    return frozenset(number(token, key) for token in tokens if _tells(token))


@dataclass(frozen=True, slots=True)
class Taught:
    """What a word of the post at hand says for a department, and in how many posts it was seen."""

    word: str
    weight: float
    posts: float


class Learning:
    """In how many posts that each department took each word stood."""

    def __init__(
        self,
        posts: dict[str, float] | None = None,
        words: dict[int, dict[str, float]] | None = None,
        key: bytes | None = _NO_KEY,
    ) -> None:
        """`posts` and `words` are what was counted before, to be taken up and changed: nothing is copied.

        `key` is that of the words' numbers. Without it (None) nothing can be read or learned.
        """
        self._key = key
        self._taken: dict[str, float] = posts if posts is not None else {}
        self._seen: dict[int, dict[str, float]] = words if words is not None else {}

    @property
    def posts(self) -> Mapping[str, float]:
        """How many posts each department took."""
        return self._taken

    @property
    def words(self) -> Mapping[int, Mapping[str, float]]:
        """Of each word's number, in how many posts it stood that each department took."""
        return self._seen

    def numbers(self, tokens: Iterable[str]) -> frozenset[int]:
        """What is kept of one post's words here; nothing without a key."""
        return numbers(tokens, self._key) if self._key is not None else frozenset()

    def learn(self, tokens: Iterable[str], department: str, weight: float = 1.0) -> None:
        """One post's words, and who took it; a weight of -1 for a department that passed it on. Words that repeat count once."""
        self.count(self.numbers(tokens), department, weight)

    def count(self, words: Collection[int], department: str, weight: float = 1.0) -> None:
        """As `learn`, with what `self.numbers` gave."""
        if not words or not math.isfinite(weight):
            return
        weight = max(-1.0, min(1.0, weight))
        _add(self._taken, department, weight)
        for each in words:
            _add(self._seen.setdefault(each, {}), department, weight)
        if sum(self._taken.values()) > MOST_POSTS:
            self._fade()
        if len(self._seen) > MOST_WORDS:
            self._drop_rare()

    def weight(self, department: str, token: str, usual: float = USUAL) -> float:
        """How strongly a word speaks for a department, within ±`STRONGEST`; 0 for what nothing is known of.

        `usual` is the share of all companies' posts that the word stands in: one that everybody uses must be seen with
        other departments before it can speak for one of them.
        """
        seen = self._of(token)
        return self._odds(department, seen, usual) if seen else 0.0

    def said(self, token: str, usual: float = USUAL) -> dict[str, float]:
        """What `weight` gives for every department that the word speaks for or against."""
        seen = self._of(token)
        if not seen:
            return {}
        weights = ((department, self._odds(department, seen, usual)) for department in self._taken)
        return {department: weight for department, weight in weights if weight}

    def explain(self, department: str, tokens: Iterable[str], usual: float = USUAL) -> tuple[Taught, ...]:
        """The words of a post that were learned to speak for or against a department, strongest first."""
        known = ((token, self._of(token)) for token in dict.fromkeys(tokens))
        taught = [
            Taught(token, self._odds(department, seen, usual), sum(seen.values())) for token, seen in known if seen
        ]
        return tuple(sorted((one for one in taught if one.weight), key=lambda one: -abs(one.weight)))

    def reset(self, department: str | None = None) -> None:
        """Forget everything, or what was learned of one department."""
        if department is None:
            self._taken.clear()
            self._seen.clear()
            return
        self._taken.pop(department, None)
        for seen in self._seen.values():
            seen.pop(department, None)
        self._seen = {each: seen for each, seen in self._seen.items() if seen}

    def __len__(self) -> int:
        return len(self._seen)

    def _of(self, token: str) -> Mapping[str, float] | None:
        return self._seen.get(number(token, self._key)) if self._seen and self._key is not None else None

    def _odds(self, department: str, seen: Mapping[str, float], usual: float) -> float:
        taken, everything = self._taken.get(department, 0.0), sum(self._taken.values())
        if everything < FEWEST_POSTS or taken <= 0:
            return 0.0
        here, posts = seen.get(department, 0.0), sum(seen.values())
        elsewhere = (posts - here + _IMAGINED * usual) / (everything - taken + _IMAGINED)
        share = (here + _DOUBT * elsewhere) / (taken + _DOUBT)
        believed = posts / (posts + _DOUBT)
        return max(-STRONGEST, min(STRONGEST, believed * math.log(share / elsewhere)))

    def _fade(self) -> None:
        """Halve every count; what was seen once and long ago goes."""
        self._taken = {key: count / 2 for key, count in self._taken.items()}
        halved = ((each, {key: count / 2 for key, count in seen.items()}) for each, seen in self._seen.items())
        self._seen = {each: seen for each, seen in halved if sum(seen.values()) > 0.5}

    def _drop_rare(self) -> None:
        """The rarest tenth goes."""
        ranked = sorted(self._seen, key=lambda each: sum(self._seen[each].values()))
        for each in ranked[: max(1, MOST_WORDS // 10)]:
            del self._seen[each]


def _add(counts: dict[str, float], department: str, weight: float) -> None:
    counts[department] = max(0.0, counts.get(department, 0.0) + weight)


def _tells(token: str) -> bool:
    return (len(token) >= _SHORTEST or not token.isascii()) and not token.isdigit()
