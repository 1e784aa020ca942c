"""Small values kept under a key."""

from __future__ import annotations

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert  # SQLite takes the same ON CONFLICT

from storage.engine import Connection, binds
from storage.tables import settings

GET = select(settings.c.value).where(settings.c.key == bindparam("key"))
_put = insert(settings).values(binds("key", "value"))
PUT = _put.on_conflict_do_update(index_elements=["key"], set_={"value": _put.excluded.value})


async def setting(connection: Connection, key: str) -> str | None:
    """The value under a key, or None."""
    row = await connection.one(GET, {"key": key})
    return str(row[0]) if row is not None else None


def set_setting(connection: Connection, key: str, value: str) -> None:
    """Keep a value."""
    connection.later(PUT, {"key": key, "value": value})
