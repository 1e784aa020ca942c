"""Colleagues and their accounts on chat platforms."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text

from storage.columns import Key, Moment
from storage.tables.schema import metadata

people = Table(
    "people",
    metadata,
    Column("id", Key, primary_key=True),
    Column("name", Text, nullable=False),
    Column("email", Key, unique=True),
    # What the person said, and what the platform's groups say; the configuration wins over both.
    Column("chosen_department", Text),
    # What they said they read; it wins over the configuration and what the platforms say.
    Column("chosen_language", Text),
    Column("timezone", Text, nullable=False),
    Column("outsider", Boolean, nullable=False),
    Column("muted", Boolean, nullable=False),
    Column("met_at", Moment, nullable=False),
    # Whom this one turned out to be; the row stays, so that the id in old trails still leads to somebody.
    Column("joined_into", Key),
)

accounts = Table(
    "accounts",
    metadata,
    Column("platform", Key, primary_key=True),
    Column("team", Key, primary_key=True),
    Column("user", Key, primary_key=True),
    Column("person_id", Key, ForeignKey("people.id"), nullable=False),
    # The whole Profile as the platform gave it.
    Column("profile", Text, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Index(None, "person_id"),
)

# Codes by which people say that two accounts are theirs, as digests; and how often somebody guessed wrong since when.
link_codes = Table(
    "link_codes",
    metadata,
    Column("digest", Key, primary_key=True),
    Column("person_id", Key, nullable=False),
    Column("platform", Text, nullable=False),
    Column("team", Text, nullable=False),
    Column("until", Moment, nullable=False),
    sqlite_with_rowid=False,
)

link_guesses = Table(
    "link_guesses",
    metadata,
    Column("person_id", Key, primary_key=True),
    Column("since", Moment, nullable=False),
    Column("wrong", Integer, nullable=False),
    sqlite_with_rowid=False,
)
