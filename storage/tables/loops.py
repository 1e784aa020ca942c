"""Loops: for each idea that shipped and each conversation that asked for it, whether the customer was told."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, Table, Text

from storage.columns import Key, Moment
from storage.tables.schema import metadata

# `shipped` is the idea's version when it shipped; `at` is when the row came into its state.
loops = Table(
    "loops",
    metadata,
    Column("idea", BigInteger, ForeignKey("ideas.number"), primary_key=True, autoincrement=False),
    Column("number", BigInteger, ForeignKey("conversations.number"), primary_key=True, autoincrement=False),
    Column("state", Text, nullable=False),
    Column("why", Text),
    Column("detail", Text, nullable=False),
    Column("shipped", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("translated", Boolean, nullable=False),
    Column("audience", Text),
    Column("answer_id", Key),
    Column("opened_at", Moment, nullable=False),
    Column("at", Moment, nullable=False),
    Index(None, "number"),
    Index(None, "idea", "state", "number"),
    sqlite_with_rowid=False,
)
