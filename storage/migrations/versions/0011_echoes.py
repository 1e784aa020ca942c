"""Conversations that say the same as another one go with it: by what words they are recognised, and whom they go with."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_PRESSING = ["crisis", "urgent", "number"]


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _open(condition: str) -> None:
    op.drop_index("ix_conversations_open", "conversations")
    op.create_index(
        "ix_conversations_open", "conversations", _PRESSING, **_where(f"{condition} AND snoozed_until IS NULL")
    )


def upgrade() -> None:
    op.add_column("conversations", sa.Column("echo_of", sa.BigInteger()))
    op.create_index("ix_conversations_echo_of", "conversations", ["echo_of", "number"], **_where("echo_of IS NOT NULL"))
    _open("state NOT IN ('resolved', 'echo')")
    op.create_table(
        "signatures",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("heard_at", sa.BigInteger(), nullable=False),
        sa.Column("hashes", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["conversations.number"], name=op.f("fk_signatures_number")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_signatures")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_signatures_heard_at"), "signatures", ["heard_at"])
    op.create_table(
        "signature_keys",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["number"], ["signatures.number"], name=op.f("fk_signature_keys_number")),
        sa.PrimaryKeyConstraint("key", "number", name=op.f("pk_signature_keys")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_signature_keys_number"), "signature_keys", ["number"])


def downgrade() -> None:
    # An earlier Baton knows no echoes: there they are conversations of their own on the floor. Quotes inside of what
    # somebody wrote are escaped, so that only the state is meant.
    op.execute(
        'UPDATE conversations SET state = \'floor\', body = replace(body, \'"state":"echo"\', \'"state":"floor"\') '
        "WHERE state = 'echo'"
    )
    op.execute("DELETE FROM trail WHERE kind IN ('echoed', 'echo_left', 'separated', 'leader_changed')")
    op.drop_table("signature_keys")
    op.drop_table("signatures")
    _open("state <> 'resolved'")
    op.drop_index("ix_conversations_echo_of", "conversations")
    op.drop_column("conversations", "echo_of")
