"""Who is one with whom: merges, proposals, and the keys by which those who may be one find each other."""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Index, Table, Text

from storage.columns import Key, Moment, partial
from storage.tables.schema import metadata

# Every merge there ever was. Those that are not undone lead from any customer to all that are one with them.
merges = Table(
    "merges",
    metadata,
    Column("id", Key, primary_key=True),
    Column("one", Key, ForeignKey("customers.id"), nullable=False),
    Column("other", Key, ForeignKey("customers.id"), nullable=False),
    Column("why", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("by_id", Text),
    Column("by_name", Text),
    Column("by_department", Text),
    Column("via", Text, nullable=False),
    Column("undone_at", Moment),
    Column("undone_by_id", Text),
    Column("undone_by_name", Text),
    Column("undone_by_department", Text),
    Column("undone_why", Text),
    Index(None, "one"),
    Index(None, "other"),
)

# Whether two customers are one, as it was said: `one` sorts before `other`.
likenesses = Table(
    "likenesses",
    metadata,
    Column("one", Key, ForeignKey("customers.id"), primary_key=True),
    Column("other", Key, ForeignKey("customers.id"), primary_key=True),
    Column("state", Text, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("why", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("by_id", Text),
    Column("by_name", Text),
    Column("by_department", Text),
    Index(None, "other"),
    partial("ix_likenesses_proposed", "at", where="state = 'proposed'"),
    sqlite_with_rowid=False,
)

likeness_keys = Table(
    "likeness_keys",
    metadata,
    Column("key", Key, primary_key=True),
    Column("customer_id", Key, ForeignKey("customers.id"), primary_key=True),
    Index(None, "customer_id"),
    sqlite_with_rowid=False,
)
