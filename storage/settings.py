"""Small values kept under a key."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert  # SQLite takes the same ON CONFLICT

from storage.engine import Connection, binds
from storage.tables import settings

GET = select(settings.c.value).where(settings.c.key == bindparam("key"))
_put = insert(settings).values(binds("key", "value"))
PUT = _put.on_conflict_do_update(index_elements=["key"], set_={"value": _put.excluded.value})
ADD = _put.on_conflict_do_nothing().returning(settings.c.key)
FORGET = delete(settings).where(settings.c.key.between("first:", "first:~"), settings.c.value < bindparam("before"))


async def setting(connection: Connection, key: str) -> str | None:
    """The value under a key, or None."""
    row = await connection.one(GET, {"key": key})
    return str(row[0]) if row is not None else None


def set_setting(connection: Connection, key: str, value: str) -> None:
    """Keep a value."""
    connection.later(PUT, {"key": key, "value": value})


async def first(connection: Connection, key: str, at: datetime) -> bool:
    """True for the first transaction that says this key; another one that says it at the same time waits for this one."""
    return await connection.one(ADD, {"key": f"first:{key}", "value": at.astimezone(UTC).isoformat()}) is not None


def forget_firsts(connection: Connection, before: datetime) -> None:
    """Keys that were said before then may come again."""
    connection.later(FORGET, {"before": before.astimezone(UTC).isoformat()})
