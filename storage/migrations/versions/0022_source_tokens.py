"""The tokens by which sources act at their networks, sealed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

Key = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "source_tokens",
        sa.Column("source", Key, nullable=False),
        sa.Column("sealed", sa.Text()),
        sa.Column("kept_at", sa.BigInteger()),
        sa.Column("leased_by", sa.Text()),
        sa.Column("leased_until", sa.BigInteger()),
        sa.Column("cut_off_at", sa.BigInteger()),
        sa.Column("failure", sa.Text()),
        sa.Column("failed_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_source_tokens")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("source_tokens")
