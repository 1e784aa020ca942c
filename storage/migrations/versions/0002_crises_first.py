"""Lists show crises before what is urgent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_PARTIAL = {
    "ix_conversations_open": ((), "state <> 'resolved' AND snoozed_until IS NULL"),
    "ix_conversations_floor": ((), "state = 'floor' AND snoozed_until IS NULL"),
    "ix_conversations_waiting": ((), "state = 'waiting' AND snoozed_until IS NULL"),
    "ix_conversations_holder": (("holder_id",), "holder_id IS NOT NULL"),
}
_OLD, _NEW = ("urgent", "number"), ("crisis", "urgent", "number")
_FILL = """
    UPDATE concerns SET crisis = (SELECT c.crisis FROM conversations c WHERE c.number = concerns.number)
    WHERE number IN (SELECT number FROM conversations WHERE crisis)
"""


def upgrade() -> None:
    op.add_column("concerns", sa.Column("crisis", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute(_FILL)
    _sort(_OLD, _NEW)


def downgrade() -> None:
    _sort(_NEW, _OLD)
    op.drop_column("concerns", "crisis")


def _sort(before: tuple[str, ...], after: tuple[str, ...]) -> None:
    op.drop_index(op.f(f"ix_concerns_department_{'_'.join(before)}"), "concerns")
    op.create_index(op.f(f"ix_concerns_department_{'_'.join(after)}"), "concerns", ["department", *after])
    for name, (first, condition) in _PARTIAL.items():
        where = sa.text(condition)
        op.drop_index(name, "conversations")
        op.create_index(name, "conversations", [*first, *after], sqlite_where=where, postgresql_where=where)
