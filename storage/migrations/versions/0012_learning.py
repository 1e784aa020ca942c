"""What claims and passes teach is kept as counts of numbers that stand for words."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

Key = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "learned_words",
        sa.Column("word", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("department", Key, nullable=False),
        sa.Column("posts", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("word", "department", name=op.f("pk_learned_words")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "learned_posts",
        sa.Column("department", Key, nullable=False),
        sa.Column("posts", sa.Float(), nullable=False),
        sa.Column("lessons", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("department", name=op.f("pk_learned_posts")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "learned_from",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("department", Key, nullable=False),
        sa.Column("posts", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["conversations.number"], name=op.f("fk_learned_from_number")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_learned_from")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("learned_from")
    op.drop_table("learned_posts")
    op.drop_table("learned_words")
