"""New posts are heard before filed ones: each have an index of their own."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_WAITING = "conversation IS NULL AND deleted_at IS NULL"


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def upgrade() -> None:
    op.drop_index("ix_posts_unheard", "posts")
    op.create_index("ix_posts_unheard", "posts", ["id"], **_where(f"{_WAITING} AND filed IS NULL"))
    op.create_index("ix_posts_filed", "posts", ["id"], **_where(f"{_WAITING} AND filed IS NOT NULL"))


def downgrade() -> None:
    op.drop_index("ix_posts_filed", "posts")
    op.drop_index("ix_posts_unheard", "posts")
    op.create_index("ix_posts_unheard", "posts", ["id"], **_where(_WAITING))
