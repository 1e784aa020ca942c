"""What customers wrote, with its versions, and what colleagues noted."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.columns import Key, Moment, Serial, partial
from storage.tables.schema import metadata

posts = Table(
    "posts",
    metadata,
    Column("id", Serial, Identity(), primary_key=True),
    Column("network", Key, nullable=False),
    Column("account", Key, nullable=False),
    Column("external_id", Key, nullable=False),
    Column("root_id", Key),
    Column("parent_id", Key),
    Column("source", Text, nullable=False),
    Column("heard_at", Moment, nullable=False),
    Column("conversation", BigInteger, ForeignKey("conversations.number")),
    Column("customer_id", Key),
    Column("version", Integer, nullable=False, server_default=text("0")),
    Column("edited_at", Moment),
    Column("deleted_at", Moment),
    Column("body", Text, nullable=False),
    # Fetched from before Baton listened: kept, but not shown. Null where it is not, so that the way in need not say so.
    Column("filed", Boolean),
    # Told when it is heard, so that the way in need not: it came through a listening tool; a digest of its page.
    Column("via", Boolean),
    Column("page", Key),
    # It came by several ways: the post that this copy is, and the network's own source of one that a tool brought first.
    Column("same_as", BigInteger),
    Column("own_source", Text),
    UniqueConstraint("network", "account", "external_id"),
    partial("ix_posts_unheard", "id", where="conversation IS NULL AND deleted_at IS NULL AND filed IS NULL"),
    partial("ix_posts_filed", "id", where="conversation IS NULL AND deleted_at IS NULL AND filed IS NOT NULL"),
    partial("ix_posts_conversation", "conversation", "id", where="conversation IS NOT NULL"),
    partial("ix_posts_customer", "customer_id", where="customer_id IS NOT NULL"),
    partial("ix_posts_root", "network", "root_id", where="root_id IS NOT NULL"),
    partial("ix_posts_via", "network", "external_id", where="via IS NOT NULL"),
    partial("ix_posts_page", "page", where="page IS NOT NULL"),
    partial("ix_posts_same_as", "same_as", where="same_as IS NOT NULL"),
    partial("ix_posts_parent", "network", "parent_id", where="parent_id IS NOT NULL"),
)

post_versions = Table(
    "post_versions",
    metadata,
    Column("post_id", BigInteger, ForeignKey("posts.id"), primary_key=True, autoincrement=False),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("replaced_at", Moment, nullable=False),
    Column("text", Text, nullable=False),
    sqlite_with_rowid=False,
)

# Edits, deletes and metrics, in order of arrival. They wait for their post when it has not come yet. A row stays, emptied,
# once it is done, so that the same change delivered again is known.
post_changes = Table(
    "post_changes",
    metadata,
    Column("id", Serial, Identity(), primary_key=True),
    Column("network", Key, nullable=False),
    Column("account", Key, nullable=False),
    Column("external_id", Key, nullable=False),
    Column("kind", Text, nullable=False),
    Column("revision", Key, nullable=False),
    Column("source", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("body", Text, nullable=False),
    Column("done_at", Moment),
    UniqueConstraint("network", "account", "external_id", "kind", "revision"),
    partial("ix_post_changes_waiting", "id", where="done_at IS NULL"),
)

# What a source brought and nobody could read, as it came.
unread = Table(
    "unread",
    metadata,
    Column("id", Serial, Identity(), primary_key=True),
    Column("source", Key, nullable=False),
    Column("network", Text, nullable=False),
    Column("external_id", Key, nullable=False),
    Column("why", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("at", Moment, nullable=False),
    UniqueConstraint("source", "external_id"),
)

notes = Table(
    "notes",
    metadata,
    Column("id", Key, primary_key=True),
    Column("number", BigInteger, ForeignKey("conversations.number"), nullable=False),
    Column("by_id", Text, nullable=False),
    Column("by_name", Text, nullable=False),
    Column("by_department", Text),
    Column("at", Moment, nullable=False),
    Column("text", Text, nullable=False),
    Column("edited_at", Moment),
    Column("deleted_at", Moment),
    Column("platform", Text),
    Column("channel", Text),
    Column("message", Text),
    # The card under whose thread it was written.
    Column("posting", Key),
    UniqueConstraint("platform", "channel", "message"),
    Index(None, "number"),
)
