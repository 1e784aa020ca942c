"""Hints as work: what a source only said to have happened is put into the outbox as it is delivered, and looked up from there."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from bot.domain.post import SourceEvent
from bot.ports import HINT, Work
from storage.engine import Connection
from storage.outbox import as_rows, lane_parts
from storage.outbox_statements import PUT_NEW


def hint_name(source: str, event: SourceEvent) -> str:
    """What makes it one hint, however often it is delivered. It tells nothing of what it is about."""
    parts = (source, event.external_id, event.revision)
    return f"{HINT}:{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()}"


def hint_work(event: SourceEvent, source: str, *, filed: bool) -> Work:
    """The work of looking it up: those of a source one after the other. `filed`: what it is about is from before Baton listened.

    Raises ValueError where it cannot be written.
    """
    payload = {"source": source, "event": event.model_dump_json(exclude_defaults=True), "filed": filed}
    return Work(HINT, payload, key=f"{HINT}s:{source}", once=hint_name(source, event))


def source_of(lane: str) -> str:
    """The source whose hints are in this lane."""
    return lane_parts(lane)[0].partition(":")[2]


async def put_hints(connection: Connection, work: Sequence[Work], now: int) -> set[tuple[str, ...]]:
    """Keep hints with whatever else the transaction keeps; the names of those that are new."""
    if not work:
        return set()
    rows = await connection.all(PUT_NEW, {"now": now, "rows": as_rows(work)})
    if rows:
        connection.wake("outbox")
    return {(name,) for (name,) in rows}
