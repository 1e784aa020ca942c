"""Conversations that wait behind a rollup card, and what triage found as columns to count by."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

Key = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

# What is as it always begins is left out of a body, and so is the reading where there was none.
_ON_SQLITE = """
UPDATE conversations SET
    language = json_extract(body, '$.reading.language.name'),
    mood = CASE WHEN json_extract(body, '$.reading.mood.confidence') >= 0.5
        THEN json_extract(body, '$.reading.mood.name') END,
    topic = (SELECT json_extract(value, '$.name') FROM json_each(body, '$.reading.topics')
        WHERE json_extract(value, '$.confidence') >= 0.5
        ORDER BY substr(json_extract(value, '$.name'), 1, 1) = '#', key LIMIT 1)
WHERE json_extract(body, '$.reading') IS NOT NULL
"""
# Where a customer wrote the character 0, JSON holds it and PostgreSQL refuses to read any of it.
_ON_POSTGRESQL = r"""
UPDATE conversations SET
    language = found.reading #>> '{language,name}',
    mood = CASE WHEN CAST(found.reading #>> '{mood,confidence}' AS float) >= 0.5
        THEN found.reading #>> '{mood,name}' END,
    topic = (SELECT t.value ->> 'name'
        FROM json_array_elements(coalesce(found.reading -> 'topics', '[]'))
        WITH ORDINALITY AS t(value, at)
        WHERE CAST(t.value ->> 'confidence' AS float) >= 0.5
        ORDER BY left(t.value ->> 'name', 1) = '#', t.at LIMIT 1)
FROM (SELECT number, CAST(replace(body, '\u0000', '\ufffd') AS json) -> 'reading' AS reading FROM conversations) AS found
WHERE found.number = conversations.number AND found.reading IS NOT NULL
"""


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def upgrade() -> None:
    for name in ("mood", "topic", "language"):
        op.add_column("conversations", sa.Column(name, sa.Text()))
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    op.execute(sa.text(_ON_SQLITE.replace(":", r"\:") if on_sqlite else _ON_POSTGRESQL.replace(":", r"\:")))
    op.add_column("postings", sa.Column("rollup", Key))
    op.create_index("ix_postings_rollup", "postings", ["rollup", "number"], **_where("rollup IS NOT NULL"))
    op.create_table(
        "rollups",
        sa.Column("id", Key, nullable=False),
        sa.Column("surface", Key, nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("kept_until", sa.BigInteger()),
        sa.Column("unrolled", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("about", sa.Text(), nullable=False, server_default=sa.text("''")),
        sa.Column("channel", sa.Text()),
        sa.Column("message", sa.Text()),
        sa.Column("shown", sa.Text()),
        sa.Column("ended_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rollups")),
    )
    op.create_index("uq_rollups_open", "rollups", ["surface"], unique=True, **_where("ended_at IS NULL"))


def downgrade() -> None:
    # An earlier Baton shows everything at once: what waits is posted when its conversation changes.
    op.drop_table("rollups")
    op.drop_index("ix_postings_rollup", "postings")
    op.drop_column("postings", "rollup")
    for name in ("mood", "topic", "language"):
        op.drop_column("conversations", name)
