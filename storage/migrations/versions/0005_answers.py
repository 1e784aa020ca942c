"""Customers are answered; some answers wait for the approval of a department."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

Key = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "answers",
        sa.Column("id", Key, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("network", Key, nullable=False),
        sa.Column("account", Key, nullable=False),
        sa.Column("external_id", Key, nullable=True),
        sa.Column("begun_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["number"], ["conversations.number"], name=op.f("fk_answers_number")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_answers_post_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
    )
    op.create_index(op.f("ix_answers_number"), "answers", ["number"])
    sent = sa.text("external_id IS NOT NULL")
    op.create_index(
        "ix_answers_external",
        "answers",
        ["network", "account", "external_id"],
        sqlite_where=sent,
        postgresql_where=sent,
    )
    op.add_column("conversations", sa.Column("approving_department", sa.Text(), nullable=True))
    waiting = sa.text("approving_department IS NOT NULL")
    op.create_index(
        "ix_conversations_approving_department",
        "conversations",
        ["approving_department"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )


def downgrade() -> None:
    op.drop_index("ix_conversations_approving_department", "conversations")
    op.drop_column("conversations", "approving_department")
    op.drop_table("answers")
