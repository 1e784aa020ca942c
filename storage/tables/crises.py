"""Crises: their present state, their timelines, what belongs to them, and our messages about them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, Table, Text, false

from storage.columns import Key, Moment, partial
from storage.tables.schema import metadata

# The columns repeat what queries need of the body. Of those that live there is one for each surface.
crises = Table(
    "crises",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("surface", Key, nullable=False),
    Column("channel", Text),
    Column("thread", Boolean, nullable=False),
    Column("ended_at", Moment),
    Column("body", Text, nullable=False),
    partial("uq_crises_live", "surface", where="state IN ('proposed', 'open')", unique=True),
    partial("ix_crises_channel", "channel", where="channel IS NOT NULL"),
    Index(None, "surface", "ended_at"),
)

crisis_trail = Table(
    "crisis_trail",
    metadata,
    Column("crisis", BigInteger, ForeignKey("crises.number"), primary_key=True, autoincrement=False),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("body", Text, nullable=False),
    sqlite_with_rowid=False,
)

crisis_conversations = Table(
    "crisis_conversations",
    metadata,
    Column("crisis", BigInteger, ForeignKey("crises.number"), primary_key=True, autoincrement=False),
    Column("number", BigInteger, ForeignKey("conversations.number"), primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Index(None, "number"),
    sqlite_with_rowid=False,
)

# Our messages: the board and the statement in the room, and what single people are sent.
crisis_postings = Table(
    "crisis_postings",
    metadata,
    Column("id", Key, primary_key=True),
    Column("crisis", BigInteger, ForeignKey("crises.number"), nullable=False),
    Column("card", Text, nullable=False),
    Column("person", Key),
    Column("platform", Text),
    Column("channel", Text),
    Column("message", Text),
    Column("shown", Text),
    Column("pinned", Boolean, nullable=False, server_default=false()),
    Index(None, "crisis"),
    Index(None, "channel", "message"),
)
