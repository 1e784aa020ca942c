"""That two customers are one: merges, which can be undone for ever, and proposals of merges. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from bot.domain.people import PersonRef

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Merge:
    """Two customers were made one, by a colleague or (None) by an exact link; undone when `undone_at` is set."""

    id: str
    one: str
    other: str
    why: str
    at: datetime
    by: PersonRef | None = None
    via: str = "baton"
    undone_at: datetime | None = None
    undone_by: PersonRef | None = None
    undone_why: str = ""
    names: tuple[str, str] = ("", "")
    """What the two are called."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Two customers are probably one, which a colleague may accept or refuse; `other` is called `name`."""

    one: str
    other: str
    confidence: float
    why: str
    name: str = ""
    handle: str = ""


def sides(members: Collection[T], merges: Iterable[tuple[T, T]]) -> list[set[T]]:
    """Who is one with whom when only these merges are left; as many sets as there are customers then."""
    side = {each: {each} for each in members}
    for one, other in merges:
        if one in side and other in side and side[one] is not side[other]:
            joined = side[one] | side[other]
            side |= dict.fromkeys(joined, joined)
    return [set(each) for each in {id(each): each for each in side.values()}.values()]
