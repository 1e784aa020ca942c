"""The first tables."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

Key = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
Serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _where(condition: sa.TextClause) -> dict[str, Any]:
    return {"sqlite_where": condition, "postgresql_where": condition}


def upgrade() -> None:
    op.create_table(
        "counters",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counters")),
    )
    op.create_table(
        "customers",
        sa.Column("id", Key, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=True),
        sa.Column("attributes", sa.Text(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("crm_url", sa.Text(), nullable=True),
        sa.Column("import_key", Key, nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers")),
        sa.UniqueConstraint("import_key", name=op.f("uq_customers_import_key")),
    )
    op.create_table(
        "lanes",
        sa.Column("lane", Key, nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("lane", name=op.f("pk_lanes")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "lookups",
        sa.Column("id", Serial, sa.Identity(always=False), nullable=False),
        sa.Column("customer_id", Key, nullable=False),
        sa.Column("by_id", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("by_department", sa.Text(), nullable=True),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lookups")),
    )
    op.create_index(op.f("ix_lookups_customer_id_at"), "lookups", ["customer_id", "at"])
    op.create_table(
        "outbox",
        sa.Column("id", Serial, sa.Identity(always=False), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("lane", Key, nullable=True),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("dedup", Key, nullable=True),
        sa.Column("once", Key, nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("attempt", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'ready', 'leased', 'done', 'dead')", name=op.f("ck_outbox_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index("ix_outbox_dead", "outbox", ["id"], **_where(sa.text("state = 'dead'")))
    op.create_index("ix_outbox_done", "outbox", ["ended_at"], **_where(sa.text("state = 'done'")))
    op.create_index("ix_outbox_due", "outbox", ["due_at"], **_where(sa.text("state = 'waiting'")))
    op.create_index(
        "ix_outbox_free", "outbox", ["priority", "id"], **_where(sa.text("state = 'ready' AND lane IS NULL"))
    )
    op.create_index(
        "ix_outbox_lane",
        "outbox",
        ["lane", "priority", "id"],
        **_where(sa.text("state = 'ready' AND lane IS NOT NULL")),
    )
    op.create_index("ix_outbox_lease", "outbox", ["lease_until"], **_where(sa.text("state = 'leased'")))
    op.create_index(
        "ix_outbox_twin", "outbox", ["kind", "dedup"], **_where(sa.text("state = 'leased' AND dedup IS NOT NULL"))
    )
    op.create_index(
        "uq_outbox_dedup",
        "outbox",
        ["kind", "dedup"],
        unique=True,
        **_where(sa.text("state IN ('ready', 'waiting') AND dedup IS NOT NULL")),
    )
    op.create_index(
        "uq_outbox_flight", "outbox", ["lane"], unique=True, **_where(sa.text("state = 'leased' AND lane IS NOT NULL"))
    )
    op.create_index("uq_outbox_once", "outbox", ["once"], unique=True, **_where(sa.text("once IS NOT NULL")))
    op.create_table(
        "people",
        sa.Column("id", Key, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", Key, nullable=True),
        sa.Column("chosen_department", sa.Text(), nullable=True),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("outsider", sa.Boolean(), nullable=False),
        sa.Column("muted", sa.Boolean(), nullable=False),
        sa.Column("met_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("email", name=op.f("uq_people_email")),
    )
    op.create_table(
        "post_changes",
        sa.Column("id", Serial, sa.Identity(always=False), nullable=False),
        sa.Column("network", Key, nullable=False),
        sa.Column("account", Key, nullable=False),
        sa.Column("external_id", Key, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("revision", Key, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_changes")),
        sa.UniqueConstraint(
            "network",
            "account",
            "external_id",
            "kind",
            "revision",
            name=op.f("uq_post_changes_network_account_external_id_kind_revision"),
        ),
    )
    op.create_index("ix_post_changes_waiting", "post_changes", ["id"], **_where(sa.text("done_at IS NULL")))
    op.create_table(
        "settings",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_settings")),
    )
    op.create_table(
        "word_pieces",
        sa.Column("piece", Key, nullable=False),
        sa.Column("word", Key, nullable=False),
        sa.PrimaryKeyConstraint("piece", "word", name=op.f("pk_word_pieces")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "accounts",
        sa.Column("platform", Key, nullable=False),
        sa.Column("team", Key, nullable=False),
        sa.Column("user", Key, nullable=False),
        sa.Column("person_id", Key, nullable=False),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_accounts_person_id")),
        sa.PrimaryKeyConstraint("platform", "team", "user", name=op.f("pk_accounts")),
    )
    op.create_index(op.f("ix_accounts_person_id"), "accounts", ["person_id"])
    op.create_table(
        "conversations",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("crisis", sa.Boolean(), nullable=False),
        sa.Column("rung", sa.SmallInteger(), nullable=False),
        sa.Column("customer_id", Key, nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("holder_id", Key, nullable=True),
        sa.Column("holder_department", sa.Text(), nullable=True),
        sa.Column("asked_person", Key, nullable=True),
        sa.Column("asked_department", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("floor_since", sa.BigInteger(), nullable=False),
        sa.Column("last_post_at", sa.BigInteger(), nullable=True),
        sa.Column("first_human_at", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=True),
        sa.Column("snoozed_until", sa.BigInteger(), nullable=True),
        sa.Column("resolved_at", sa.BigInteger(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_conversations_customer_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_conversations")),
    )
    op.create_index(
        "ix_conversations_asked_department",
        "conversations",
        ["asked_department"],
        **_where(sa.text("asked_department IS NOT NULL")),
    )
    op.create_index(
        "ix_conversations_asked_person",
        "conversations",
        ["asked_person"],
        **_where(sa.text("asked_person IS NOT NULL")),
    )
    op.create_index(op.f("ix_conversations_customer_id_number"), "conversations", ["customer_id", "number"])
    op.create_index(
        "ix_conversations_floor",
        "conversations",
        ["urgent", "number"],
        **_where(sa.text("state = 'floor' AND snoozed_until IS NULL")),
    )
    op.create_index(
        "ix_conversations_holder",
        "conversations",
        ["holder_id", "urgent", "number"],
        **_where(sa.text("holder_id IS NOT NULL")),
    )
    op.create_index(
        "ix_conversations_open",
        "conversations",
        ["urgent", "number"],
        **_where(sa.text("state <> 'resolved' AND snoozed_until IS NULL")),
    )
    op.create_index(op.f("ix_conversations_opened_at"), "conversations", ["opened_at"])
    op.create_index(op.f("ix_conversations_resolved_at"), "conversations", ["resolved_at"])
    op.create_index(op.f("ix_conversations_state"), "conversations", ["state"])
    op.create_index(
        "ix_conversations_waiting",
        "conversations",
        ["urgent", "number"],
        **_where(sa.text("state = 'waiting' AND snoozed_until IS NULL")),
    )
    op.create_table(
        "customer_words",
        sa.Column("word", Key, nullable=False),
        sa.Column("customer_id", Key, nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_customer_words_customer_id")),
        sa.PrimaryKeyConstraint("word", "customer_id", name=op.f("pk_customer_words")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "identities",
        sa.Column("id", Serial, sa.Identity(always=False), nullable=False),
        sa.Column("customer_id", Key, nullable=False),
        sa.Column("network", Key, nullable=False),
        sa.Column("external_id", Key, nullable=True),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("norm", Key, nullable=False),
        sa.Column("display_name", sa.Text(), nullable=True),
        sa.Column("followers", sa.BigInteger(), nullable=True),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("profile_url", sa.Text(), nullable=True),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_identities_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identities")),
    )
    op.create_index(op.f("ix_identities_customer_id"), "identities", ["customer_id"])
    op.create_index(op.f("ix_identities_norm"), "identities", ["norm"])
    op.create_index(
        "uq_identities_external",
        "identities",
        ["network", "external_id"],
        unique=True,
        **_where(sa.text("external_id IS NOT NULL")),
    )
    op.create_index(
        "uq_identities_handle", "identities", ["network", "norm"], unique=True, **_where(sa.text("external_id IS NULL"))
    )
    op.create_table(
        "outcomes",
        sa.Column("key", Key, nullable=False),
        sa.Column("customer_id", Key, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_outcomes_customer_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_outcomes")),
    )
    op.create_index(op.f("ix_outcomes_customer_id_number"), "outcomes", ["customer_id", "number"])
    op.create_table(
        "purchases",
        sa.Column("customer_id", Key, nullable=False),
        sa.Column("key", Key, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=True),
        sa.Column("amount", sa.Float(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_purchases_customer_id")),
        sa.PrimaryKeyConstraint("customer_id", "key", name=op.f("pk_purchases")),
    )
    op.create_table(
        "tickets",
        sa.Column("customer_id", Key, nullable=False),
        sa.Column("key", Key, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_tickets_customer_id")),
        sa.PrimaryKeyConstraint("customer_id", "key", name=op.f("pk_tickets")),
    )
    op.create_table(
        "concerns",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["conversations.number"], name=op.f("fk_concerns_number")),
        sa.PrimaryKeyConstraint("number", "department", name=op.f("pk_concerns")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_concerns_department_urgent_number"), "concerns", ["department", "urgent", "number"])
    op.create_table(
        "notes",
        sa.Column("id", Key, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("by_id", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("by_department", sa.Text(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("edited_at", sa.BigInteger(), nullable=True),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.Column("platform", sa.Text(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["number"], ["conversations.number"], name=op.f("fk_notes_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
        sa.UniqueConstraint("platform", "channel", "message", name=op.f("uq_notes_platform_channel_message")),
    )
    op.create_index(op.f("ix_notes_number"), "notes", ["number"])
    op.create_table(
        "postings",
        sa.Column("id", Key, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("surface", Key, nullable=False),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("shown", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["number"], ["conversations.number"], name=op.f("fk_postings_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_postings")),
        sa.UniqueConstraint("number", "surface", name=op.f("uq_postings_number_surface")),
    )
    op.create_index(op.f("ix_postings_channel_message"), "postings", ["channel", "message"])
    op.create_table(
        "posts",
        sa.Column("id", Serial, sa.Identity(always=False), nullable=False),
        sa.Column("network", Key, nullable=False),
        sa.Column("account", Key, nullable=False),
        sa.Column("external_id", Key, nullable=False),
        sa.Column("root_id", Key, nullable=True),
        sa.Column("parent_id", Key, nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("heard_at", sa.BigInteger(), nullable=False),
        sa.Column("conversation", sa.BigInteger(), nullable=True),
        sa.Column("customer_id", Key, nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("edited_at", sa.BigInteger(), nullable=True),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["conversation"], ["conversations.number"], name=op.f("fk_posts_conversation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posts")),
        sa.UniqueConstraint("network", "account", "external_id", name=op.f("uq_posts_network_account_external_id")),
    )
    op.create_index(
        "ix_posts_conversation", "posts", ["conversation", "id"], **_where(sa.text("conversation IS NOT NULL"))
    )
    op.create_index("ix_posts_customer", "posts", ["customer_id"], **_where(sa.text("customer_id IS NOT NULL")))
    op.create_index("ix_posts_parent", "posts", ["network", "parent_id"], **_where(sa.text("parent_id IS NOT NULL")))
    op.create_index("ix_posts_root", "posts", ["network", "root_id"], **_where(sa.text("root_id IS NOT NULL")))
    op.create_index(
        "ix_posts_unheard", "posts", ["id"], **_where(sa.text("conversation IS NULL AND deleted_at IS NULL"))
    )
    op.create_table(
        "timers",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["conversations.number"], name=op.f("fk_timers_number")),
        sa.PrimaryKeyConstraint("number", "kind", name=op.f("pk_timers")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_timers_due_at"), "timers", ["due_at"])
    op.create_table(
        "trail",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by_id", sa.Text(), nullable=True),
        sa.Column("by_department", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["conversations.number"], name=op.f("fk_trail_number")),
        sa.PrimaryKeyConstraint("number", "seq", name=op.f("pk_trail")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_trail_at"), "trail", ["at"])
    op.create_table(
        "post_versions",
        sa.Column("post_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("replaced_at", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_post_versions_post_id")),
        sa.PrimaryKeyConstraint("post_id", "version", name=op.f("pk_post_versions")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("post_versions")
    op.drop_table("trail")
    op.drop_table("timers")
    op.drop_table("posts")
    op.drop_table("postings")
    op.drop_table("notes")
    op.drop_table("concerns")
    op.drop_table("tickets")
    op.drop_table("purchases")
    op.drop_table("outcomes")
    op.drop_table("identities")
    op.drop_table("customer_words")
    op.drop_table("conversations")
    op.drop_table("accounts")
    op.drop_table("word_pieces")
    op.drop_table("settings")
    op.drop_table("post_changes")
    op.drop_table("people")
    op.drop_table("outbox")
    op.drop_table("lookups")
    op.drop_table("lanes")
    op.drop_table("customers")
    op.drop_table("counters")
