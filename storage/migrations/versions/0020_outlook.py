"""Campaigns of conversations, forecasts, and the figures of others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "conversation_campaigns",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("campaign", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["conversations.number"], name=op.f("fk_conversation_campaigns_number")),
        sa.PrimaryKeyConstraint("number", "campaign", name=op.f("pk_conversation_campaigns")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_conversation_campaigns_campaign_number"), "conversation_campaigns", ["campaign", "number"])
    op.create_table(
        "forecasts",
        sa.Column("made_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("ahead", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("starts", sa.BigInteger(), nullable=False),
        sa.Column("ends", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("low", sa.Float(), nullable=False),
        sa.Column("high", sa.Float(), nullable=False),
        sa.Column("last", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("made_at", "network", "measure", "ahead", name=op.f("pk_forecasts")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_forecasts_ends"), "forecasts", ["ends"])
    op.create_table(
        "benchmarks",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("industry", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("licence", sa.Text(), nullable=False),
        sa.Column("imported_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", "industry", "measure", "period", name=op.f("pk_benchmarks")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("benchmarks")
    op.drop_index(op.f("ix_forecasts_ends"), "forecasts")
    op.drop_table("forecasts")
    op.drop_index(op.f("ix_conversation_campaigns_campaign_number"), "conversation_campaigns")
    op.drop_table("conversation_campaigns")
