"""The rows of a store as its plain driver gives them, on SQLite and on PostgreSQL."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import asyncpg

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LOCAL = "sqlite+aiosqlite:///"


def micros(at: datetime) -> int:
    """An instant as the store keeps it."""
    return (at - EPOCH) // timedelta(microseconds=1)


def instant(kept: int) -> datetime:
    return EPOCH + timedelta(microseconds=kept)


class Rows(Protocol):
    """Asked in plain SQL that both databases understand."""

    async def all(self, statement: str) -> Sequence[Sequence[Any]]: ...


@dataclass
class _Sqlite:
    connection: sqlite3.Connection

    async def all(self, statement: str) -> Sequence[Sequence[Any]]:
        return self.connection.execute(statement).fetchall()


@dataclass
class _Postgres:
    connection: asyncpg.Connection[asyncpg.Record]

    async def all(self, statement: str) -> Sequence[Sequence[Any]]:
        return [tuple(row) for row in await self.connection.fetch(statement)]


@asynccontextmanager
async def rows_of(url: str) -> AsyncIterator[Rows]:
    """The rows behind a database address as Baton's settings write it."""
    if url.startswith(LOCAL):
        connection = sqlite3.connect(f"file:{url.removeprefix(LOCAL)}?mode=ro", uri=True)
        try:
            yield _Sqlite(connection)
        finally:
            connection.close()
        return
    server = await asyncpg.connect(url.replace("postgresql+asyncpg:", "postgresql:"))
    try:
        yield _Postgres(server)
    finally:
        await server.close()
