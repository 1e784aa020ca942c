"""What language a colleague chose to be spoken to in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("people", sa.Column("chosen_language", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("people", "chosen_language")
