"""Customers are forgotten on request: who asked and who decided, and where our notices stand."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

Key = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "forgettings",
        sa.Column("id", Key, nullable=False),
        sa.Column("customer_id", Key, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forgettings")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_forgettings_customer_id"), "forgettings", ["customer_id"])
    op.create_table(
        "told",
        sa.Column("mark", Key, nullable=False),
        sa.Column("about", Key, nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_told")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_told_about"), "told", ["about"])


def downgrade() -> None:
    op.drop_table("told")
    op.drop_table("forgettings")
