"""The outbox: what is put, what is a no-op, what is taken first."""

from __future__ import annotations

from storage.engine import Database


async def test_smoke(database: Database) -> None:
    async with database.writing() as connection:
        assert connection.database is database
