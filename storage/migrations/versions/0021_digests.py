"""What was counted for weekly digests that are on their way."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

Key = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "digests",
        sa.Column("due", Key, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("counted_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("due", name=op.f("pk_digests")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("digests")
