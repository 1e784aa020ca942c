"""What Baton has kept, read from its database while it runs, or does not."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg


@dataclass(frozen=True)
class Kept:
    """The database: a file of SQLite, or the address of one on PostgreSQL."""

    place: Path | str

    def rows(self, query: str) -> Sequence[Sequence[Any]]:
        """What a query finds."""
        if isinstance(self.place, str):
            return asyncio.run(self._postgres(query))
        with closing(sqlite3.connect(self.place, timeout=30)) as connection:
            return connection.execute(query).fetchall()

    async def _postgres(self, query: str) -> Sequence[Sequence[Any]]:
        connection = await asyncpg.connect(str(self.place))
        try:
            return [tuple(row) for row in await connection.fetch(query)]
        finally:
            await connection.close()

    def number(self, source: str, external_id: str) -> int | None:
        """The conversation of a post."""
        query = f"SELECT conversation FROM posts WHERE source = '{source}' AND external_id = '{external_id}'"
        found = self.rows(query)
        return found[0][0] if found else None

    def conversation(self, number: int) -> dict[str, Any]:
        """A conversation as it is now."""
        read: dict[str, Any] = json.loads(self.rows(f"SELECT body FROM conversations WHERE number = {number}")[0][0])
        return read

    def written(self, number: int) -> list[str]:
        """The texts of the answers in a conversation."""
        query = f"SELECT body FROM trail WHERE number = {number} AND kind = 'answer_written' ORDER BY seq"
        return [json.loads(body)["text"] for (body,) in self.rows(query)]
