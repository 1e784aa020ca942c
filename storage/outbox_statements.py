"""The SQL of the outbox, written once for SQLite and PostgreSQL and run by the driver itself.

The databases differ in five places (the clock, lists of rows as a parameter, skipping what others have locked, the
smaller of two values, locks by name); `_both` fills them in. States stand in the text, not in parameters: partial
indexes are used only so.
"""

# ruff: noqa: S608 - the texts are put together from our own words; values are always parameters

from __future__ import annotations

from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ClauseElement, Executable

LEAST_PRIORITY = 32_767
"""No item has a worse one."""


class Both(Executable, ClauseElement):
    """One statement as text, in the words of each database."""

    inherit_cache = False

    def __init__(self, sqlite: str, postgresql: str) -> None:
        self.sqlite: TextClause = text(sqlite)
        self.postgresql: TextClause = text(postgresql)


@compiles(Both, "sqlite")
def _on_sqlite(element: Both, compiler: SQLCompiler, **kw: Any) -> str:
    return compiler.process(element.sqlite, **kw)


@compiles(Both, "postgresql")
def _on_postgres(element: Both, compiler: SQLCompiler, **kw: Any) -> str:
    return compiler.process(element.postgresql, **kw)


def listed(parameter: str, columns: str) -> tuple[str, str]:
    """A parameter that holds a JSON list of objects, as a table `r` with these columns ("name type, ...").

    In the words of SQLite and of PostgreSQL; the rows come in the order of the list.
    """
    names = [column.split()[0] for column in columns.split(", ")]
    picked = ", ".join(f"json_extract(value, '$.{name}') AS {name}" for name in names)
    return (
        f"(SELECT {picked} FROM json_each(:{parameter})) AS r",
        f"json_to_recordset(CAST(:{parameter} AS json)) AS r({columns})",
    )


def _both(template: str, rows: tuple[str, str] = ("", "")) -> Both:
    return Both(
        template.format(
            now=":now",
            rows=rows[0],
            skip_locked="",
            least="min",
            greatest="max",
            differs="IS NOT",
            try_lock="1",
        ),
        template.format(
            now="CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint)",
            rows=rows[1],
            skip_locked="FOR UPDATE OF o SKIP LOCKED",
            least="least",
            greatest="greatest",
            differs="IS DISTINCT FROM",
            # 1111577166 spells BATN: a space of lock names of our own.
            try_lock="CAST(pg_try_advisory_xact_lock(1111577166, hashtext(c.lane)) AS integer)",
        ),
    )


_PUT_COLUMNS = "kind text, payload text, lane text, priority smallint, dedup text, once text, due_at bigint"
_PUT = (
    "INSERT INTO outbox (state, kind, payload, lane, priority, dedup, once, due_at, since, created_at) "
    "SELECT CASE WHEN r.due_at > {now} THEN 'waiting' ELSE 'ready' END, r.kind, r.payload, r.lane, r.priority, "
    "r.dedup, r.once, coalesce(r.due_at, {now}), {now}, {now} FROM {rows} WHERE true "
)

PUT = _both(
    _PUT + "ON CONFLICT (kind, dedup) WHERE state IN ('ready', 'waiting') AND dedup IS NOT NULL DO UPDATE SET "
    "priority = {least}(outbox.priority, excluded.priority), lane = excluded.lane, "
    "due_at = {least}(outbox.due_at, excluded.due_at), "
    "state = CASE WHEN excluded.state = 'ready' THEN 'ready' ELSE outbox.state END "
    "WHERE excluded.priority < outbox.priority OR excluded.due_at < outbox.due_at "
    "OR excluded.lane {differs} outbox.lane",
    listed("rows", _PUT_COLUMNS),
)
"""New rows, each with a `dedup` of its own; one that is pending takes over what makes it sooner."""

PUT_ONCE = _both(_PUT + "ON CONFLICT DO NOTHING", listed("rows", _PUT_COLUMNS))
"""New rows with `once`."""

PUT_NEW = _both(_PUT + "ON CONFLICT DO NOTHING RETURNING once", listed("rows", _PUT_COLUMNS))
"""The same; gives the `once` of those that are new."""

