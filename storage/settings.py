"""Small values kept under a key."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert  # SQLite takes the same ON CONFLICT

from storage.engine import Connection, binds
from storage.tables import settings

GET = select(settings.c.value).where(settings.c.key == bindparam("key"))
_put = insert(settings).values(binds("key", "value"))
PUT = _put.on_conflict_do_update(index_elements=["key"], set_={"value": _put.excluded.value})
SWAP = (
    update(settings)
    .values(value=bindparam("new"))
    .where(settings.c.key == bindparam("its_key"), settings.c.value == bindparam("old"))
    .returning(settings.c.key)
)
ADD = _put.on_conflict_do_nothing().returning(settings.c.key)
FORGET = delete(settings).where(settings.c.key.between("first:", "first:~"), settings.c.value < bindparam("before"))


async def setting(connection: Connection, key: str) -> str | None:
    """The value under a key, or None."""
    row = await connection.one(GET, {"key": key})
    return str(row[0]) if row is not None else None


def set_setting(connection: Connection, key: str, value: str) -> None:
    """Keep a value."""
    connection.later(PUT, {"key": key, "value": value})


async def swap_setting(connection: Connection, key: str, old: str | None, new: str) -> bool:
    """Keep a value where it still is the old one (None: there is none); of two who try at once, one does."""
    if old is None:
        return await connection.one(ADD, {"key": key, "value": new}) is not None
    return await connection.one(SWAP, {"its_key": key, "old": old, "new": new}) is not None


async def first(connection: Connection, key: str, at: datetime) -> bool:
    """True for the first transaction that says this key; another one that says it at the same time waits for this one."""
    return await connection.one(ADD, {"key": f"first:{key}", "value": at.astimezone(UTC).isoformat()}) is not None


def forget_firsts(connection: Connection, before: datetime) -> None:
    """Keys that were said before then may come again."""
    connection.later(FORGET, {"before": before.astimezone(UTC).isoformat()})
