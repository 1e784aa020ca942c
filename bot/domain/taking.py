"""Who really took a conversation, as its trail tells: what triage learns from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain import events as e

A_GLANCE = timedelta(minutes=1)
"""Who gives a baton back within this time only had a look."""

HELD, RESOLVED = 0.5, 1.0
"""As how much of a post it counts for the department that holds a conversation or held it last, and that resolved it."""


@dataclass(frozen=True, slots=True)
class Taking:
    """The department that took a conversation last, and how much that counts."""

    department: str | None
    since: datetime
    weight: float = HELD


def taking(trail: Iterable[e.Event]) -> Taking | None:
    """Who took it, and none else: whoever passed it on, or lost it to another department, did not.

    A department of which nobody is known is None. What Baton itself did, as for those who say the same, counts nothing.
    """
    takings: list[Taking] = []
    for event in trail:
        match event:
            case e.Claimed() | e.PassAccepted() if event.by is not None:
                takings.append(Taking(event.by.department, event.at))
            case e.Released() if takings and event.at - takings[-1].since < A_GLANCE:
                takings.pop()
            case e.Resolved() if takings and event.by is not None:
                takings[-1] = replace(takings[-1], weight=RESOLVED)
            case _:
                pass
    return takings[-1] if takings else None
