"""Taking stays cheap however much waits: every step is one into an index."""

from __future__ import annotations

import re
import time as real_time
from typing import Any

import orjson
import pytest
from sqlalchemy import text

from bot.ports import Work
from storage import outbox_statements as sql
from storage.engine import Database
from storage.moments import stamp
from storage.outbox import SqlOutbox
from storage.taking import Ended, Held, Taker
from tests.fakes.clock import SystemClock

CLOCK = SystemClock()
WAITING = 100_000


async def fill(database: Database, count: int) -> None:
    """One lane with so many items, 50 with one each, and many that are not due or done."""
    rows: list[Work] = [Work("card", {"n": n}, key="full", lane="post", dedup=str(n)) for n in range(count)]
    rows += [Work("card", {"n": n}, key=f"short {n}") for n in range(50)]
    async with database.writing() as connection:
        for start in range(0, len(rows), 5_000):
            await SqlOutbox(connection, CLOCK).put(*rows[start : start + 5_000])
        for state in ("waiting", "done"):
            connection.later(
                text(
                    "INSERT INTO outbox (state, kind, payload, lane, priority, due_at, since, created_at, ended_at) "
                    f"SELECT '{state}', 'card', '{{}}', lane, 0, due_at + 3600000000, since, created_at, since "
                    "FROM outbox WHERE state = 'ready' LIMIT 10000"
                )
            )


async def turns(database: Database, count: int) -> tuple[list[Any], float]:
    """Items of the full lane in the order they came, and seconds a turn."""
    taker = Taker("scale", CLOCK, lambda _key, _lane: 0.0, 30.0)
    ended: list[Held] = []
    seen = []
    start = real_time.perf_counter()
    for _ in range(count):
        async with database.writing() as connection:
            turn = await taker.turn(connection, [Ended(held) for held in ended], lanes=64, free=16, sweep=True)
        ended = turn.taken
        seen += [held.taken.work.payload["n"] for held in turn.taken if held.taken.work.key == "full"]
    return seen, (real_time.perf_counter() - start) / count


@pytest.mark.slow
async def test_a_hundred_thousand_items_in_one_lane_do_not_slow_it(database: Database) -> None:
    await fill(database, WAITING)
    seen, seconds = await turns(database, 100)
    assert seen == list(range(100))
    assert seconds < 0.1  # a scan of the table takes longer than this on any machine, an index about a millisecond


_WHOLE_TABLE = re.compile(r"SCAN (outbox|o|f|d)")  # and no index named behind it
_QUERIES: dict[str, tuple[sql.Both, dict[str, Any]]] = {
    "candidates": (sql.CANDIDATES, {}),
    "take from a lane": (sql.TAKE_LANE, {"lane": "post full", "worker": "w", "lease": 1}),
    "free": (sql.FREE, {"room": 16}),
    "take free": (sql.TAKE_FREE, {"id": 1, "worker": "w", "lease": 1}),
    "next due": (sql.NEXT_DUE, {}),
    "due": (sql.DUE, {}),
    "expired": (sql.EXPIRED, {}),
    "done": (sql.DONE, {"id": 1, "attempt": 1, "worker": "w"}),
    "absorb": (sql.ABSORB, {"kind": "card", "dedup": "1"}),
    "dead letters": (sql.DEAD_LETTERS, {"room": 10}),
}


@pytest.mark.slow
async def test_every_statement_of_a_turn_goes_by_index(database: Database) -> None:
    await fill(database, 20_000)
    explain = "EXPLAIN QUERY PLAN " if database.name == "sqlite" else "EXPLAIN (FORMAT JSON) "
    async with database.writing() as connection:
        if database.name == "postgresql":
            await connection.all(text("ANALYZE outbox"))
    for name, (statement, values) in _QUERIES.items():
        explained = sql.Both(explain + statement.sqlite.text, explain + statement.postgresql.text)
        async with database.reading() as connection:
            rows = await connection.all(explained, {"now": stamp(CLOCK.now()), **values})
        if database.name == "sqlite":
            scans = [step for *_, step in rows if _WHOLE_TABLE.fullmatch(step)]
        else:
            scans = _scans(orjson.loads(rows[0][0]))
        assert scans == [], name


def _scans(plan: Any) -> list[str]:
    if isinstance(plan, list):
        return [found for part in plan for found in _scans(part)]
    if not isinstance(plan, dict):
        return []
    here = ["outbox"] if plan.get("Node Type") == "Seq Scan" and plan.get("Relation Name") == "outbox" else []
    return here + [found for part in plan.values() for found in _scans(part)]