# Look-ups stand as scalar subqueries: PostgreSQL turns EXISTS and joins into scans of every entry that an index ever
# had since its last vacuum, of which a queue has many.
_IN_FLIGHT = "(SELECT f.id FROM outbox f WHERE f.state = 'leased' AND f.lane = {lane} LIMIT 1)"
_NO_TWIN = (
    "(o.dedup IS NULL OR (SELECT d.id FROM outbox d WHERE d.state = 'leased' AND d.kind = o.kind "
    "AND d.dedup = o.dedup LIMIT 1) IS NULL)"
)

CANDIDATES = _both(
    "WITH RECURSIVE step(lane) AS ("
    "SELECT (SELECT o.lane FROM outbox o WHERE o.state = 'ready' AND o.lane IS NOT NULL ORDER BY o.lane LIMIT 1) "
    "UNION ALL "
    "SELECT (SELECT o.lane FROM outbox o WHERE o.state = 'ready' AND o.lane > s.lane ORDER BY o.lane LIMIT 1) "
    "FROM step s WHERE s.lane IS NOT NULL"
    "), c AS MATERIALIZED ("
    "SELECT s.lane, coalesce((SELECT l.next_at FROM lanes l WHERE l.lane = s.lane), 0) AS next_at, {now} AS now "
    f"FROM step s WHERE s.lane IS NOT NULL AND {_IN_FLIGHT.replace('{lane}', 's.lane')} IS NULL"
    ") SELECT c.lane, c.next_at, c.now, CASE WHEN c.next_at <= c.now THEN {try_lock} ELSE 0 END FROM c"
)
"""Lanes that have ready work and nothing in flight: (lane, not before, now, may we take from it). Steps from lane to lane
in the index, however long each one is."""

_TAKE = (
    "UPDATE outbox SET state = 'leased', attempt = attempt + 1, tries = tries + 1, worker = :worker, "
    "lease_until = {now} + :lease "
)
_TAKEN = "RETURNING id, kind, payload, lane, priority, dedup, once, due_at, attempt, tries, since, created_at, {now}"

TAKE_LANE = _both(
    _TAKE + "WHERE id = (SELECT o.id FROM outbox o WHERE o.state = 'ready' AND o.lane = :lane "
    f"AND {_NO_TWIN} ORDER BY o.priority, o.id LIMIT 1 {{skip_locked}}) "
    f"AND {_IN_FLIGHT.replace('{lane}', ':lane')} IS NULL "
    "AND (SELECT l.lane FROM lanes l WHERE l.lane = :lane AND l.next_at > {now}) IS NULL " + _TAKEN
)
"""The first of a lane. Looks again whether the lane is free: another replica may have been there meanwhile."""

FREE = _both(
    f"SELECT o.id FROM outbox o WHERE o.state = 'ready' AND o.lane IS NULL AND {_NO_TWIN} "
    "ORDER BY o.priority, o.id LIMIT :room {skip_locked}"
)
"""Work without a lane."""

TAKE_FREE = _both(_TAKE + "WHERE id = :id AND state = 'ready' " + _TAKEN)

HOLD = _both(
    "INSERT INTO lanes (lane, next_at) VALUES (:lane, {now} + :pause) "
    "ON CONFLICT (lane) DO UPDATE SET next_at = {greatest}(lanes.next_at, excluded.next_at)"
)
"""Nothing of this lane starts for so many microseconds."""

DUE = _both(
    "SELECT o.id FROM outbox o WHERE o.state = 'waiting' AND o.due_at <= {now} ORDER BY o.due_at LIMIT 500 {skip_locked}"
)
PROMOTE = _both("UPDATE outbox SET state = 'ready' WHERE id = :id AND state = 'waiting'")
"""What has become due is ready."""

NEXT_DUE = _both("SELECT min(o.due_at) - {now} FROM outbox o WHERE o.state = 'waiting'")
"""Microseconds until something becomes due; null when nothing waits."""

_OURS = "WHERE id = :id AND attempt = :attempt AND worker = :worker AND state = 'leased'"

