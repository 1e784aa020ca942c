"""What is old enough is purged: what networks sent beside the post (`raw`), or all that was written (`text`)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Table, bindparam, delete, or_, select, true, update

from storage.bodies import read_post, write_post
from storage.digests import drop_words
from storage.engine import Among, Connection, binds
from storage.moments import stamp
from storage.tables import post_changes, post_versions, posts, unread


def _of(table: Table) -> ColumnElement[bool]:
    """On one of the networks; on any where none is named."""
    return or_(bindparam("any") == true(), Among(table.c.network, "networks"))


OLD = (
    select(posts.c.id, posts.c.body)
    .where(posts.c.id > bindparam("after"), posts.c.heard_at < bindparam("before"), _of(posts))
    .order_by(posts.c.id)
    .limit(bindparam("limit"))
)
REWRITE = update(posts).values(binds("body")).where(posts.c.id == bindparam("its_id"))
DROP_VERSIONS = delete(post_versions).where(post_versions.c.post_id == bindparam("its_id"))
_old_changes = (
    select(post_changes.c.id)
    .where(post_changes.c.at < bindparam("before"), _of(post_changes))
    .limit(bindparam("limit"))
)
DROP_CHANGES = delete(post_changes).where(post_changes.c.id.in_(_old_changes))
_old_unread = select(unread.c.id).where(unread.c.at < bindparam("before"), _of(unread)).limit(bindparam("limit"))
DROP_UNREAD = delete(unread).where(unread.c.id.in_(_old_unread))


async def expire(
    connection: Connection, what: str, networks: Sequence[str], before: datetime, after: str, limit: int
) -> tuple[int, str]:
    """One portion; gives how many posts were looked at, and behind which to go on."""
    old = {"before": stamp(before), "networks": list(networks), "any": not networks, "limit": limit}
    connection.later(DROP_CHANGES, old)
    connection.later(DROP_UNREAD, old)
    rows = await connection.all(OLD, {**old, "after": int(after or 0)})
    for id_, body in rows:
        post = read_post(body)
        changes: dict[str, object] = {"raw": {}, "html": None}
        if what == "text":
            changes |= {"text": "", "media": ()}
            connection.later(DROP_VERSIONS, {"its_id": id_})
        purged = write_post(post.model_copy(update=changes))
        if purged != body:
            connection.later(REWRITE, {"its_id": id_, "body": purged})
            drop_words(connection)
    return len(rows), str(rows[-1][0]) if rows else after
