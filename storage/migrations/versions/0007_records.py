"""Customers are linked to contacts in CRMs; what is written there is remembered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

Key = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "crm_links",
        sa.Column("customer_id", Key, nullable=False),
        sa.Column("crm", Key, nullable=False),
        sa.Column("contact_id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_crm_links_customer_id")),
        sa.PrimaryKeyConstraint("customer_id", "crm", name=op.f("pk_crm_links")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_crm_links_crm_contact_id"), "crm_links", ["crm", "contact_id"])
    op.create_table(
        "crm_entries",
        sa.Column("crm", Key, nullable=False),
        sa.Column("key", Key, nullable=False),
        sa.Column("customer_id", Key, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("entry_id", sa.Text(), nullable=True),
        sa.Column("case_id", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["conversations.number"], name=op.f("fk_crm_entries_number")),
        sa.PrimaryKeyConstraint("crm", "key", name=op.f("pk_crm_entries")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_crm_entries_number"), "crm_entries", ["number"])
    nobody = sa.text("state = 'nobody'")
    op.create_index(
        "ix_crm_entries_nobody",
        "crm_entries",
        ["customer_id", "crm"],
        sqlite_where=nobody,
        postgresql_where=nobody,
    )


def downgrade() -> None:
    op.drop_table("crm_entries")
    op.drop_table("crm_links")
