"""What an operator sees of the outbox and does to it: counts, dead letters, replay, purge."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import orjson

from bot.ports import Clock, DeadLetter, DeadLetters
from storage import outbox_statements as sql
from storage.engine import NOTHING, Connection, Database, Row
from storage.moments import moment, stamp
from storage.outbox import lane_parts

REPLAYED_AT_ONCE = 500
PURGED_AT_ONCE = 1_000


class OutboxDesk(DeadLetters):
    """The outbox from the outside. Every call is a transaction of its own."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def counts(self) -> dict[str, dict[str, int]]:
        """How many items there are by kind and state (waiting, ready, leased, done, dead). Reads the whole table."""
        counted: dict[str, dict[str, int]] = {}
        async with self._database.reading() as connection:
            for kind, state, count in await connection.all(sql.COUNTS):
                counted.setdefault(kind, {})[state] = count
        return counted

    async def unfinished(self) -> dict[str, dict[str, int]]:
        """How many items are `pending` or `dead`, by kind. What is done, mostly all of it, is not read."""
        counted: dict[str, dict[str, int]] = {}
        async with self._database.reading() as connection:
            queries = ((query, NOTHING) for query in sql.UNFINISHED.values())
            for state, rows in zip(sql.UNFINISHED, await connection.several(*queries), strict=True):
                of_state = "dead" if state == "dead" else "pending"
                for kind, count in rows:
                    kinds = counted.setdefault(kind, {"pending": 0, "dead": 0})
                    kinds[of_state] += count
        return counted

    async def pending(self) -> int:
        """How much work is not finished."""
        async with self._database.reading() as connection:
            return int((await connection.all(sql.PENDING))[0][0])

    async def dead(self, limit: int = 100, kind: str | None = None) -> list[DeadLetter]:
        """The dead letters, newest first."""
        asked = {**self._now(), "room": limit}
        async with self._database.reading() as connection:
            if kind is None:
                rows = await connection.all(sql.DEAD_LETTERS, asked)
            else:
                rows = await connection.all(sql.DEAD_OF_KIND, {**asked, "kind": kind})
        return [_letter(row) for row in rows]

    async def replay(self, ids: Sequence[int] | None = None) -> int:
        """Put dead letters back to work, these or all; gives how many. What is pending already is not doubled.

        They keep counting their attempts, so that handlers look up what the earlier ones did.
        """
        if ids is not None:
            async with self._database.writing() as connection:
                found = [row for each in ids for row in await connection.all(sql.DEAD_ID, {"id": each})]
                return await self._revive(connection, found)
        revived, after = 0, 0
        while True:
            async with self._database.writing() as connection:
                rows = await connection.all(sql.DEAD_IDS, {"after": after, "room": REPLAYED_AT_ONCE})
                revived += await self._revive(connection, rows)
            if not rows:
                return revived
            after = rows[-1][0]

    async def purge(self, before: datetime, once_before: datetime | None = None) -> int:
        """Delete work that was done before a time, in small transactions; gives how many items.

        Work with `once` is kept until `once_before` (without it: as long as the rest plus a month), because a clock that
        ticks late must still find it. Dead letters stay until they are replayed.
        """
        once = once_before if once_before is not None else before - timedelta(days=30)
        purged = 0
        while True:
            async with self._database.writing() as connection:
                values = {"before": stamp(before), "once_before": stamp(once), "room": PURGED_AT_ONCE}
                gone = len(await connection.all(sql.PURGE, values))
                connection.later(sql.PURGE_LANES, {"before": stamp(before)})
            purged += gone
            if gone < PURGED_AT_ONCE:
                return purged

    async def _revive(self, connection: Connection, rows: Sequence[Row]) -> int:
        for row_id, kind, dedup in rows:
            twin = await connection.one(sql.ABSORB, {**self._now(), "kind": kind, "dedup": dedup}) if dedup else None
            priority, lane = (twin[0], twin[1]) if twin is not None else (sql.LEAST_PRIORITY, None)
            connection.later(sql.REPLAY, {**self._now(), "id": row_id, "priority": priority, "lane": lane})
        if rows:
            connection.wake("outbox")
        return len(rows)

    def _now(self) -> dict[str, Any]:
        return {"now": stamp(self._clock.now())}


def _payload(written: str) -> dict[str, Any]:
    """What the work was to carry out; nothing where it is damaged, which may be why it is here."""
    try:
        return dict(orjson.loads(written))
    except (ValueError, TypeError):
        return {}


def _letter(row: Row) -> DeadLetter:
    row_id, kind, lane, dedup, payload, error, tries, created_at, ended_at, now = row
    return DeadLetter(
        id=row_id,
        kind=kind,
        key=None if lane is None else lane_parts(lane)[0],
        dedup=dedup,
        payload=_payload(payload),
        error=error or "",
        tries=tries,
        created_at=moment(created_at),
        died_at=moment(ended_at),
        age=timedelta(microseconds=now - ended_at),
    )
