"""Conversations: their present state, their trail, and what is due."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, SmallInteger, Table, Text, false

from storage.columns import Key, Moment, partial
from storage.tables.schema import metadata

_PRESSING = ("crisis", "urgent", "number")
"""How lists are sorted, backwards: crises first, then what is urgent, then the newest."""

MEASURED = (
    *("number", "customer_id", "network", "topic", "mood", "department", "state", "filed", "rung", "first_human_at"),
    *("first_answer_at", "resolved_at", "outcome", "changed", "resolved_department"),
)
"""What the measures count by."""

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
    # Whose approval the answer waits for.
    Column("approving_department", Text),
    Column("outcome", Text),
    Column("opened_at", Moment, nullable=False),
    Column("floor_since", Moment, nullable=False),
    Column("last_post_at", Moment),
    Column("first_human_at", Moment),
    Column("changed_at", Moment),
    Column("snoozed_until", Moment),
    Column("resolved_at", Moment),
    # What triage makes of it, where it is sure.
    Column("mood", Text),
    Column("topic", Text),
    Column("language", Text),
    # What the measures count by: whom it was suggested to first, whether something was changed for it, and by whom. `filed`
    # is null where it is not.
    Column("department", Text),
    Column("first_answer_at", Moment),
    Column("changed", Boolean),
    Column("resolved_department", Text),
    Column("filed", Boolean),
    # The conversation that stands for this one, too.
    Column("echo_of", BigInteger),
    # The whole frozen Conversation; the columns above repeat what queries need.
    Column("body", Text, nullable=False),
    Index(None, "customer_id", "number"),
    Index(None, "state"),
    Index(None, "resolved_at"),
    # By when they were opened, with all that the measures count by: a week of a long history is counted from here alone.
    Index("ix_conversations_measured", "opened_at", *MEASURED),
    partial("ix_conversations_open", *_PRESSING, where="state NOT IN ('resolved', 'echo') AND snoozed_until IS NULL"),
    partial("ix_conversations_floor", *_PRESSING, where="state = 'floor' AND snoozed_until IS NULL"),
    partial("ix_conversations_waiting", *_PRESSING, where="state = 'waiting' AND snoozed_until IS NULL"),
    partial("ix_conversations_echo_of", "echo_of", "number", where="echo_of IS NOT NULL"),
    partial("ix_conversations_holder", "holder_id", *_PRESSING, where="holder_id IS NOT NULL"),
    partial("ix_conversations_asked_person", "asked_person", where="asked_person IS NOT NULL"),
    partial("ix_conversations_asked_department", "asked_department", where="asked_department IS NOT NULL"),
    partial("ix_conversations_approving_department", "approving_department", where="approving_department IS NOT NULL"),
)

# Which campaigns a conversation belongs to, by the names they have in baton.toml.
conversation_campaigns = Table(
    "conversation_campaigns",
    metadata,
    Column("number", BigInteger, ForeignKey("conversations.number"), primary_key=True, autoincrement=False),
    Column("campaign", Text, primary_key=True),
    Index(None, "campaign", "number"),
    sqlite_with_rowid=False,
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

# By what words others are recognised that say the same as a conversation's first post; for two days. `keys` are of what
# both would have in common, `hashes` tell how much (bot.domain.signature).
signatures = Table(
    "signatures",
    metadata,
    Column("number", BigInteger, ForeignKey("conversations.number"), primary_key=True, autoincrement=False),
    Column("heard_at", Moment, nullable=False),
    Column("hashes", Text, nullable=False),
    Index(None, "heard_at"),
    sqlite_with_rowid=False,
)

signature_keys = Table(
    "signature_keys",
    metadata,
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Column("number", BigInteger, ForeignKey("signatures.number"), primary_key=True, autoincrement=False),
    Index(None, "number"),
    sqlite_with_rowid=False,
)

counters = Table(
    "counters",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", BigInteger, nullable=False),
)
