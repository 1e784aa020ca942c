"""Customers and their record."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Float, ForeignKey, Identity, Index, Table, Text, text

from storage.columns import Key, Moment, Serial, partial
from storage.tables.schema import metadata

customers = Table(
    "customers",
    metadata,
    Column("id", Key, primary_key=True),
    Column("name", Text, nullable=False),
    Column("since", Moment),
    Column("attributes", Text, nullable=False, server_default=text("'{}'")),
    Column("crm_url", Text),
    Column("import_key", Key, unique=True),
    Column("created_at", Moment, nullable=False),
    # person or company
    Column("kind", Text, nullable=False, server_default=text("'person'")),
    # With whom the customer is one: always the one under whose id all of them are shown.
    Column("merged_into", Key, ForeignKey("customers.id")),
    partial("ix_customers_merged_into", "merged_into", where="merged_into IS NOT NULL"),
)

# `norm` is the handle as it is compared (storage.names); networks `email` and `phone` hold addresses and numbers.
identities = Table(
    "identities",
    metadata,
    Column("id", Serial, Identity(), primary_key=True),
    Column("customer_id", Key, ForeignKey("customers.id"), nullable=False),
    Column("network", Key, nullable=False),
    Column("external_id", Key),
    Column("handle", Text, nullable=False),
    Column("norm", Key, nullable=False),
    Column("display_name", Text),
    Column("followers", BigInteger),
    Column("verified", Boolean, nullable=False),
    Column("profile_url", Text),
    Column("seen_at", Moment, nullable=False),
    Index(None, "customer_id"),
    Index(None, "norm"),
    # A handle alone names one customer only as long as the network gives no stable id with it.
    partial("uq_identities_external", "network", "external_id", where="external_id IS NOT NULL", unique=True),
    partial(
        "uq_identities_handle",
        "network",
        "norm",
        where="external_id IS NULL AND network NOT IN ('email', 'phone')",
        unique=True,
    ),
    # An address or a telephone may be shared; each of those who do has it once.
    partial(
        "uq_identities_address",
        "customer_id",
        "network",
        "norm",
        where="external_id IS NULL AND network IN ('email', 'phone')",
        unique=True,
    ),
)

purchases = Table(
    "purchases",
    metadata,
    Column("customer_id", Key, ForeignKey("customers.id"), primary_key=True),
    Column("key", Key, primary_key=True),
    Column("what", Text, nullable=False),
    Column("at", Moment),
    Column("amount", Float),
    Column("currency", Text),
)

tickets = Table(
    "tickets",
    metadata,
    Column("customer_id", Key, ForeignKey("customers.id"), primary_key=True),
    Column("key", Key, primary_key=True),
    Column("subject", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("at", Moment),
)

# Baton's own record of how conversations ended, each once.
outcomes = Table(
    "outcomes",
    metadata,
    Column("key", Key, primary_key=True),
    Column("customer_id", Key, ForeignKey("customers.id"), nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    Index(None, "customer_id", "number"),
)

lookups = Table(
    "lookups",
    metadata,
    Column("id", Serial, Identity(), primary_key=True),
    Column("customer_id", Key, nullable=False),
    Column("by_id", Text, nullable=False),
    Column("by_name", Text, nullable=False),
    Column("by_department", Text),
    Column("via", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Index(None, "customer_id", "at"),
)

# Search by name that tolerates typos: `word_pieces` leads from a word with one letter left out to the words of the
# vocabulary it may stand for; ranking is done in Python (storage.names).
word_pieces = Table(
    "word_pieces",
    metadata,
    Column("piece", Key, primary_key=True),
    Column("word", Key, primary_key=True),
    sqlite_with_rowid=False,
)

customer_words = Table(
    "customer_words",
    metadata,
    Column("word", Key, primary_key=True),
    Column("customer_id", Key, ForeignKey("customers.id"), primary_key=True),
    sqlite_with_rowid=False,
)
