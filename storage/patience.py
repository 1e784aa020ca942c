"""What becomes of work whose handler failed: again after a pause, or to the dead letters. Pure."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta

from bot.errors import BatonError, ConflictError, PermanentError, RetriableError, quoted

LONGEST_ERROR = 2_000
"""Characters of an error that are kept."""

CONFLICT_PAUSE = 0.05
"""Seconds at most before work that lost a race over a record starts over."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long one kind of work is tried. Pauses double from `base` to `cap` seconds, each cut at random (full jitter).

    `tries` and `age` end it for failures that waiting may mend (None: never); `surprises` ends it for errors nobody
    expected, which are faults of ours more often than not.
    """

    base: float = 1.0
    cap: float = 300.0
    tries: int | None = None
    age: timedelta | None = timedelta(days=1)
    surprises: int = 5

    def pause(self, tries: int) -> float:
        """Seconds before the next try, after so many."""
        return random.uniform(0, min(self.cap, self.base * 2.0 ** min(tries - 1, 60)))


@dataclass(frozen=True, slots=True)
class Again:
    """Try again after `pause` seconds. `hold` is how long the whole lane must rest, where the other side said so."""

    why: str
    pause: float
    hold: float | None = None


@dataclass(frozen=True, slots=True)
class Dead:
    """Give up, for this reason."""

    why: str


def after_failure(error: BaseException, tries: int, age: timedelta, patience: Patience) -> Again | Dead:
    """What becomes of work after this error, when it was tried so often in so much time."""
    why = describe(error)
    if isinstance(error, PermanentError):
        return Dead(why)
    if isinstance(error, RetriableError | ConflictError):
        out_of_tries = patience.tries is not None and tries >= patience.tries
        too_old = patience.age is not None and age >= patience.age
        if out_of_tries or too_old:
            return Dead(why)
        if isinstance(error, ConflictError):
            return Again(why, random.uniform(0, CONFLICT_PAUSE))
        if error.retry_after is not None:
            return Again(why, max(0.0, error.retry_after), hold=max(0.0, error.retry_after))
        return Again(why, patience.pause(tries))
    return Dead(why) if tries >= patience.surprises else Again(why, patience.pause(tries))


def describe(error: BaseException) -> str:
    """The error in its own words, and nothing beside them: what surrounds it may hold secrets."""
    said = str(error).replace("\x00", " ").strip()
    if isinstance(error, RetriableError | PermanentError) and said:
        return said[:LONGEST_ERROR]
    name = type(error).__name__
    return f"{name}: {said if isinstance(error, BatonError) else quoted(said)}"[:LONGEST_ERROR]
