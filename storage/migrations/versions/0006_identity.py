"""Customers can be one with others, and are not any more when a merge is undone; addresses may be shared."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

Key = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("customers", sa.Column("kind", sa.Text(), server_default=sa.text("'person'"), nullable=False))
    with op.batch_alter_table("customers") as customers:
        customers.add_column(sa.Column("merged_into", Key, nullable=True))
        customers.create_foreign_key(op.f("fk_customers_merged_into"), "customers", ["merged_into"], ["id"])
    _index("ix_customers_merged_into", "customers", ["merged_into"], "merged_into IS NOT NULL")
    op.drop_index("uq_identities_handle", "identities")
    _index(
        "uq_identities_handle",
        "identities",
        ["network", "norm"],
        "external_id IS NULL AND network NOT IN ('email', 'phone')",
        unique=True,
    )
    _index(
        "uq_identities_address",
        "identities",
        ["customer_id", "network", "norm"],
        "external_id IS NULL AND network IN ('email', 'phone')",
        unique=True,
    )
    op.create_table(
        "merges",
        sa.Column("id", Key, nullable=False),
        sa.Column("one", Key, nullable=False),
        sa.Column("other", Key, nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        *_person("by"),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        *_person("undone_by"),
        sa.Column("undone_why", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["one"], ["customers.id"], name=op.f("fk_merges_one")),
        sa.ForeignKeyConstraint(["other"], ["customers.id"], name=op.f("fk_merges_other")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merges")),
    )
    op.create_index(op.f("ix_merges_one"), "merges", ["one"])
    op.create_index(op.f("ix_merges_other"), "merges", ["other"])
    op.create_table(
        "likenesses",
        sa.Column("one", Key, nullable=False),
        sa.Column("other", Key, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        *_person("by"),
        sa.ForeignKeyConstraint(["one"], ["customers.id"], name=op.f("fk_likenesses_one")),
        sa.ForeignKeyConstraint(["other"], ["customers.id"], name=op.f("fk_likenesses_other")),
        sa.PrimaryKeyConstraint("one", "other", name=op.f("pk_likenesses")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_likenesses_other"), "likenesses", ["other"])
    _index("ix_likenesses_proposed", "likenesses", ["at"], "state = 'proposed'")
    op.create_table(
        "likeness_keys",
        sa.Column("key", Key, nullable=False),
        sa.Column("customer_id", Key, nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_likeness_keys_customer_id")),
        sa.PrimaryKeyConstraint("key", "customer_id", name=op.f("pk_likeness_keys")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_likeness_keys_customer_id"), "likeness_keys", ["customer_id"])
    # Those who are there already are compared, too, one portion after the other.
    op.execute(
        "INSERT INTO outbox (state, kind, payload, lane, priority, due_at, since, created_at)"
        " SELECT 'ready', 'likeness', '{\"after\": \"\"}', 'other likeness', 2, 0, 0, 0"
        " WHERE EXISTS (SELECT 1 FROM customers)"
    )


def _person(name: str) -> list[sa.Column[str]]:
    return [sa.Column(f"{name}_{part}", sa.Text(), nullable=True) for part in ("id", "name", "department")]


def _index(name: str, table: str, columns: list[str], where: str, unique: bool = False) -> None:
    op.create_index(name, table, columns, unique=unique, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def downgrade() -> None:
    op.drop_table("likeness_keys")
    op.drop_table("likenesses")
    op.drop_table("merges")
    op.drop_index("uq_identities_address", "identities")
    op.drop_index("uq_identities_handle", "identities")
    _index("uq_identities_handle", "identities", ["network", "norm"], "external_id IS NULL", unique=True)
    op.drop_index("ix_customers_merged_into", "customers")
    with op.batch_alter_table("customers") as customers:
        customers.drop_constraint(op.f("fk_customers_merged_into"), type_="foreignkey")
        customers.drop_column("merged_into")
    op.drop_column("customers", "kind")
