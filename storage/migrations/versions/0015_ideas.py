"""Ideas have a trail, conversations that ask for them, departments' votes, and words by which similar ones are found."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

Key = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _of_an_idea(table: str) -> tuple[Any, Any]:
    return (
        sa.Column("idea", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["idea"], ["ideas.number"], name=op.f(f"fk_{table}_idea")),
    )


def upgrade() -> None:
    op.create_table(
        "ideas",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("merged_into", sa.BigInteger(), nullable=True),
        sa.Column("root", sa.BigInteger(), nullable=False),
        sa.Column("holder_id", Key, nullable=True),
        sa.Column("asked_person", Key, nullable=True),
        sa.Column("asked_department", sa.Text(), nullable=True),
        sa.Column("raised_at", sa.BigInteger(), nullable=False),
        sa.Column("state_since", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["merged_into"], ["ideas.number"], name=op.f("fk_ideas_merged_into")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_ideas")),
    )
    op.create_index(op.f("ix_ideas_root"), "ideas", ["root"])
    op.create_index(op.f("ix_ideas_raised_at"), "ideas", ["raised_at"])
    op.create_index(op.f("ix_ideas_state_state_since"), "ideas", ["state", "state_since"])
    op.create_index("ix_ideas_merged_into", "ideas", ["merged_into"], **_where("merged_into IS NOT NULL"))
    op.create_index("ix_ideas_due_at", "ideas", ["due_at"], **_where("due_at IS NOT NULL"))
    op.create_table(
        "idea_trail",
        *_of_an_idea("idea_trail"),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("idea", "seq", name=op.f("pk_idea_trail")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_idea_trail_at"), "idea_trail", ["at"])
    op.create_table(
        "idea_conversations",
        *_of_an_idea("idea_conversations"),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["conversations.number"], name=op.f("fk_idea_conversations_number")),
        sa.PrimaryKeyConstraint("idea", "number", name=op.f("pk_idea_conversations")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_idea_conversations_number"), "idea_conversations", ["number"])
    op.create_table(
        "idea_votes",
        *_of_an_idea("idea_votes"),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("against", sa.Boolean(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("idea", "department", name=op.f("pk_idea_votes")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_idea_votes_department"), "idea_votes", ["department"])
    op.create_table(
        "idea_words",
        sa.Column("word", Key, nullable=False),
        *_of_an_idea("idea_words"),
        sa.PrimaryKeyConstraint("word", "idea", name=op.f("pk_idea_words")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_idea_words_idea"), "idea_words", ["idea"])


def downgrade() -> None:
    for table in ("idea_words", "idea_votes", "idea_conversations", "idea_trail", "ideas"):
        op.drop_table(table)
