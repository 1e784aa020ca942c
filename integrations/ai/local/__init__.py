"""Triage that runs here: no network, no key, well below a millisecond a post."""

from __future__ import annotations

from bot.config import Config
from bot.domain.suggestion import suggest
from bot.domain.triage import Guess, Reading, Why
from bot.domain.urgency import why_urgent
from bot.ports import Triage


class LocalTriage(Triage):
    """Words and weights that come with Baton, and the company's own words of baton.toml."""

    def __init__(self, config: Config) -> None:
        self._departments = {key: part.words for key, part in config.departments.items()}
        self._urgent_words = config.policies.urgent_words

    def read(self, text: str) -> Reading:
        """What is found in a text."""
        why = why_urgent(text, self._urgent_words)
        return Reading(
            language=Guess("en", 0.0),
            mood=Guess("neutral", 0.0),
            score=0.0,
            urgency=Guess("urgent" if why else "normal", 0.7),
            departments=tuple(Guess(key, 0.6) for key in suggest(text, self._departments)),
            urgent_for=why,
        )

    def explain(self, text: str) -> tuple[Why, ...]:
        """What spoke for each finding of `read`."""
        return ()
