"""Notes are copied to the threads where they were not written; people who turn out to be one are joined."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

Key = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

_UNDER = """
    UPDATE notes SET posting = (
        SELECT p.id FROM postings p WHERE p.number = notes.number AND p.channel = notes.channel ORDER BY p.id LIMIT 1
    ) WHERE message IS NOT NULL
"""


def upgrade() -> None:
    op.add_column("notes", sa.Column("posting", Key, nullable=True))
    op.execute(_UNDER)
    op.create_table(
        "copies",
        sa.Column("note_id", Key, nullable=False),
        sa.Column("posting_id", Key, nullable=False),
        sa.Column("mark", Key, nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["note_id"], ["notes.id"], name=op.f("fk_copies_note_id")),
        sa.ForeignKeyConstraint(["posting_id"], ["postings.id"], name=op.f("fk_copies_posting_id")),
        sa.PrimaryKeyConstraint("note_id", "posting_id", name=op.f("pk_copies")),
    )
    op.create_index(op.f("ix_copies_posting_id_made_at"), "copies", ["posting_id", "made_at"])
    op.create_index(op.f("ix_copies_mark"), "copies", ["mark"])
    op.add_column("people", sa.Column("joined_into", Key, nullable=True))
    op.create_table(
        "link_codes",
        sa.Column("digest", Key, nullable=False),
        sa.Column("person_id", Key, nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_link_codes")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "link_guesses",
        sa.Column("person_id", Key, nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_link_guesses")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("link_guesses")
    op.drop_table("link_codes")
    op.drop_column("people", "joined_into")
    op.drop_table("copies")
    op.drop_column("notes", "posting")
