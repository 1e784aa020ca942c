"""What triage makes of a post: findings, each with how sure it is, and why. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal

Mood = Literal["negative", "neutral", "positive"]
Urgency = Literal["urgent", "normal"]

UNSURE = 0.5
"""A finding below this is said to be unsure rather than relied on; posts with such findings are worth a second reading."""


class Intent(StrEnum):
    """What somebody wants who writes to a company, or what it is about."""

    COMPLAINT = "complaint"
    QUESTION = "question"
    PRAISE = "praise"
    IDEA = "idea"
    PURCHASE = "purchase"
    CHURN = "churn"
    CRISIS = "crisis"
    SPAM = "spam"


@dataclass(frozen=True, slots=True)
class Guess:
    """A finding: its name in lower case (a language's ISO 639-1 code, a department's key …), and 0 to 1 how sure it is."""

    name: str
    confidence: float


@dataclass(frozen=True, slots=True)
class PersonalData:
    """Where in a text something stands that tells of a person: `text[start:end]`, in characters."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found in one text. Lists are best first and hold no name twice.

    `language` is always the best guess. `score` is the mood from -1 (bad) to 1 (good), `mood` its class. `urgent_for`
    says in words why it cannot wait, as `danger: “caught fire”`. `by` names who read it: `local`, or the model.
    """

    language: Guess
    mood: Guess
    score: float
    urgency: Guess
    intents: tuple[Guess, ...] = ()
    departments: tuple[Guess, ...] = ()
    topics: tuple[Guess, ...] = ()
    personal: tuple[PersonalData, ...] = ()
    urgent_for: str | None = None
    by: str = "local"

    def intent(self, name: Intent) -> float:
        """How sure it is that the post has this intent; 0 when it was not found."""
        return next((guess.confidence for guess in self.intents if guess.name == name), 0.0)


def is_urgent(reading: Reading) -> bool:
    """Can it not wait?"""
    return reading.urgency.name == "urgent" and reading.urgency.confidence >= UNSURE


def sure_score(reading: Reading | None) -> float | None:
    """The mood from -1 to 1 where triage is sure of it."""
    return reading.score if reading is not None and reading.mood.confidence >= UNSURE else None


MOST_SUGGESTED = 2
"""So many departments are suggested at most: a longer list suggests nothing."""


def suggested(reading: Reading) -> tuple[str, ...]:
    """Keys of the departments that a post speaks to: those that triage is sure of."""
    sure = [guess.name for guess in reading.departments if guess.confidence >= UNSURE]
    return tuple(sure[:MOST_SUGGESTED])


HASHTAG = "#"
"""How topics begin that are the customer's own words."""


def theme(reading: Reading) -> str | None:
    """The topic that a post is counted under: the surest one, a hashtag only where there is no other."""
    sure = [topic.name for topic in reading.topics if topic.confidence >= UNSURE]
    return next((name for name in sure if not name.startswith(HASHTAG)), sure[0] if sure else None)


def without_words(reading: Reading) -> Reading:
    """The reading without anything that the customer wrote; what is counted stays."""
    topics = tuple(topic for topic in reading.topics if not topic.name.startswith(HASHTAG))
    return replace(reading, topics=topics, personal=(), urgent_for=None)


@dataclass(frozen=True, slots=True)
class Why:
    """What spoke for a finding: `field` as in `Reading`, the finding's name, and the words or features with their weights.

    `learned` are the words whose weights come from the company's own claims and passes.
    """

    field: str
    name: str
    words: tuple[tuple[str, float], ...]
    learned: tuple[tuple[str, float], ...] = ()
