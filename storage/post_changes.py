"""Edits, deletes and counts that wait to be applied to their posts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, bindparam, select, text, update

from bot.domain.post import SourceEvent, StoredPost
from bot.ports import PostKey
from storage.bodies import read_change
from storage.engine import Connection
from storage.moments import stamp
from storage.post_rows import POST, read_stored
from storage.tables import post_changes, posts

_KEY = ("network", "account", "external_id")
_WAITING = text("post_changes.done_at IS NULL")

CHANGES = (
    select(post_changes.c.id, post_changes.c.body, *POST)
    .join(posts, and_(*(posts.c[name] == post_changes.c[name] for name in _KEY)))
    .where(_WAITING)
    .order_by(post_changes.c.id)
    .limit(bindparam("limit"))
    .with_for_update(of=post_changes, skip_locked=True)
)
_VIA = text("posts.via IS NOT NULL")
# The network deletes what only a tool has brought.
STRAYS = (
    select(post_changes.c.id, post_changes.c.body, *POST)
    .join(posts, and_(*(posts.c[name] == post_changes.c[name] for name in ("network", "external_id"))))
    .where(_WAITING, post_changes.c.kind == "deleted", _VIA)
    .order_by(post_changes.c.id)
    .limit(bindparam("limit"))
    .with_for_update(of=post_changes, skip_locked=True)
)
DONE = update(post_changes).values(done_at=bindparam("at"), body="").where(post_changes.c.id == bindparam("its_id"))
PURGE = (
    update(post_changes)
    .values(done_at=bindparam("at"), body="")
    .where(
        *(post_changes.c[name] == bindparam(f"its_{name}") for name in _KEY),
        post_changes.c.kind != "deleted",
        _WAITING,
    )
)


async def changes(
    connection: Connection, limit: int, *, strays: bool
) -> list[tuple[str, SourceEvent, StoredPost | None]]:
    """Changes whose post is there, in order of arrival, locked against other workers.

    With `strays` also deletes by the network of what only a tool has brought.
    """
    rows = await connection.all(CHANGES, {"limit": limit})
    if strays and len(rows) < limit:
        known = {row[0] for row in rows}
        others = await connection.all(STRAYS, {"limit": limit - len(rows)})
        rows += list({row[0]: row for row in others if row[0] not in known}.values())
    return [(str(id_), read_change(body), read_stored(row)) for id_, body, *row in rows]


def done(connection: Connection, change_ids: Sequence[str], at: datetime) -> None:
    """These are applied: the rows stay without their content, so that they are known when they come again."""
    connection.later_many(DONE, [{"its_id": int(id_), "at": stamp(at)} for id_ in change_ids])


def purge(connection: Connection, key: PostKey, at: datetime) -> None:
    """The post was deleted: edits of it that still wait are dropped with their text."""
    network, account, external_id = key
    connection.later(
        PURGE,
        {"its_network": network, "its_account": account, "its_external_id": external_id, "at": stamp(at)},
    )
