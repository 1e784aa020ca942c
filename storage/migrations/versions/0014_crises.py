"""Crises have a timeline, conversations that belong to them, and messages that are kept up to date."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

Key = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def upgrade() -> None:
    op.create_table(
        "crises",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("surface", Key, nullable=False),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("thread", sa.Boolean(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_crises")),
    )
    op.create_index("uq_crises_live", "crises", ["surface"], unique=True, **_where("state IN ('proposed', 'open')"))
    op.create_index("ix_crises_channel", "crises", ["channel"], **_where("channel IS NOT NULL"))
    op.create_index(op.f("ix_crises_surface_ended_at"), "crises", ["surface", "ended_at"])
    op.create_table(
        "crisis_trail",
        sa.Column("crisis", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["crisis"], ["crises.number"], name=op.f("fk_crisis_trail_crisis")),
        sa.PrimaryKeyConstraint("crisis", "seq", name=op.f("pk_crisis_trail")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "crisis_conversations",
        sa.Column("crisis", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["crisis"], ["crises.number"], name=op.f("fk_crisis_conversations_crisis")),
        sa.ForeignKeyConstraint(["number"], ["conversations.number"], name=op.f("fk_crisis_conversations_number")),
        sa.PrimaryKeyConstraint("crisis", "number", name=op.f("pk_crisis_conversations")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_crisis_conversations_number"), "crisis_conversations", ["number"])
    op.create_table(
        "crisis_postings",
        sa.Column("id", Key, nullable=False),
        sa.Column("crisis", sa.BigInteger(), nullable=False),
        sa.Column("card", sa.Text(), nullable=False),
        sa.Column("person", Key, nullable=True),
        sa.Column("platform", sa.Text(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("shown", sa.Text(), nullable=True),
        sa.Column("pinned", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["crisis"], ["crises.number"], name=op.f("fk_crisis_postings_crisis")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crisis_postings")),
    )
    op.create_index(op.f("ix_crisis_postings_crisis"), "crisis_postings", ["crisis"])
    op.create_index(op.f("ix_crisis_postings_channel_message"), "crisis_postings", ["channel", "message"])


def downgrade() -> None:
    op.execute("DELETE FROM trail WHERE kind = 'was_part_of_crisis'")
    op.drop_table("crisis_postings")
    op.drop_table("crisis_conversations")
    op.drop_table("crisis_trail")
    op.drop_table("crises")
