"""What is known of the sources beside their posts: how much came, and what could not be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

HINT = "hint"
"""The kind of work that looks up a hint: payload `source`, `event` (the `SourceEvent` as JSON text) and `filed`."""

FATE = "answer_fate"
"""The kind of work that takes up what became of an answer: payload `source` and `event` (the
`SourceEvent` as JSON text)."""


@dataclass(frozen=True, slots=True)
class Unread:
    """Something that came and could not be read, as it came (`body`), and why not."""

    source: str
    network: str
    external_id: str
    why: str
    body: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SourceCounts:
    """How much came from a source, and when its latest new post was heard.

    Of the hints, how many wait to be looked up, and how many were given up.
    """

    posts: int = 0
    changes: int = 0
    unread: int = 0
    hints: int = 0
    hints_lost: int = 0
    last_post_at: datetime | None = None


class SourceRecords(Protocol):
    """The sources in the store."""

    async def counts(self) -> Mapping[str, SourceCounts]:
        """How much came, by source. Looks at what came since `remember`: not for every second."""
        ...

    async def remember(self, before: datetime) -> None:
        """Keep the counts of what came before then, so that it need not be looked at again."""
        ...

    async def unread(self, source: str | None = None, limit: int = 100) -> list[Unread]:
        """What could not be read, newest first; of one source, or of all."""
        ...

    async def forget_unread(self, source: str | None = None) -> int:
        """Drop what could not be read; gives how many."""
        ...
