"""How far the company has come in listening together: a rung derived from what is counted, and what would raise it. Pure.

The rungs are those by which companies are told to grow: an informal network of people who care, a cross-functional team,
a coordinator who is given the task, and a chief customer officer who answers for it in the management.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from bot.domain.company_measures import Share
from bot.domain.measures import Tally
from bot.domain.people import Role
from bot.speech import mark

RUNGS = (
    mark("none"),
    mark("informal network"),
    mark("cross-functional team"),
    mark("coordinator"),
    mark("chief customer officer"),
)
"""The rungs by number; 0 where not even a few take part."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """What a rung takes: `value` must be `needed`, both in `unit`, or more (`at_most`: or less)."""

    rung: int
    what: str
    value: float
    needed: float
    unit: Literal["", "%"] = ""
    at_most: bool = False

    @property
    def met(self) -> bool:
        """Is it reached?"""
        return self.value <= self.needed if self.at_most else self.value >= self.needed


@dataclass(frozen=True, slots=True)
class Maturity:
    """The rung, and everything that was looked at for it."""

    rung: int
    criteria: tuple[Criterion, ...]

    @property
    def name(self) -> str:
        """What the rung is called."""
        return RUNGS[self.rung]

    @property
    def missing(self) -> tuple[Criterion, ...]:
        """What would raise it to the next rung; nothing on the highest."""
        return tuple(each for each in self.criteria if each.rung == self.rung + 1 and not each.met)


def maturity(
    tally: Tally, departments: Mapping[str, Share], roles: Collection[Role], raised: tuple[int, int]
) -> Maturity:
    """The highest rung all of whose criteria, and those of the rungs below, are met.

    `roles` are those that somebody has; `raised` says how many conversations of the window were escalated to the
    coordinator or higher, and on how many of these a colleague has acted.
    """
    acting = sum(share.acted > 0 for share in departments.values())
    asked = sum(share.suggested > 0 for share in departments.values())
    silent = sum(share.silent for share in departments.values())
    touched = _percent(tally.touched, tally.heard)
    several = _percent(tally.several, tally.touched)
    changed = _percent(tally.changed, tally.heard)
    seen = _percent(raised[1], raised[0]) if raised[0] else 100.0
    criteria = (
        Criterion(1, mark("departments that act"), acting, 1),
        Criterion(1, mark("conversations touched"), touched, 5, "%"),
        Criterion(2, mark("departments that act"), acting, 3),
        Criterion(2, mark("conversations touched"), touched, 25, "%"),
        Criterion(2, mark("of these, with two or more departments"), several, 10, "%"),
        Criterion(3, mark("people with the role of coordinator"), float(Role.COORDINATOR in roles), 1),
        Criterion(3, mark("conversations touched"), touched, 40, "%"),
        Criterion(3, mark("of what was raised to the coordinator, taken up"), seen, 50, "%"),
        Criterion(3, mark("silent departments"), silent, max(1, asked // 3), at_most=True),
        Criterion(4, mark("people with the role of sponsor"), float(Role.SPONSOR in roles), 1),
        Criterion(4, mark("conversations touched"), touched, 60, "%"),
        Criterion(4, mark("conversations that changed something"), changed, 9, "%"),
        Criterion(4, mark("of what was raised to the coordinator, taken up"), seen, 80, "%"),
        Criterion(4, mark("silent departments"), silent, 0, at_most=True),
    )
    rung = 0
    while rung + 1 < len(RUNGS) and all(each.met for each in criteria if each.rung == rung + 1):
        rung += 1
    return Maturity(rung, criteria)


def _percent(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0
