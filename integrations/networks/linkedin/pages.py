"""Lists of LinkedIn's, page by page, and how far its notifications were read.

https://learn.microsoft.com/linkedin/shared/api-guide/concepts/pagination
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any

import orjson

from integrations.networks.linkedin.reading import elements, is_last
from integrations.source import FIRST_LOOK

AT_ONCE, MOST_PAGES = 100, 60
TRIES = 3
"""So often a page is asked for of which everything is known: some servers ignore where to begin at times."""

OVERLAP = 15 * 60_000
"""Milliseconds. What LinkedIn tells late is heard, too."""


async def read_pages(read: Callable[[str], Awaitable[Any]], path: str) -> AsyncIterator[list[Any]]:
    """The things on each page of a list that were on none before."""
    known, start, tries = set[bytes](), 0, 0
    for _ in range(MOST_PAGES):
        said = await read(f"{path}{'&' if '?' in path else '?'}start={start}&count={AT_ONCE}")
        page = elements(said)
        fresh = {key: each for each in page if (key := _key(each)) not in known}
        if page and start and not fresh and (tries := tries + 1) < TRIES:
            continue
        known |= fresh.keys()
        if fresh:
            yield list(fresh.values())
        start, tries = start + len(page), 0
        if not fresh or is_last(said, start):
            return


@dataclass(slots=True)
class Place:
    """How far notifications were read: the time of the last (ms), and those since a while before it, by what they are."""

    at: int
    seen: dict[str, int] = field(default_factory=dict)

    @classmethod
    def read(cls, cursor: str | None) -> Place:
        """As written; without a cursor a day back."""
        return cls(**orjson.loads(cursor)) if cursor else cls(stamp(datetime.now(UTC) - FIRST_LOOK))

    @property
    def since(self) -> int:
        """Where the next poll begins."""
        return self.at - (OVERLAP if self.seen else 0)

    def take(self, found: list[Any], limit: int) -> tuple[list[Any], bool]:
        """The oldest of those that are new, and whether there are more."""
        times = {_key(each).hex(): _time(each) for each in found}
        # Lists come newest first; what happened in one moment keeps its order.
        fresh = [each for each in reversed(found) if _key(each).hex() not in self.seen and _time(each) >= self.since]
        fresh.sort(key=_time)
        taken = fresh[:limit]
        self.at = max([self.at, *map(_time, taken)])
        self.seen |= {key: times[key] for key in (_key(each).hex() for each in taken)}
        self.seen = {key: time for key, time in self.seen.items() if time >= self.at - OVERLAP}
        return taken, len(fresh) > limit

    def write(self) -> str:
        """As text."""
        return orjson.dumps(asdict(self)).decode()


def stamp(at: datetime) -> int:
    """A time as LinkedIn writes it."""
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def _time(notification: Any) -> int:
    at = notification.get("lastModifiedAt") if isinstance(notification, dict) else None
    # What says no time is new until it was seen once.
    return (
        int(at)
        if isinstance(at, int | float) and not isinstance(at, bool) and 0 < at < 1e15
        else stamp(datetime.now(UTC))
    )


def _key(thing: Any) -> bytes:
    """What it is, whatever else is told of it at another time."""
    named = thing if isinstance(thing, dict) else {}
    id_ = next((named[name] for name in ("notificationId", "commentUrn", "id") if named.get(name)), None)
    said = str(id_).encode() if id_ is not None else orjson.dumps(thing, default=str, option=orjson.OPT_SORT_KEYS)
    return blake2b(said, digest_size=8).digest()
