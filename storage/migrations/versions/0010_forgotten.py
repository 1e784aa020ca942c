"""Who was forgotten is known again by keyed digests, so that an import leaves them out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

Key = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "forgotten",
        sa.Column("digest", Key, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_forgotten")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("forgotten")
