"""Requests to forget somebody, and where our own notices stand, so that they can be taken back."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text

from storage.columns import Key, Moment
from storage.tables.schema import metadata

# The whole Forgetting is in `body`; it stays as the audit trail, without a word of the person's.
forgettings = Table(
    "forgettings",
    metadata,
    Column("id", Key, primary_key=True),
    Column("customer_id", Key, nullable=False),
    Column("state", Text, nullable=False),
    Column("until", Moment, nullable=False),
    Column("body", Text, nullable=False),
    Index(None, "customer_id"),
    sqlite_with_rowid=False,
)

# What is left of who they were: digests with a key of our own, of each identity and of the key of an import.
forgotten = Table(
    "forgotten",
    metadata,
    Column("digest", Key, primary_key=True),
    Column("at", Moment, nullable=False),
    sqlite_with_rowid=False,
)

# `about` is a conversation's number, or the id of a request to forget.
told = Table(
    "told",
    metadata,
    Column("mark", Key, primary_key=True),
    Column("about", Key, nullable=False),
    Column("platform", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("message", Text, nullable=False),
    Index(None, "about"),
    sqlite_with_rowid=False,
)
