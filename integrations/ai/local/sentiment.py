"""How a post is meant: a linear model of words for English, a count of words for other languages."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final
from zlib import crc32

from bot.domain.triage import Guess, Mood
from integrations.ai.local.features import TABLE, Clues, clues, place, places_of, share
from integrations.ai.local.foreign_mood import findings
from integrations.ai.local.lexicon import Lexicon, english
from integrations.ai.local.weights import FILE, Weights, unpacked

NAMED = 5
"""How many words `explain` names at most."""

_FAINT = 20
"""What weighs so many times less than the heaviest word is not worth naming."""
_KEPT_WORDS = 30_000
_MOODS: Final[tuple[Mood, Mood, Mood]] = ("negative", "neutral", "positive")
# What the lexicon alone accounts for; the words it knows are named in their place.
_OF_LEXICON: Final[tuple[str, ...]] = (
    *("balance", "sum-", "good-", "bad-", "best-", "worst-", "praise-", "complaint-", "mixed", "after-but"),
    *("begins-good", "begins-bad", "ends-good", "ends-bad"),
)
_UNNAMED = ("length-", "begins-asking", "link", "negation")
_NAMES = {
    "exclamation": "!",
    "exclamations": "!!",
    "question": "?",
    "questions": "??",
    "ends-asking": "ends with ?",
    "stretched": "stretched letters",
    "some-capitals": "CAPITALS",
    "all-capitals": "all in CAPITALS",
    "glad-emoji": "glad emoji",
    "cross-emoji": "cross emoji",
}

Sums = tuple[float, float]
Words = tuple[tuple[str, float], ...]


class SentimentModel:
    """Reads the mood of a text. One for the whole process; `load` takes a few hundredths of a second."""

    def __init__(self, weights: Weights, lexicon: Lexicon) -> None:
        self._weights = weights
        self._lexicon = lexicon
        self._table = weights.signed
        self._words: dict[str, tuple[int, int, int]] = {}

    @classmethod
    def load(cls) -> SentimentModel:
        """The model as it ships."""
        return cls(unpacked(FILE.read_bytes()), english())

    def read(self, text: str, language: str, implied: Words = ()) -> tuple[Guess, float]:
        """The mood of a text in a language (ISO 639-1) and how sure it is, and a score from -1 (bad) to 1 (good).

        Outside English `implied` decides where the text has no words of mood: other words, each with what it weighs.
        """
        if not self._is_english(text, language):
            return _counted(sum(weight for _, weight in findings(text, language) or implied))
        negative, neutral, positive = self.shares(text)
        best = max(negative, neutral, positive)
        mood = _MOODS[(negative, neutral, positive).index(best)]
        return Guess(mood, best), positive - negative

    def shares(self, text: str) -> tuple[float, float, float]:
        """How sure it is of each mood of an English text: negative, neutral, positive; together 1."""
        negative, positive = self._sums(clues(text, self._lexicon))
        heat = self._weights.heat
        powers = (math.exp(negative / heat), 1.0, math.exp(positive / heat))
        total = sum(powers)
        return powers[0] / total, powers[1] / total, powers[2] / total

    def explain(self, text: str, language: str, implied: Words = ()) -> Words:
        """The words, pairs of words and marks that spoke for the mood `read` finds, those that weigh most first."""
        mood = self.read(text, language, implied)[0].name
        if not self._is_english(text, language):
            side = {"negative": -1, "neutral": 0, "positive": 1}[mood]
            spoke = [(word, weight * side) for word, weight in findings(text, language) or implied]
        else:
            spoke = [(name, _for(mood, sums)) for name, sums in self._spoken(clues(text, self._lexicon))]
        together: dict[str, float] = {}
        for name, weight in spoke:
            together[name] = together.get(name, 0.0) + weight
        heaviest = sorted(together.items(), key=lambda said: -said[1])[:NAMED]
        return tuple((name, round(weight, 3)) for name, weight in heaviest if weight > heaviest[0][1] / _FAINT)

    def _is_english(self, text: str, language: str) -> bool:
        """Is a text to be read as English? Also where its language was taken for another, as happens to short texts."""
        if language == "en":
            return True
        words = text.lower().replace("’", "'").split()
        return 4 * sum(word in self._lexicon.common for word in words) >= max(len(words), 4)

    def _sums(self, found: Clues) -> Sums:
        table, known = self._table, self._words
        negative = positive = 0
        count = len(found.pairs)
        for word in found.words:
            of_word = known.get(word) or self._learn(word)
            negative += of_word[0]
            positive += of_word[1]
            count += of_word[2]
        for pair in found.pairs:
            at = 2 * (crc32(pair.encode()) % TABLE)  # place(), which would be called too often here
            negative += table[at]
            positive += table[at + 1]
        each = share(count) * self._weights.unit
        of_marks = self._marks(found.marks)
        bias = self._weights.bias
        return negative * each + of_marks[0] + bias[0], positive * each + of_marks[1] + bias[1]

    def _learn(self, word: str) -> tuple[int, int, int]:
        """What a word and its pieces add, and how many they are; kept for the next text."""
        at = [2 * found for found in places_of(word)]
        sums = (sum(self._table[i] for i in at), sum(self._table[i + 1] for i in at), len(at))
        if len(self._words) >= _KEPT_WORDS:
            self._words.clear()
        self._words[word] = sums
        return sums

    def _marks(self, marks: dict[str, float]) -> Sums:
        weights = self._weights.marks
        negative = positive = 0.0
        for name, strength in marks.items():
            of_mark = weights[name]
            negative += of_mark[0] * strength
            positive += of_mark[1] * strength
        return negative, positive

    def _spoken(self, found: Clues) -> Iterator[tuple[str, Sums]]:
        """What each word, pair and mark adds. What the lexicon's marks add is told of the words it knows."""
        learned = [self._learn(word) for word in found.words]
        each = share(sum(count for _, _, count in learned) + len(found.pairs)) * self._weights.unit
        for word, (negative, positive, _) in zip(found.words, learned, strict=True):
            yield word, (negative * each, positive * each)
        for pair in found.pairs:
            at = 2 * place(pair)
            if pair[0].isalpha() and pair[-1].isalpha():
                yield pair, (self._table[at] * each, self._table[at + 1] * each)
        of_lexicon = {name: strength for name, strength in found.marks.items() if name.startswith(_OF_LEXICON)}
        for name, strength in found.marks.items():
            if name not in of_lexicon and not name.startswith(_UNNAMED):
                yield _NAMES.get(name, name), self._marks({name: strength})
        negative_sum, positive_sum = self._marks(of_lexicon)
        bad, good = ([max(0.0, sign * valence) for valence in found.valences] for sign in (-1, 1))
        for word, of_bad, of_good in zip(found.words, bad, good, strict=True):
            if of_bad:
                yield word, (negative_sum * of_bad / sum(bad), 0.0)
            if of_good:
                yield word, (0.0, positive_sum * of_good / sum(good))


def _for(mood: str, sums: Sums) -> float:
    """How much sums speak for a mood rather than for the other two."""
    negative, positive = sums
    if mood == "negative":
        return negative - positive / 2
    return positive - negative / 2 if mood == "positive" else -(negative + positive) / 2


def _counted(weight: float) -> tuple[Guess, float]:
    """The mood of counted words. Counting is right too seldom to be relied on, so it is never said to be sure."""
    score = weight / (abs(weight) + 2)
    if not weight:
        return Guess("neutral", 0.36), 0.0
    return Guess("negative" if weight < 0 else "positive", 0.36 + 0.12 * min(1.0, abs(weight) / 4)), score
