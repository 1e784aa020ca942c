"""Rows in bulk: poured into tables whose indexes are dropped before and made anew at the end, in one transaction."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import Dialect, Table
from sqlalchemy.dialects.postgresql.asyncpg import dialect as postgres_dialect
from sqlalchemy.dialects.sqlite.aiosqlite import dialect as sqlite_dialect
from sqlalchemy.engine import URL
from sqlalchemy.schema import CreateIndex

from storage.engine import Row, parse_url
from storage.tables import metadata


def index_statements(dialect: Dialect, tables: Iterable[Table]) -> dict[str, str]:
    """Every index of these tables by name, with what makes it. Those of keys and constraints stay."""
    return {
        str(index.name): str(CreateIndex(index).compile(dialect=dialect))
        for table in tables
        for index in sorted(table.indexes, key=lambda index: str(index.name))
    }


class Pour(ABC):
    """An open transaction that takes rows."""

    @abstractmethod
    async def rows(self, sql: str) -> list[Row]:
        """What a query gives."""

    @abstractmethod
    async def execute(self, sql: str) -> None:
        """One statement without an answer."""

    @abstractmethod
    async def insert(self, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        """So many rows."""

    @abstractmethod
    async def begin(self) -> None:
        """Open the transaction."""

    @abstractmethod
    async def commit(self) -> None:
        """Keep it all, and let the database look at what it has by now."""

    @abstractmethod
    async def close(self) -> None:
        """Give up what was not committed."""


class _File(Pour):
    def __init__(self, connection: sqlite3.Connection, *, careless: bool) -> None:
        self._connection = connection
        self._careless = careless

    async def begin(self) -> None:
        pragmas = ["cache_size = -500000", "temp_store = MEMORY", "busy_timeout = 60000"]
        # Without a journal nothing can be taken back: only for files that nobody would miss.
        pragmas += ["journal_mode = OFF", "synchronous = OFF"] if self._careless else ["synchronous = NORMAL"]
        for pragma in pragmas:
            await self.execute(f"PRAGMA {pragma}")
        await self.execute("BEGIN IMMEDIATE")

    async def rows(self, sql: str) -> list[Row]:
        return await asyncio.to_thread(lambda: self._connection.execute(sql).fetchall())

    async def execute(self, sql: str) -> None:
        await asyncio.to_thread(self._connection.execute, sql)

    async def insert(self, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        places = ", ".join("?" * len(columns))
        sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})"  # noqa: S608 - our own names
        await asyncio.to_thread(self._connection.executemany, sql, rows)

    async def commit(self) -> None:
        await self.execute("COMMIT")
        # Looks at some rows of each index only, however many there are.
        for pragma in ("analysis_limit = 1000", "optimize = 0x10002", "synchronous = FULL", "journal_mode = WAL"):
            await self.execute(f"PRAGMA {pragma}")
        await self.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    async def close(self) -> None:
        await asyncio.to_thread(self._connection.close)


class _Server(Pour):
    def __init__(self, connection: Any, *, careless: bool) -> None:
        self._connection = connection
        self._careless = careless

    async def begin(self) -> None:
        settings = ["maintenance_work_mem = '512MB'"]
        # Rows are consistent by how they are made: references need not be looked up one by one.
        settings += ["session_replication_role = replica", "synchronous_commit = off"] if self._careless else []
        for setting in settings:
            await self._connection.execute(f"SET {setting}")
        await self._connection.execute("BEGIN")

    async def rows(self, sql: str) -> list[Row]:
        return [tuple(row) for row in await self._connection.fetch(sql)]

    async def execute(self, sql: str) -> None:
        await self._connection.execute(sql)

    async def insert(self, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        await self._connection.copy_records_to_table(table, records=rows, columns=list(columns))

    async def commit(self) -> None:
        await self._connection.execute("COMMIT")
        # What the server would do by itself a little later.
        await self._connection.execute("VACUUM ANALYZE")
        if self._careless:
            await self._connection.execute("CHECKPOINT")

    async def close(self) -> None:
        await self._connection.close()


@asynccontextmanager
async def pouring(url: str, tables: Iterable[Table] = (), *, careless: bool = False) -> AsyncIterator[Pour]:
    """A transaction for rows into these tables (all, where none is named), kept when the block ends without an error.

    With `careless` a database that crashes meanwhile is lost, and references are not looked at.
    """
    parsed = parse_url(url)
    on_sqlite = parsed.get_backend_name() == "sqlite"
    dialect = sqlite_dialect() if on_sqlite else postgres_dialect()  # type: ignore[no-untyped-call]
    indexes = index_statements(dialect, tuple(tables) or metadata.tables.values())
    pour = await _opened(parsed, careless=careless)
    try:
        await pour.begin()
        for name in indexes:
            await pour.execute(f'DROP INDEX "{name}"')
        yield pour
        for statement in indexes.values():
            await pour.execute(statement)
        await pour.commit()
    finally:
        with contextlib.suppress(asyncpg.InterfaceError):
            await pour.close()


async def _opened(url: URL, *, careless: bool) -> Pour:
    if url.get_backend_name() == "sqlite":
        path = Path(str(url.database))
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=60)
        return _File(connection, careless=careless)
    ours = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return _Server(await asyncpg.connect(ours), careless=careless)
