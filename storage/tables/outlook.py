"""What was forecast of the weeks to come, and the figures of others beside which ours are shown."""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, SmallInteger, Table, Text

from storage.columns import Moment
from storage.tables.schema import metadata

# Every forecast stays as it was made, so that it can be held against what came. `network` is empty for all together;
# `last` is the value of the week before it was made.
forecasts = Table(
    "forecasts",
    metadata,
    Column("made_at", Moment, primary_key=True, autoincrement=False),
    Column("network", Text, primary_key=True),
    Column("measure", Text, primary_key=True),
    Column("ahead", SmallInteger, primary_key=True, autoincrement=False),
    Column("starts", Moment, nullable=False),
    Column("ends", Moment, nullable=False),
    Column("value", Float, nullable=False),
    Column("low", Float, nullable=False),
    Column("high", Float, nullable=False),
    Column("last", Float, nullable=False),
    Index(None, "ends"),
    sqlite_with_rowid=False,
)

benchmarks = Table(
    "benchmarks",
    metadata,
    Column("name", Text, primary_key=True),
    Column("industry", Text, primary_key=True),
    Column("measure", Text, primary_key=True),
    Column("period", Text, primary_key=True),
    Column("value", Float, nullable=False),
    Column("unit", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("licence", Text, nullable=False),
    Column("imported_at", Moment, nullable=False),
    sqlite_with_rowid=False,
)
