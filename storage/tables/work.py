"""Where conversations are shown, and the work that follows from changes."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.columns import Key, Moment, Serial, partial
from storage.tables.schema import metadata

postings = Table(
    "postings",
    metadata,
    Column("id", Key, primary_key=True),
    Column("number", BigInteger, ForeignKey("conversations.number"), nullable=False),
    Column("surface", Key, nullable=False),
    Column("channel", Text),
    Column("message", Text),
    Column("shown", Text),
    # The rollup on which it is counted while it has no card of its own.
    Column("rollup", Key),
    UniqueConstraint("number", "surface"),
    Index(None, "channel", "message"),
    partial("ix_postings_rollup", "rollup", "number", where="rollup IS NOT NULL"),
)

# What a surface shows together while more arrives than its channel takes. `unrolled` of it have cards of their own by now.
rollups = Table(
    "rollups",
    metadata,
    Column("id", Key, primary_key=True),
    Column("surface", Key, nullable=False),
    Column("since", Moment, nullable=False),
    Column("kept_until", Moment),
    Column("unrolled", Integer, nullable=False, server_default=text("0")),
    # Words that most of it have in common, parted by spaces.
    Column("about", Text, nullable=False, server_default=text("''")),
    Column("channel", Text),
    Column("message", Text),
    Column("shown", Text),
    Column("ended_at", Moment),
    partial("uq_rollups_open", "surface", where="ended_at IS NULL", unique=True),
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

# What we sent to customers: posts of ours, by which their answers to them are recognised. `begun_at` is set while a try to
# send is under way; found set by a later try, nobody saw how it ended.
answers = Table(
    "answers",
    metadata,
    Column("id", Key, primary_key=True),
    Column("number", BigInteger, ForeignKey("conversations.number"), nullable=False),
    Column("post_id", BigInteger, ForeignKey("posts.id"), nullable=False),
    Column("network", Key, nullable=False),
    Column("account", Key, nullable=False),
    Column("external_id", Key),
    Column("begun_at", Moment),
    Index(None, "number"),
    partial("ix_answers_external", "network", "account", "external_id", where="external_id IS NOT NULL"),
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
