"""Every table of the store, for SQLite and PostgreSQL alike.

Times are whole microseconds since 1970 in UTC (`storage.moments`): one integer on both databases, without a processor on
the hot path. Bodies are JSON as text: they are read whole, and text keeps what a JSON column would refuse (NUL). Only
plain integers, texts, floats and booleans occur, so that statements can be run by the driver itself.
A change here needs a migration; a test compares the two.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from storage.columns import Key, Moment, Serial, partial

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_PRESSING = ("crisis", "urgent", "number")
"""How lists are sorted, backwards: crises first, then what is urgent, then the newest."""

# Conversations -------------------------------------------------------------------------------------------------------

conversations = Table(
    "conversations",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("crisis", Boolean, nullable=False),
    Column("rung", SmallInteger, nullable=False),
    Column("customer_id", Key, ForeignKey("customers.id"), nullable=False),
    Column("network", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("holder_id", Key),
    Column("holder_department", Text),
    Column("asked_person", Key),
    Column("asked_department", Text),
    Column("outcome", Text),
    Column("opened_at", Moment, nullable=False),
    Column("floor_since", Moment, nullable=False),
    Column("last_post_at", Moment),
    Column("first_human_at", Moment),
    Column("changed_at", Moment),
    Column("snoozed_until", Moment),
    Column("resolved_at", Moment),
    # The whole frozen Conversation; the columns above repeat what queries need.
    Column("body", Text, nullable=False),
    Index(None, "customer_id", "number"),
    Index(None, "state"),
    Index(None, "opened_at"),
    Index(None, "resolved_at"),
    partial("ix_conversations_open", *_PRESSING, where="state <> 'resolved' AND snoozed_until IS NULL"),
    partial("ix_conversations_floor", *_PRESSING, where="state = 'floor' AND snoozed_until IS NULL"),
    partial("ix_conversations_waiting", *_PRESSING, where="state = 'waiting' AND snoozed_until IS NULL"),
    partial("ix_conversations_holder", "holder_id", *_PRESSING, where="holder_id IS NOT NULL"),
    partial("ix_conversations_asked_person", "asked_person", where="asked_person IS NOT NULL"),
    partial("ix_conversations_asked_department", "asked_department", where="asked_department IS NOT NULL"),
)

# Which open, unsnoozed conversations concern a department now: the holder's, the asked one, or, on the floor, the
# suggested ones. Kept with every change, so that a department's list is read straight from an index.
concerns = Table(
    "concerns",
    metadata,
    Column("number", BigInteger, ForeignKey("conversations.number"), primary_key=True, autoincrement=False),
    Column("department", Text, primary_key=True),
    Column("urgent", Boolean, nullable=False),
    Column("crisis", Boolean, nullable=False, server_default=false()),
    Index(None, "department", *_PRESSING),
    sqlite_with_rowid=False,
)

trail = Table(
    "trail",
    metadata,
    Column("number", BigInteger, ForeignKey("conversations.number"), primary_key=True, autoincrement=False),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("by_id", Text),
    Column("by_department", Text),
    Column("body", Text, nullable=False),
    Index(None, "at"),
    sqlite_with_rowid=False,
)

timers = Table(
    "timers",
    metadata,
    Column("number", BigInteger, ForeignKey("conversations.number"), primary_key=True, autoincrement=False),
    Column("kind", Text, primary_key=True),
    Column("due_at", Moment, nullable=False),
    Index(None, "due_at"),
    sqlite_with_rowid=False,
)

counters = Table(
    "counters",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", BigInteger, nullable=False),
)

# Posts ---------------------------------------------------------------------------------------------------------------

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
    UniqueConstraint("network", "account", "external_id"),
    partial("ix_posts_unheard", "id", where="conversation IS NULL AND deleted_at IS NULL"),
    partial("ix_posts_conversation", "conversation", "id", where="conversation IS NOT NULL"),
    partial("ix_posts_customer", "customer_id", where="customer_id IS NOT NULL"),
    partial("ix_posts_root", "network", "root_id", where="root_id IS NOT NULL"),
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

# Customers -----------------------------------------------------------------------------------------------------------

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
    partial("uq_identities_handle", "network", "norm", where="external_id IS NULL", unique=True),
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

# Colleagues ----------------------------------------------------------------------------------------------------------

people = Table(
    "people",
    metadata,
    Column("id", Key, primary_key=True),
    Column("name", Text, nullable=False),
    Column("email", Key, unique=True),
    # What the person said, and what the platform's groups say; the configuration wins over both.
    Column("chosen_department", Text),
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

# Surfaces and work ---------------------------------------------------------------------------------------------------

postings = Table(
    "postings",
    metadata,
    Column("id", Key, primary_key=True),
    Column("number", BigInteger, ForeignKey("conversations.number"), nullable=False),
    Column("surface", Key, nullable=False),
    Column("channel", Text),
    Column("message", Text),
    Column("shown", Text),
    UniqueConstraint("number", "surface"),
    Index(None, "channel", "message"),
)

# Notes in threads where they were not written. Notes that share a `mark` share a message; one without `message` is on
# its way.
copies = Table(
    "copies",
    metadata,
    Column("note_id", Key, ForeignKey("notes.id"), primary_key=True),
    Column("posting_id", Key, ForeignKey("postings.id"), primary_key=True),
    Column("mark", Key, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("channel", Text),
    Column("message", Text),
    Column("shown", Text, nullable=False),
    Index(None, "posting_id", "made_at"),
    Index(None, "mark"),
)

settings = Table(
    "settings",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

# Work that follows from committed changes (storage.outbox). It waits until it is due, is ready, is leased by a worker,
# and ends as done or dead (`ended_at`). `lane` is "lane key", or null for work without a key. `attempt` only grows and
# fences late finishers; `tries` counts since the work was put or replayed, at `since`, and decides when to give up.
outbox = Table(
    "outbox",
    metadata,
    Column("id", Serial, Identity(), primary_key=True),
    Column("state", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("lane", Key),
    Column("priority", SmallInteger, nullable=False),
    Column("dedup", Key),
    Column("once", Key),
    Column("due_at", Moment, nullable=False),
    Column("attempt", Integer, nullable=False, server_default=text("0")),
    Column("tries", Integer, nullable=False, server_default=text("0")),
    Column("since", Moment, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("worker", Text),
    Column("lease_until", Moment),
    Column("error", Text),
    Column("ended_at", Moment),
    CheckConstraint("state IN ('waiting', 'ready', 'leased', 'done', 'dead')", name="state"),
    partial(
        "uq_outbox_dedup", "kind", "dedup", where="state IN ('ready', 'waiting') AND dedup IS NOT NULL", unique=True
    ),
    partial("uq_outbox_once", "once", where="once IS NOT NULL", unique=True),
    # The first of each lane, the first without one, and what becomes due next: each one step into an index.
    partial("ix_outbox_lane", "lane", "priority", "id", where="state = 'ready' AND lane IS NOT NULL"),
    partial("ix_outbox_free", "priority", "id", where="state = 'ready' AND lane IS NULL"),
    partial("ix_outbox_due", "due_at", where="state = 'waiting'"),
    partial("ix_outbox_lease", "lease_until", where="state = 'leased'"),
    partial("ix_outbox_twin", "kind", "dedup", where="state = 'leased' AND dedup IS NOT NULL"),
    # One in flight per lane, whatever happens.
    partial("uq_outbox_flight", "lane", where="state = 'leased' AND lane IS NOT NULL", unique=True),
    partial("ix_outbox_done", "ended_at", where="state = 'done'"),
    partial("ix_outbox_dead", "id", where="state = 'dead'"),
)

# Lanes that have a rate or were told to wait: nothing of the lane starts before `next_at`.
lanes = Table(
    "lanes",
    metadata,
    Column("lane", Key, primary_key=True),
    Column("next_at", Moment, nullable=False),
    sqlite_with_rowid=False,
)
