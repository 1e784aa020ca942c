"""Kinds of columns that mean the same on SQLite and PostgreSQL."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Text, text

Moment = BigInteger
"""Microseconds since 1970, UTC."""

Key = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that is compared byte by byte, so that beginnings can be searched with an index."""

Serial = BigInteger().with_variant(Integer, "sqlite")
"""An integer id that the database gives out."""


def partial(name: str, *columns: Column[object] | str, where: str, unique: bool = False) -> Index:
    """An index of only those rows for which `where` holds. Queries must repeat `where` as literal text to use it."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))
