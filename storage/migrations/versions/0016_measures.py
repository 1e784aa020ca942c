"""What the measures count by, as columns: whom a conversation was suggested to, its first answer, whether something changed."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_COLUMNS: dict[str, Any] = {
    "department": sa.Text,
    "first_answer_at": sa.BigInteger,
    "changed": sa.Boolean,
    "resolved_department": sa.Text,
    "filed": sa.Boolean,
}
_INDEXED = (
    *("opened_at", "number", "customer_id", "network", "topic", "mood", "department", "state", "filed", "rung"),
    *("first_human_at", "first_answer_at", "resolved_at", "outcome", "changed", "resolved_department"),
)
_NOTHING = "('', 'nothing', 'none', '-', 'no', 'n/a')"

# What is as it always begins is left out of a body. The first answer is looked up in the trail, where times are numbers.
_ON_SQLITE = f"""
UPDATE conversations SET
    department = json_extract(body, '$.departments[0]'),
    first_answer_at = CASE WHEN json_extract(body, '$.first_answer_at') IS NOT NULL THEN
        (SELECT min(at) FROM trail WHERE trail.number = conversations.number AND kind = 'answer_sent') END,
    changed = CASE WHEN outcome IS NOT NULL THEN
        lower(trim(json_extract(body, '$.outcome.changed'), ' ' || char(9, 10, 13))) NOT IN {_NOTHING} END,
    resolved_department = json_extract(body, '$.resolved_by.department'),
    filed = CASE WHEN json_extract(body, '$.filed') THEN 1 END
"""  # noqa: S608 - our own words
# Where somebody wrote the character 0, JSON holds it and PostgreSQL refuses to read any of it.
_BODY = r"CAST(replace(body, '\u0000', '\ufffd') AS json)"
_ON_POSTGRESQL = f"""
UPDATE conversations SET
    department = {_BODY} #>> '{{departments,0}}',
    first_answer_at = CASE WHEN {_BODY} ->> 'first_answer_at' IS NOT NULL THEN
        (SELECT min(at) FROM trail WHERE trail.number = conversations.number AND kind = 'answer_sent') END,
    changed = CASE WHEN outcome IS NOT NULL THEN
        lower(btrim({_BODY} #>> '{{outcome,changed}}', E' \\t\\n\\r')) NOT IN {_NOTHING} END,
    resolved_department = {_BODY} #>> '{{resolved_by,department}}',
    filed = CASE WHEN {_BODY} ->> 'filed' = 'true' THEN true END
"""  # noqa: S608 - our own words


def upgrade() -> None:
    for name, kind in _COLUMNS.items():
        op.add_column("conversations", sa.Column(name, kind()))
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    op.execute(sa.text(_ON_SQLITE if on_sqlite else _ON_POSTGRESQL))
    op.drop_index("ix_conversations_opened_at", "conversations")
    op.create_index("ix_conversations_measured", "conversations", list(_INDEXED))


def downgrade() -> None:
    op.drop_index("ix_conversations_measured", "conversations")
    op.create_index("ix_conversations_opened_at", "conversations", ["opened_at"])
    for name in _COLUMNS:
        op.drop_column("conversations", name)
