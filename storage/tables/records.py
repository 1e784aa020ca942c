"""Baton's side of the CRMs."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Table, Text

from storage.columns import Key, Moment, partial
from storage.tables.schema import metadata

# `contact_id` is empty where a colleague said that the customer is nobody there.
crm_links = Table(
    "crm_links",
    metadata,
    Column("customer_id", Key, ForeignKey("customers.id"), primary_key=True),
    Column("crm", Key, primary_key=True),
    Column("contact_id", Text, nullable=False),
    Column("url", Text),
    Column("how", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Index(None, "crm", "contact_id"),
    sqlite_with_rowid=False,
)

crm_entries = Table(
    "crm_entries",
    metadata,
    Column("crm", Key, primary_key=True),
    Column("key", Key, primary_key=True),
    Column("customer_id", Key, nullable=False),
    Column("number", BigInteger, ForeignKey("conversations.number"), nullable=False),
    Column("occasion", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("entry_id", Text),
    Column("case_id", Text),
    Column("url", Text),
    Column("error", Text, nullable=False),
    Index(None, "number"),
    partial("ix_crm_entries_nobody", "customer_id", "crm", where="state = 'nobody'"),
    sqlite_with_rowid=False,
)
