"""What could not be read is kept; posts from before Baton listened are filed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

Key = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
Serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("posts", sa.Column("filed", sa.Boolean(), nullable=True))
    op.create_table(
        "unread",
        sa.Column("id", Serial, sa.Identity(), nullable=False),
        sa.Column("source", Key, nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("external_id", Key, nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unread")),
        sa.UniqueConstraint("source", "external_id", name=op.f("uq_unread_source_external_id")),
    )


def downgrade() -> None:
    op.drop_table("unread")
    op.drop_column("posts", "filed")
