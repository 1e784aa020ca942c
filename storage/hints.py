"""What a source tells that is work: hints, which are looked up, and what became of an answer. Put into the outbox as it is
delivered."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from bot.domain.post import SourceEvent
from bot.ports import FATE, HINT, Work
from storage.engine import Connection
from storage.outbox import as_rows, lane_parts
from storage.outbox_statements import PUT_NEW

KINDS = {"hint": HINT, "fate": FATE}
"""Events that are work, and its kind."""


def hint_name(source: str, event: SourceEvent) -> str:
    """What makes it one hint, however often it is delivered. It tells nothing of what it is about."""
    parts = (source, event.external_id, event.revision)
    return f"{KINDS[event.kind]}:{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()}"


def hint_work(event: SourceEvent, source: str, *, filed: bool) -> Work:
    """The work of looking it up: those of a source one after the other. `filed`: what it is about is from before Baton listened.

    What became of an answer comes after whatever is being done to send it. Raises ValueError where it cannot be written.
    """
    if event.kind == "fate":
        said = {"source": source, "event": event.model_dump_json(exclude_defaults=True)}
        return Work(FATE, said, key=f"answers:{source}", priority=0, once=hint_name(source, event))
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
