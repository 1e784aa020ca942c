"""Ideas: their present state, their trails, what asks for them, who voted, and the words by which similar ones are found."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, Table, Text

from storage.columns import Key, Moment, partial
from storage.tables.schema import metadata

# The columns repeat what queries need of the body. `root` is the idea that stands for this one: itself, or that into which
# it was merged, or that into which that one was, and so on.
ideas = Table(
    "ideas",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("merged_into", BigInteger, ForeignKey("ideas.number")),
    Column("root", BigInteger, nullable=False),
    Column("holder_id", Key),
    Column("asked_person", Key),
    Column("asked_department", Text),
    Column("raised_at", Moment, nullable=False),
    Column("state_since", Moment, nullable=False),
    Column("due_at", Moment),
    Column("body", Text, nullable=False),
    Index(None, "root"),
    Index(None, "raised_at"),
    Index(None, "state", "state_since"),
    partial("ix_ideas_merged_into", "merged_into", where="merged_into IS NOT NULL"),
    partial("ix_ideas_due_at", "due_at", where="due_at IS NOT NULL"),
)

idea_trail = Table(
    "idea_trail",
    metadata,
    Column("idea", BigInteger, ForeignKey("ideas.number"), primary_key=True, autoincrement=False),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("body", Text, nullable=False),
    Index(None, "at"),
    sqlite_with_rowid=False,
)

# Whose customer asks is the conversation's affair: so customers who become one count once, and a forgotten one as nobody.
idea_conversations = Table(
    "idea_conversations",
    metadata,
    Column("idea", BigInteger, ForeignKey("ideas.number"), primary_key=True, autoincrement=False),
    Column("number", BigInteger, ForeignKey("conversations.number"), primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Index(None, "number"),
    sqlite_with_rowid=False,
)

idea_votes = Table(
    "idea_votes",
    metadata,
    Column("idea", BigInteger, ForeignKey("ideas.number"), primary_key=True, autoincrement=False),
    Column("department", Text, primary_key=True),
    Column("against", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
    Index(None, "department"),
    sqlite_with_rowid=False,
)

idea_words = Table(
    "idea_words",
    metadata,
    Column("word", Key, primary_key=True),
    Column("idea", BigInteger, ForeignKey("ideas.number"), primary_key=True, autoincrement=False),
    Index(None, "idea"),
    sqlite_with_rowid=False,
)

# The columns `state`, `word`, `updated_at` are as the tracker last had the issue; `told` is how many conversations it was told of.
idea_links = Table(
    "idea_links",
    metadata,
    Column("tracker", Key, primary_key=True),
    Column("ref", Key, primary_key=True),
    Column("idea", BigInteger, ForeignKey("ideas.number"), nullable=False),
    Column("url", Text, nullable=False),
    Column("state", Text),
    Column("word", Text, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("linked_at", Moment, nullable=False),
    Column("gone", Boolean, nullable=False),
    Column("told", Integer, nullable=False),
    Index(None, "idea"),
    sqlite_with_rowid=False,
)