RENEW = _both(f"UPDATE outbox SET lease_until = {{now}} + :lease {_OURS} RETURNING id, attempt")
DONE = _both(
    f"UPDATE outbox SET state = 'done', ended_at = {{now}}, error = NULL, worker = NULL, lease_until = NULL {_OURS}"
)
DEAD = _both(
    f"UPDATE outbox SET state = 'dead', ended_at = {{now}}, error = :why, worker = NULL, lease_until = NULL {_OURS}"
)

HELD = _both(f"SELECT kind, dedup FROM outbox {_OURS}")
EXPIRED = _both(
    "SELECT o.id, o.kind, o.dedup, o.tries FROM outbox o WHERE o.state = 'leased' AND o.lease_until <= {now} "
    "ORDER BY o.lease_until LIMIT 200 {skip_locked}"
)
ABANDONED = _both("UPDATE outbox SET lease_until = 0 WHERE state = 'leased' RETURNING id")

ABSORB = _both(
    "UPDATE outbox SET state = 'done', ended_at = {now}, error = 'an earlier item of the same work goes on' "
    "WHERE state IN ('ready', 'waiting') AND kind = :kind AND dedup = :dedup RETURNING priority, lane"
)
"""A later item of the same work, put while the earlier was in flight, gives way to it when the earlier must run again."""

AGAIN = _both(
    "UPDATE outbox SET state = CASE WHEN CAST(:pause AS bigint) > 0 THEN 'waiting' ELSE 'ready' END, due_at = {now} + :pause, "
    "error = :error, priority = {least}(priority, :priority), lane = coalesce(:lane, lane), worker = NULL, "
    "lease_until = NULL WHERE id = :id"
)
KILL = _both(
    "UPDATE outbox SET state = 'dead', ended_at = {now}, error = :error, worker = NULL, lease_until = NULL "
    "WHERE id = :id"
)

COUNTS = _both("SELECT kind, state, count(*) FROM outbox GROUP BY kind, state")
# Each state as text, so that its own index answers however much work was done before.
UNFINISHED = {
    state: _both(f"SELECT kind, count(*) FROM outbox WHERE state = '{state}' GROUP BY kind")
    for state in ("waiting", "ready", "leased", "dead")
}
PENDING = _both(
    "SELECT (SELECT count(*) FROM outbox WHERE state = 'waiting') + (SELECT count(*) FROM outbox WHERE state = 'ready') "
    "+ (SELECT count(*) FROM outbox WHERE state = 'leased')"
)
DEAD_LETTERS = _both(
    "SELECT id, kind, lane, dedup, payload, error, tries, created_at, ended_at, {now} FROM outbox WHERE state = 'dead' "
    "ORDER BY id DESC LIMIT :room"
)
DEAD_OF_KIND = _both(
    "SELECT id, kind, lane, dedup, payload, error, tries, created_at, ended_at, {now} FROM outbox WHERE state = 'dead' "
    "AND kind = :kind ORDER BY id DESC LIMIT :room"
)
DEAD_IDS = _both("SELECT id, kind, dedup FROM outbox WHERE state = 'dead' AND id > :after ORDER BY id LIMIT :room")
DEAD_ID = _both("SELECT id, kind, dedup FROM outbox WHERE state = 'dead' AND id = :id")
REPLAY = _both(
    "UPDATE outbox SET state = 'ready', tries = 0, since = {now}, due_at = {now}, ended_at = NULL, "
    "priority = {least}(priority, :priority), lane = coalesce(:lane, lane) WHERE id = :id AND state = 'dead'"
)

FREE_LANES = _both("UPDATE lanes SET next_at = {now} WHERE next_at > {now}")
FREE_WAITING = _both("UPDATE outbox SET due_at = {now} WHERE state = 'waiting' AND due_at > {now}")

PURGE = _both(
    "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE state = 'done' AND ended_at < :before "
    "AND (once IS NULL OR ended_at < :once_before) ORDER BY ended_at LIMIT :room) RETURNING id"
)
PURGE_LANES = _both("DELETE FROM lanes WHERE next_at < :before")
