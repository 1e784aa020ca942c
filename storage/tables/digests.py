"""What was counted for weekly digests that are on their way."""

from __future__ import annotations

from sqlalchemy import Column, Table, Text

from storage.columns import Key, Moment
from storage.tables.schema import metadata

digests = Table(
    "digests",
    metadata,
    Column("due", Key, primary_key=True),
    Column("body", Text, nullable=False),
    Column("counted_at", Moment, nullable=False),
    sqlite_with_rowid=False,
)
