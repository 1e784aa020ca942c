"""Whether those who asked for an idea were told that it shipped."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

Key = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "loops",
        sa.Column("idea", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("shipped", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("translated", sa.Boolean(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=True),
        sa.Column("answer_id", Key, nullable=True),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["idea"], ["ideas.number"], name=op.f("fk_loops_idea")),
        sa.ForeignKeyConstraint(["number"], ["conversations.number"], name=op.f("fk_loops_number")),
        sa.PrimaryKeyConstraint("idea", "number", name=op.f("pk_loops")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_loops_number"), "loops", ["number"])
    op.create_index(op.f("ix_loops_idea_state_number"), "loops", ["idea", "state", "number"])


def downgrade() -> None:
    op.drop_table("loops")
