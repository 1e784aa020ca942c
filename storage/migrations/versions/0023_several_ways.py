"""Posts that come by several ways are one: by what each is found, which copy is which post, and whose source answers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op
from pydantic_core import from_json

from bot.domain.origins import page_of

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

Key = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

_MONTH = 30 * 86_400 * 1_000_000
"""Microseconds. Tools bring what is older only when they are asked for it."""

_PORTION = 1_000


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def upgrade() -> None:
    for column in (
        sa.Column("via", sa.Boolean()),
        sa.Column("page", Key),
        sa.Column("same_as", sa.BigInteger()),
        sa.Column("own_source", sa.Text()),
    ):
        op.add_column("posts", column)
    _tell()
    op.create_index("ix_posts_via", "posts", ["network", "external_id"], **_where("via IS NOT NULL"))
    op.create_index("ix_posts_page", "posts", ["page"], **_where("page IS NOT NULL"))
    op.create_index("ix_posts_same_as", "posts", ["same_as"], **_where("same_as IS NOT NULL"))


def _tell() -> None:
    """Of what was heard in the last month, by what it is found."""
    connection = op.get_bind()
    update = sa.text("UPDATE posts SET via = :via, page = :page WHERE id = :id")
    for found in _found(connection):
        connection.execute(update, found)


def _found(connection: sa.Connection) -> Iterator[list[dict[str, Any]]]:
    latest = connection.scalar(sa.text("SELECT heard_at FROM posts ORDER BY id DESC LIMIT 1"))
    read = sa.text(
        "SELECT id, network, body, conversation, heard_at FROM posts WHERE id < :before ORDER BY id DESC LIMIT :portion"
    )
    before, heard_at = 2**62, latest
    while latest is not None and heard_at > latest - _MONTH:
        rows = connection.execute(read, {"before": before, "portion": _PORTION}).all()
        if not rows:
            return
        before, heard_at = rows[-1][0], rows[-1][4]
        told = [{"id": id_, **_ways(network, body)} for id_, network, body, number, _ in rows if number is not None]
        if known := [each for each in told if each["via"] or each["page"]]:
            yield known


def _ways(network: str, body: str) -> dict[str, Any]:
    post = from_json(body)
    page = page_of(post.get("url"))
    digest = hashlib.blake2b(f"{network} {page}".encode(), digest_size=16).hexdigest() if page else None
    return {"via": True if post.get("via") else None, "page": digest}


def downgrade() -> None:
    # An earlier Baton takes a copy for a post that was deleted, which is what it shows then.
    for index in ("ix_posts_same_as", "ix_posts_page", "ix_posts_via"):
        op.drop_index(index, "posts")
    for column in ("own_source", "same_as", "page", "via"):
        op.drop_column("posts", column)
