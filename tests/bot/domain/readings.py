"""Readings as triage gives them, with what a test is about."""

from __future__ import annotations

from bot.domain.triage import Guess, Reading


def reading(urgent_for: str | None = None, **found: str | float) -> Reading:
    """A post in English, neutral, calm; `language`, `mood`, and lists of names in `topics`, `intents`, `departments`.

    Names of lists stand in one text, `parcels safety`; all findings are sure, as `sure` says, or by 0.9.
    """
    sure = float(found.get("sure", 0.9))

    def guesses(what: str) -> tuple[Guess, ...]:
        return tuple(Guess(name, sure) for name in str(found.get(what, "")).split())

    return Reading(
        language=Guess(str(found.get("language", "en")), sure),
        mood=Guess(str(found.get("mood", "neutral")), sure),
        score=float(found.get("score", 0.0)),
        urgency=Guess("urgent" if urgent_for else "normal", 0.9),
        intents=guesses("intents"),
        departments=guesses("departments"),
        topics=guesses("topics"),
        urgent_for=urgent_for,
    )
