"""How a customer is disposed towards us over time: from their ratings, from what they wrote, and from how it ended. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.domain.customer import CustomerRecord, PastConversation, Rating
from bot.domain.outcome import OutcomeKind

FEWEST = 3
"""With less than so many conversations that say something there is no mood to tell."""

NOTICED = 0.25
"""The later half differs from the earlier one by so much (of 2) before it is called rising or falling."""

_SAYS = {OutcomeKind.PRAISE: 1.0, OutcomeKind.FIXED: -0.5}
"""What an outcome says where nothing else does: praise is praise, and what we had to mend had gone wrong."""


@dataclass(frozen=True, slots=True)
class Mood:
    """From -1 (bad) to 1 (good), a value for each conversation that says something, oldest first; and what they rest on."""

    values: tuple[float, ...]
    since: datetime
    direction: Literal["rising", "falling", "steady"]
    ratings: int
    read: int
    praises: int
    mended: int


def mood_of(record: CustomerRecord) -> Mood | None:
    """The mood in the conversations on record; None where too little is known."""
    rated = {rating.number: rating for rating in record.ratings}
    found: list[tuple[PastConversation, float]] = []
    counted = {"rating": 0, "read": 0, OutcomeKind.PRAISE: 0, OutcomeKind.FIXED: 0}
    for past in sorted(record.conversations, key=lambda past: past.number):
        rating = rated.get(past.number)
        outcome = next((kind for kind in _SAYS if kind == past.outcome), None)
        if rating is not None:
            counted["rating"] += 1
            found.append((past, _of(rating)))
        elif past.score is not None:
            counted["read"] += 1
            found.append((past, past.score))
        elif outcome is not None:
            counted[outcome] += 1
            found.append((past, _SAYS[outcome]))
    if len(found) < FEWEST:
        return None
    values = tuple(value for _, value in found)
    return Mood(
        values=values,
        since=found[0][0].opened_at,
        direction=_direction(values),
        ratings=counted["rating"],
        read=counted["read"],
        praises=counted[OutcomeKind.PRAISE],
        mended=counted[OutcomeKind.FIXED],
    )


def _of(rating: Rating) -> float:
    """One star is the least that can be given."""
    share = (rating.stars - 1) / (rating.best - 1) if rating.best > 1 else rating.stars / rating.best
    return max(-1.0, min(1.0, 2 * share - 1))


def _direction(values: tuple[float, ...]) -> Literal["rising", "falling", "steady"]:
    half = len(values) // 2
    difference = sum(values[-half:]) / half - sum(values[:half]) / half
    if abs(difference) < NOTICED:
        return "steady"
    return "rising" if difference > 0 else "falling"
