"""A store seen from outside, by its driver alone: what is in it, and whether everything is done."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg

UNHEARD = "SELECT count(*) FROM posts WHERE conversation IS NULL AND deleted_at IS NULL"
PENDING = "SELECT count(*) FROM outbox WHERE state IN ('waiting', 'ready', 'leased')"
POSTS = "SELECT count(*) FROM posts"
HELD = "SELECT count(*) FROM conversations WHERE state = 'held'"
LOOKED_UP = "SELECT count(*) FROM lookups"


@dataclass(frozen=True)
class Store:
    """One database. `suffix` ends the names of the figures measured on it."""

    url: str
    folder: Path
    suffix: str = ""

    @property
    def is_sqlite(self) -> bool:
        """Is it a file?"""
        return self.url.startswith("sqlite")

    async def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What a query gives, over a connection of its own."""
        if self.is_sqlite:
            return await asyncio.to_thread(self._read_file, sql)
        connection = await asyncpg.connect(self.url)
        try:
            return [tuple(row) for row in await connection.fetch(sql)]
        finally:
            await connection.close()

    async def number(self, sql: str) -> int:
        """The one number that a query gives."""
        return int((await self.rows(sql))[0][0])

    async def until_none(self, sql: str, within: float = 600.0) -> None:
        """Wait until a count is 0; raises `TimeoutError`."""
        async with asyncio.timeout(within):
            while await self.number(sql):  # noqa: ASYNC110 - the store is in another process
                await asyncio.sleep(0.05)

    async def on_floor(self, count: int) -> list[int]:
        """The numbers of the newest conversations that nobody holds."""
        sql = f"SELECT number FROM conversations WHERE state = 'floor' ORDER BY number DESC LIMIT {count}"
        return [number for (number,) in await self.rows(sql)]

    async def looked_for(self, count: int, chance: random.Random) -> list[str]:
        """What people type to find customers of this store: handles, names, names with a mistake, conversations."""
        last = await self.number("SELECT max(id) FROM identities")
        ids = ", ".join(str(chance.randint(1, last)) for _ in range(count * 2))
        found = await self.rows(f"SELECT handle, display_name FROM identities WHERE id IN ({ids}) LIMIT {count}")
        talks = await self.number("SELECT max(number) FROM conversations")
        asked = []
        for at, (handle, name) in enumerate(found):
            shown = name or handle
            asked.append((f"@{handle}", shown, _mistyped(shown, chance), f"B-{chance.randint(1, talks)}")[at % 4])
        return asked

    def _read_file(self, sql: str) -> list[tuple[Any, ...]]:
        path = self.url.partition("///")[2]
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)) as connection:
            return connection.execute(sql).fetchall()


def _mistyped(name: str, chance: random.Random) -> str:
    """The name with two letters exchanged, one left out or one doubled."""
    at = chance.randrange(1, max(2, len(name) - 1))
    match chance.randrange(3):
        case 0:
            return name[:at] + name[at + 1 : at + 2] + name[at : at + 1] + name[at + 2 :]
        case 1:
            return name[:at] + name[at + 1 :]
        case _:
            return name[:at] + name[at - 1] + name[at:]
