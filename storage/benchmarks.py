"""Figures of others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import bindparam, delete, or_, select
from sqlalchemy.dialects.postgresql import insert  # SQLite takes the same ON CONFLICT

from bot.domain.benchmarks import FIELDS, Benchmark
from bot.ports import Benchmarks
from storage.engine import NOTHING, Connection, binds
from storage.moments import stamp
from storage.tables import benchmarks

b = benchmarks.c

_KEYS = [column.name for column in benchmarks.primary_key]
_put = insert(benchmarks).values(binds(*b.keys()))
PUT = _put.on_conflict_do_update(
    index_elements=_KEYS, set_={column.name: _put.excluded[column.name] for column in b if column.name not in _KEYS}
)
EVERY = select(*(b[name] for name in FIELDS)).order_by(b.industry, b.name, b.measure, b.period)
REMOVE = (
    delete(benchmarks)
    .where(b.name == bindparam("its_name"), or_(bindparam("its_measure") == "", b.measure == bindparam("its_measure")))
    .returning(b.measure)
)


class StoredBenchmarks(Benchmarks):
    """See `bot.ports.Benchmarks`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def put(self, benchmarks: Sequence[Benchmark], at: datetime) -> None:
        """Keep figures."""
        self._connection.later_many(PUT, [{**asdict(each), "imported_at": stamp(at)} for each in benchmarks])

    async def every(self) -> list[Benchmark]:
        """All of them."""
        rows = await self._connection.all(EVERY, NOTHING)
        return [Benchmark(**dict(zip(FIELDS, row, strict=True))) for row in rows]

    async def remove(self, name: str, measure: str | None = None) -> int:
        """Drop some."""
        return len(await self._connection.all(REMOVE, {"its_name": name, "its_measure": measure or ""}))
