"""Which idea has which issue in a tracker."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

Key = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "idea_links",
        sa.Column("tracker", Key, nullable=False),
        sa.Column("ref", Key, nullable=False),
        sa.Column("idea", sa.BigInteger(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("linked_at", sa.BigInteger(), nullable=False),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["idea"], ["ideas.number"], name=op.f("fk_idea_links_idea")),
        sa.PrimaryKeyConstraint("tracker", "ref", name=op.f("pk_idea_links")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_idea_links_idea"), "idea_links", ["idea"])


def downgrade() -> None:
    op.drop_table("idea_links")
