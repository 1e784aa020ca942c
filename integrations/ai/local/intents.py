"""What somebody wants who writes: complains, asks, praises, has an idea, would buy, is about to leave, advertises; or a crisis."""

from __future__ import annotations

import math
from collections.abc import Iterator

from bot.domain.triage import Guess, Intent, Why
from integrations.ai.local.crisis import CrisisWords
from integrations.ai.local.vocabulary import Found, Seen

LISTED = 0.3
"""An intent below this confidence is not listed; a crisis not below one half: it sets much in motion."""

_BAR, _STEEPNESS = 2.0, 1.4
_MOST = 6.0
_WORDED = (Intent.COMPLAINT, Intent.QUESTION, Intent.PRAISE, Intent.IDEA, Intent.PURCHASE, Intent.CHURN, Intent.SPAM)

_TURNED = {Intent.PRAISE: (Intent.COMPLAINT, 0.9), Intent.COMPLAINT: (Intent.PRAISE, 0.4)}
"""What a word tells after a `not`, and by how much of its weight: `not great` complains, `no complaints` praises a little."""

_TROUBLES = {
    "delay": 0.7, "cancellation": 0.5, "damage": 0.7, "waiting time": 0.7, "fraud": 0.7, "cleanliness": 0.4, "refund": 0.4,
    "billing": 0.4, "luggage": 0.4, "reaching you": 0.4, "returns": 0.3, "login": 0.3, "connection": 0.4,
}  # fmt: skip
"""Topics that posts seldom praise, and what each adds to a complaint."""

_MOST_TROUBLE = 1.2
_HASHTAGS_OF_SPAM = 8


class Intents:
    """Finds intents by words, marks and mood."""

    def __init__(self) -> None:
        self._crisis = CrisisWords()

    def rank(self, seen: Seen, mood: float | None = None) -> tuple[Guess, ...]:
        """What the post wants, surest first, several where it wants several; `mood` from -1 (bad) to 1 (good) where it is known."""
        guesses = [
            Guess(intent.value, round(_sure(reasons), 3))
            for intent, reasons in self._reasons(seen, mood).items()
            if reasons
        ]
        guesses = [guess for guess in guesses if guess.confidence >= LISTED]
        if (crisis := self._crisis.judge(seen)).confidence >= 0.5:
            guesses.append(crisis)
        return tuple(sorted(guesses, key=lambda guess: -guess.confidence))

    def why(self, seen: Seen, mood: float | None = None) -> tuple[Why, ...]:
        """What spoke for each intent that `rank` lists, in its order."""
        reasons = self._reasons(seen, mood)
        return tuple(
            self._crisis.why(seen)
            if guess.name == Intent.CRISIS
            else Why(
                "intents", guess.name, tuple(sorted(reasons[Intent(guess.name)], key=lambda reason: -abs(reason[1])))
            )
            for guess in self.rank(seen, mood)
        )

    def _reasons(self, seen: Seen, mood: float | None) -> dict[Intent, list[tuple[str, float]]]:
        words: dict[Intent, dict[str, float]] = {intent: {} for intent in _WORDED}
        for found in seen.of("intents"):
            intent, weight = _meant(seen, found)
            words[intent][found.text] = max(words[intent].get(found.text, weight), weight)
        reasons = {intent: list(row.items()) for intent, row in words.items()}
        reasons[Intent.COMPLAINT] += _trouble(seen)
        reasons[Intent.QUESTION] += _question_marks(seen, bool(reasons[Intent.COMPLAINT]))
        if reasons[Intent.SPAM]:
            reasons[Intent.SPAM] += _advertised(seen)
        if mood is not None:
            _add_mood(reasons, mood)
        return reasons


def _sure(reasons: list[tuple[str, float]]) -> float:
    score = min(_MOST, sum(weight for _, weight in reasons))
    return 1 / (1 + math.exp(-_STEEPNESS * (score - _BAR)))


def _meant(seen: Seen, found: Found) -> tuple[Intent, float]:
    intent = Intent(found.label)
    if intent in _TURNED and seen.negated(found):
        turned, share = _TURNED[intent]
        return turned, found.weight * share
    return intent, found.weight


def _trouble(seen: Seen) -> Iterator[tuple[str, float]]:
    """Topics that posts are seldom glad about, each once."""
    left = _MOST_TROUBLE
    for topic in dict.fromkeys(found.label for found in seen.of("topics")):
        if (weight := min(left, _TROUBLES.get(topic, 0.0))) > 0:
            left -= weight
            yield f"about {topic}", weight


def _question_marks(seen: Seen, complains: bool) -> Iterator[tuple[str, float]]:
    """A question mark asks; several, or one that shouts, ask less than they complain."""
    text = seen.folded
    if "?" not in text and "؟" not in text and "¿" not in text:
        return
    shouted = "??" in text or "?!" in text or "!?" in text
    yield "?", 1.5 if shouted and complains else 2.2


def _advertised(seen: Seen) -> Iterator[tuple[str, float]]:
    if seen.links:
        yield "a link", 0.6
    if len(seen.hashtags) >= _HASHTAGS_OF_SPAM:
        yield "many hashtags", 1.0


def _add_mood(reasons: dict[Intent, list[tuple[str, float]]], mood: float) -> None:
    """A bad mood complains and does not praise, a good one the other way round; a neutral one does neither much."""
    if mood < 0:
        reasons[Intent.COMPLAINT].append(("mood", -3.8 * mood))
        reasons[Intent.PRAISE].append(("mood", 2.4 * mood))
    elif mood > 0:
        reasons[Intent.PRAISE].append(("mood", 2.6 * mood))
        reasons[Intent.COMPLAINT].append(("mood", -2.6 * mood))
