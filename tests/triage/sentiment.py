"""Mood, beside VADER: macro-recall on posts to airlines and on the GoEmotions test, how honest the certainty is, speed."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from bot.domain.triage import Mood
from integrations.ai.local.sentiment import SentimentModel
from integrations.ai.local.training import comments, trained_on
from integrations.ai.local.weights import FILE
from tests.triage.data import GOEMOTIONS, airline, needed
from tests.triage.report import Line

MOODS: tuple[Mood, Mood, Mood] = ("negative", "neutral", "positive")
AHEAD = 8.0
"""How many points above VADER the airline posts must be read."""

Example = tuple[str, Mood]


def measure(data: Path) -> list[Line]:
    """The figures of mood."""
    model = SentimentModel.load()
    vader = SentimentIntensityAnalyzer()

    def ours(text: str) -> str:
        return model.read(text, "en")[0].name

    def theirs(text: str) -> str:
        balance = vader.polarity_scores(text)["compound"]
        return "positive" if balance >= 0.05 else "negative" if balance <= -0.05 else "neutral"

    posts = [(post.text, post.mood) for post in airline(data)]
    test = [(text, MOODS[mood]) for text, mood in comments(needed(data, f"{GOEMOTIONS}/test.tsv"))]
    texts = [text for text, _ in posts]
    return [
        *_recalls("airline posts", posts, ours, theirs, least=65.0, ahead=AHEAD),
        *_recalls("GoEmotions test", test, ours, theirs, least=0.0, ahead=0.0),
        Line("sentiment", "GoEmotions test: error of certainty", _error_of_certainty(model, test), 5.0, better="lower"),
        Line("sentiment", "posts a second", _per_second(ours, texts), 5000.0, _per_second(theirs, texts)),
        Line("sentiment", "weights are what training gives", float(_weights_are_trained(data)), 1.0),
    ]


def _recalls(
    name: str,
    examples: Sequence[Example],
    ours: Callable[[str], str],
    theirs: Callable[[str], str],
    *,
    least: float,
    ahead: float,
) -> list[Line]:
    """Macro-recall, which must be `ahead` of VADER's and at least `least`, and the recall of each mood."""
    own, vaders = ([_recall(examples, read, mood) for mood in MOODS] for read in (ours, theirs))
    goal = max(least, sum(vaders) / 3 + ahead)
    return [
        Line("sentiment", f"{name}: macro-recall", sum(own) / 3, goal, sum(vaders) / 3),
        *(
            Line("sentiment", f"{name}: recall of {mood}", mine, None, vader)
            for mood, mine, vader in zip(MOODS, own, vaders, strict=True)
        ),
    ]


def _recall(examples: Sequence[Example], read: Callable[[str], str], mood: Mood) -> float:
    """Of the texts of a mood, how many in a hundred are read as such."""
    texts = [text for text, meant in examples if meant == mood]
    return 100 * sum(read(text) == mood for text in texts) / max(1, len(texts))


def _error_of_certainty(model: SentimentModel, examples: Sequence[Example]) -> float:
    """By how many points certainty and share of right findings differ, over ten steps of certainty, each as it is filled."""
    steps: dict[int, list[tuple[float, bool]]] = {}
    for text, mood in examples:
        guess, _ = model.read(text, "en")
        steps.setdefault(int(guess.confidence * 10), []).append((guess.confidence, guess.name == mood))
    off = sum(abs(sum(sure for sure, _ in step) - sum(right for _, right in step)) for step in steps.values())
    return 100 * off / len(examples)


def _per_second(read: Callable[[str], str], texts: Sequence[str]) -> float:
    """Posts a second of one core's time, whatever else the machine does: the best of three goes."""
    best = 0.0
    for _ in range(3):
        begun = time.process_time()
        for text in texts:
            read(text)
        best = max(best, len(texts) / (time.process_time() - begun))
    return best


def _weights_are_trained(data: Path) -> bool:
    """Does training on the pinned data give the weights that ship, to the byte? Takes some ten seconds."""
    return trained_on(needed(data, GOEMOTIONS)) == FILE.read_bytes()
