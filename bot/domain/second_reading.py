"""A model has read again what triage was unsure of: what that changes about a conversation. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.domain.conversation import Conversation, State
from bot.domain.events import Event, ReadAgain
from bot.domain.triage import UNSURE, Guess, Reading, is_urgent, suggested


def is_unsure(reading: Reading) -> bool:
    """Is there anything in it that a second reader may tell better?"""
    first = (reading.language, reading.mood, reading.urgency, *reading.intents[:1], *reading.departments[:1])
    return not reading.intents or not reading.departments or any(guess.confidence < UNSURE for guess in first)


def read_again(
    c: Conversation, at: datetime, post_id: str, reading: Reading, by_routes: Iterable[str] = ()
) -> tuple[Event, ...]:
    """The new reading takes the place of the first one. What was urgent stays so; `by_routes` are suggested by rules, first.

    Of what is over or forgotten nothing changes any more; what says the same as another is judged by that one.
    """
    if c.forgotten or c.resolved_at is not None or c.state is State.ECHO or reading == c.reading:
        return ()
    urgent = is_urgent(reading)
    return (
        ReadAgain(
            at=at,
            via="model",
            post_id=post_id,
            reading=reading,
            urgent=urgent,
            why_urgent=reading.urgent_for if urgent else None,
            departments=tuple(dict.fromkeys((*by_routes, *(suggested(reading) or c.departments)))),
        ),
    )


def merged(first: Reading, second: Reading) -> Reading:
    """The second reader's findings, with what only the first one tells: where personal data stands, hashtags.

    A danger that the rules saw is not talked away by a text that says otherwise: what was urgent or a crisis stays so.
    """
    urgency, why = second.urgency, second.urgent_for
    if is_urgent(first) and not is_urgent(second):
        urgency, why = first.urgency, first.urgent_for
    crisis = [guess for guess in first.intents if guess.name == "crisis" and guess.confidence >= UNSURE]
    return Reading(
        language=second.language,
        mood=second.mood,
        score=second.score,
        urgency=urgency,
        intents=_joined(second.intents, crisis),
        departments=second.departments or first.departments,
        topics=_joined(second.topics, first.topics),
        personal=first.personal,
        urgent_for=why,
        by=second.by,
    )


def _joined(guesses: tuple[Guess, ...], more: Iterable[Guess]) -> tuple[Guess, ...]:
    known = {guess.name for guess in guesses}
    both = (*guesses, *(guess for guess in more if guess.name not in known))
    return tuple(sorted(both, key=lambda guess: -guess.confidence))
