"""Rollup cards: where a surface shows together what arrives faster than its channel takes cards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.ports.conversations import Line


@dataclass(frozen=True, slots=True)
class Rollup:
    """One rollup card of a surface. `kept_until`: a person wants it to go on so long; `unrolled`: how many have left it;
    `about`: words that most of it had in common.

    `message` is the platform's id once the card is there, `shown` a digest of what it shows.
    """

    id: str
    surface: str
    since: datetime
    kept_until: datetime | None = None
    unrolled: int = 0
    about: tuple[str, ...] = ()
    channel: str | None = None
    message: str | None = None
    shown: str | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Tallies:
    """What is rolled up, counted: conversations by what was found in them.

    `echoes` are others that say the same as one of these, `loudest` the one that most say the same as, and how many.
    `urgent` holds the numbers of those that cannot wait, in order.
    """

    conversations: int = 0
    networks: Mapping[str, int] | None = None
    topics: Mapping[str, int] | None = None
    moods: Mapping[str, int] | None = None
    languages: Mapping[str, int] | None = None
    urgent: Sequence[int] = ()
    echoes: int = 0
    loudest: tuple[Line, int] | None = None


class Rollups(Protocol):
    """What is rolled up on which surface."""

    async def waiting(self, surfaces: Sequence[str], most: int) -> dict[str, tuple[int, int]]:
        """For each surface: how many cards wait for it that are urgent, and how many in all; no more than `most` are counted."""
        ...

    async def open(self, *, staying: bool = False) -> list[Rollup]:
        """The rollups that have not ended, at most one a surface. With `staying`, none of them ends before this unit of work."""
        ...

    async def begin(self, surface: str, at: datetime) -> Rollup:
        """The surface's open rollup: a new one where there is none. Raises `ConflictError` where it ended just now."""
        ...

    async def roll(self, rollup: Rollup, numbers: Sequence[int]) -> None:
        """Show these new conversations on the rollup card, and bring it up to date."""
        ...

    async def get(self, rollup_id: str) -> Rollup | None:
        """One rollup."""
        ...

    async def tallies(self, rollup_id: str) -> Tallies:
        """What is in it now."""
        ...

    async def browse(self, rollup_id: str, *, urgent: bool, limit: int, offset: int = 0) -> list[Line]:
        """Its conversations, crises first, then what is urgent, then the newest; with `urgent` no others."""
        ...

    async def arrived(self, rollup_id: str, start: datetime, end: datetime, most: int) -> int:
        """How many of its conversations were heard in [start, end); no more than `most` are counted."""
        ...

    async def unroll(self, rollup: Rollup, most: int) -> list[int]:
        """Give so many of them cards of their own, what presses most first; gives their numbers."""
        ...

    async def describe(self, rollup: Rollup, about: Sequence[str]) -> None:
        """Words that most of what arrives have in common."""
        ...

    async def keep(self, rollup: Rollup, until: datetime | None) -> None:
        """Go on rolling up until then, however calm it is; with None as soon as it is calm."""
        ...

    async def sent(self, rollup_id: str, channel: str, message: str, shown: str) -> None:
        """The card is there."""
        ...

    async def end(self, rollup: Rollup, at: datetime) -> bool:
        """Nothing is left in it: the card says so, and the next rollup is another card. False where something is left."""
        ...
