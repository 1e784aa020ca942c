"""The outbox: work is put in the transaction of the change that causes it, so that both happen or neither."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from bot.ports import Clock, Outbox, Work
from storage.engine import Connection
from storage.moments import stamp
from storage.outbox_statements import PUT, PUT_ONCE


def lane_name(work: Work) -> str | None:
    """The lane of a key and method as it is stored; None for work without a key."""
    return None if work.key is None else f"{work.lane} {work.key}"


def lane_parts(name: str) -> tuple[str, str]:
    """Key and method of a stored lane."""
    method, _, key = name.partition(" ")
    return key, method


class SqlOutbox(Outbox):
    """The outbox of one unit of work."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    async def put(self, *work: Work) -> None:
        """Add work. It is sent with the unit of work's next query or its commit, and workers are woken after that."""
        if not work:
            return
        plain = [each for each in work if each.once is None]
        once = [each for each in work if each.once is not None]
        for statement, rows in ((PUT, _merged(plain)), (PUT_ONCE, once)):
            if rows:
                self._connection.later(statement, {"now": stamp(self._clock.now()), "rows": as_rows(rows)})
        self._connection.wake("outbox")


def as_rows(work: Iterable[Work]) -> str:
    """Work as the statements of the outbox take it."""
    rows: list[dict[str, Any]] = [
        {
            "kind": each.kind,
            "payload": orjson.dumps(dict(each.payload)).decode(),
            "lane": lane_name(each),
            "priority": each.priority,
            "dedup": each.dedup,
            "once": each.once,
            "due_at": stamp(each.due),
        }
        for each in work
    ]
    return orjson.dumps(rows).decode()


def _merged(work: Sequence[Work]) -> list[Work]:
    """One item for each (kind, dedup): PostgreSQL refuses to meet the same row twice in one statement."""
    merged: dict[tuple[str, str | int], Work] = {}
    for position, each in enumerate(work):
        name = (each.kind, each.dedup if each.dedup is not None else position)
        earlier = merged.get(name)
        merged[name] = each if earlier is None else _sooner(earlier, each)
    return list(merged.values())


def _sooner(earlier: Work, later: Work) -> Work:
    due = None if earlier.due is None or later.due is None else min(earlier.due, later.due)
    return Work(
        kind=earlier.kind,
        payload=earlier.payload,
        key=later.key,
        lane=later.lane,
        priority=min(earlier.priority, later.priority),
        dedup=earlier.dedup,
        due=due,
    )
