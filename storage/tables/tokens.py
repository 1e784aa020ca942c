"""The tokens by which sources act at their networks: sealed, nobody reads them here."""

from __future__ import annotations

from sqlalchemy import Column, Table, Text

from storage.columns import Key, Moment
from storage.tables.schema import metadata

# While `leased_until` is not over, the process `leased_by` renews it; `cut_off_at` tells of one that ended meanwhile.
source_tokens = Table(
    "source_tokens",
    metadata,
    Column("source", Key, primary_key=True),
    Column("sealed", Text),
    Column("kept_at", Moment),
    Column("leased_by", Text),
    Column("leased_until", Moment),
    Column("cut_off_at", Moment),
    Column("failure", Text),
    Column("failed_at", Moment),
    sqlite_with_rowid=False,
)
