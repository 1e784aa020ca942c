"""Work that follows from changes: the outbox and what could not be delivered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

Lane = Literal["post", "update", "other"]


@dataclass(frozen=True, slots=True)
class Work:
    """A side effect to carry out once the change that caused it is committed.

    `key` and `lane` order work and hold its rate: items of one key and lane run one at a time, `priority` first (0 what
    a person just caused, 1 urgent, 2 the rest), then in order. Work without a key runs in parallel.

    A pending item with the same kind and `dedup` makes this one a no-op, but for the better priority, the sooner `due`
    and the newer key and lane, which it takes over. `once` outlives the work: a second item with the same `once` never
    comes to be, whether the first is pending, done or dead (`cron:digest:2026-03-02T09:00Z` for what a clock starts).
    """

    kind: str
    payload: Mapping[str, Any]
    key: str | None = None
    lane: Lane = "other"
    priority: int = 2
    dedup: str | None = None
    due: datetime | None = None
    once: str | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """Work in a worker's hands. `attempt` counts from 1: above 1, an earlier try may have taken effect."""

    id: int
    work: Work
    attempt: int
    created_at: datetime


class Outbox(Protocol):
    """Work that follows from changes, put in the same transaction."""

    async def put(self, *work: Work) -> None:
        """Add work."""
        ...


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """Work that was given up. `age` is the time since then."""

    id: int
    kind: str
    key: str | None
    dedup: str | None
    payload: Mapping[str, Any]
    error: str
    tries: int
    created_at: datetime
    died_at: datetime
    age: timedelta


class DeadLetters(Protocol):
    """The outbox from the outside, for whoever looks after it. Every call is a transaction of its own."""

    async def counts(self) -> dict[str, dict[str, int]]:
        """How many items there are by kind and state."""
        ...

    async def unfinished(self) -> dict[str, dict[str, int]]:
        """How many items are `pending` or `dead`, by kind; what is done is left out."""
        ...

    async def dead(self, limit: int = 100, kind: str | None = None) -> list[DeadLetter]:
        """Work that was given up, of this kind (None: of any), newest first."""
        ...

    async def replay(self, ids: Sequence[int] | None = None) -> int:
        """Put dead letters back (None: all of them); gives how many."""
        ...
