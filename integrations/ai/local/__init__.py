"""Triage that runs here: no network, no key, well below a millisecond a post."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from bot.config import Config
from bot.domain.learning import Learning
from bot.domain.lexicon import shortened
from bot.domain.triage import UNSURE, Guess, Reading, Why
from bot.errors import ConfigError
from bot.ports import Learner, Triage
from integrations.ai.local.departments import Departments, telling
from integrations.ai.local.implied import implied
from integrations.ai.local.intents import Intents
from integrations.ai.local.language import LANGUAGES, LIKELY, LanguageReader
from integrations.ai.local.language_words import WORDS
from integrations.ai.local.sentiment import SentimentModel
from integrations.ai.local.topics import Topics
from integrations.ai.local.urgency import UrgencyWords
from integrations.ai.local.vocabulary import Seen, generic
from integrations.personal_data import find


class LocalTriage(Triage, Learner):
    """Words and weights that come with Baton, the company's own words of baton.toml, and what its claims have taught."""

    def __init__(self, config: Config, learned: Learning | None = None) -> None:
        own = {key: part.words for key, part in config.departments.items()}
        self._names = {key: config.department_name(key) for key in config.departments}
        self._words = generic().with_own(own, config.triage.topics, config.policies.urgent_words)
        self._languages = _languages(config.triage.languages)
        self._intents = Intents()
        self._topics = Topics()
        self._urgency = UrgencyWords()
        self.take_up(learned if learned is not None else Learning())

    def warm(self) -> None:
        """Load everything now, so that the first post does not wait; raises `ConfigError` for a language nobody can tell."""
        try:
            self._languages.warm()
        except ValueError as error:
            raise ConfigError(f"triage.languages: {error}.", "Use the codes of ISO 639-1, like en or de.") from error
        self.read("Where is my parcel?")

    def read(self, text: str) -> Reading:
        """What is found in a text; of a long one without its middle, but for personal data."""
        short = shortened(text)
        language = self._languages.guess(short)
        seen = self._look(short, language)
        mood, score = _sentiment().read(short, language.name, _implied(seen, language))
        urgency, urgent_for = self._urgency.judge(seen)
        return Reading(
            language=_rounded(language),
            mood=_rounded(mood),
            score=round(score, 3),
            urgency=urgency,
            intents=self._intents.rank(seen, score),
            departments=self._departments.rank(seen),
            topics=self._topics.rank(seen),
            personal=find(text),
            urgent_for=urgent_for,
        )

    def common_words(self) -> frozenset[str]:
        """The small words of all languages together."""
        return frozenset(" ".join(WORDS.values()).split())

    def explain(self, text: str) -> tuple[Why, ...]:
        """What spoke for each finding of `read`, the strongest words first."""
        short = shortened(text)
        language = self._languages.guess(short)
        seen = self._look(short, language)
        mood, score = _sentiment().read(short, language.name, _implied(seen, language))
        return (
            Why("language", language.name, tuple((word, 1.0) for word in self._languages.words(short, language.name))),
            Why("mood", mood.name, _sentiment().explain(short, language.name, _implied(seen, language))),
            *self._urgency.why(seen),
            *self._intents.why(seen, score),
            *self._departments.why(seen),
            *self._topics.why(seen),
        )

    def telling(self, text: str) -> frozenset[int]:
        """The words of a text that something can be learned from, as numbers; none of what tells of a person."""
        short = shortened(_impersonal(text))
        return self._learning.numbers(telling(self._look(short, self._languages.guess(short))))

    def take_up(self, learning: Learning) -> None:
        """From the next post on, read with what was counted there."""
        self._learning = learning
        self._departments = Departments(self._names, learning)

    def count(self, words: Collection[int], department: str, weight: float) -> None:
        """One post more, or part of one less, for a department."""
        self._learning.count(words, department, weight)

    def _look(self, text: str, language: Guess) -> Seen:
        return self._words.look(text, language.name if language.confidence >= UNSURE else None)


def _impersonal(text: str) -> str:
    for each in reversed(find(text)):
        text = f"{text[: each.start]} {text[each.end :]}"
    return text


def _implied(seen: Seen, language: Guess) -> tuple[tuple[str, float], ...]:
    """English has a model for it, which needs no such words."""
    return implied(seen) if language.name != "en" else ()


def _rounded(guess: Guess) -> Guess:
    return Guess(guess.name, round(guess.confidence, 3))


@cache
def _sentiment() -> SentimentModel:
    """One for the whole process."""
    return SentimentModel.load()


@cache
def _languages(likely: tuple[str, ...]) -> LanguageReader:
    """One for each set of languages: its model takes tens of megabytes. Others are told, too, but have to be plainer."""
    return LanguageReader((*LANGUAGES, *likely), likely or LIKELY)
