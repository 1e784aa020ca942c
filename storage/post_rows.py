"""Posts as rows."""

from __future__ import annotations

from sqlalchemy import func

from bot.domain.post import Post, StoredPost
from storage.bodies import read_post
from storage.engine import Row
from storage.moments import moment
from storage.tables import posts

POST = (
    posts.c.id,
    posts.c.body,
    posts.c.heard_at,
    posts.c.conversation,
    posts.c.customer_id,
    posts.c.version,
    posts.c.edited_at,
    posts.c.deleted_at,
    func.coalesce(posts.c.own_source, posts.c.source),
    posts.c.filed,
    posts.c.same_as,
)
"""What a StoredPost is read from."""


def read_stored(row: Row) -> StoredPost:
    """A row of `POST`."""
    id_, body, heard_at, conversation, customer_id, version, edited_at, deleted_at, source, filed, same_as = row
    # The parts are valid already: validating them once more would cost as much as reading them.
    return StoredPost.model_construct(
        id=str(id_),
        post=read_post(body),
        heard_at=moment(heard_at),
        conversation=conversation,
        customer_id=customer_id,
        version=version,
        edited_at=moment(edited_at),
        deleted_at=moment(deleted_at),
        source=source,
        filed=bool(filed),
        same_as=str(same_as) if same_as is not None else None,
    )


def tombstone(post: Post) -> Post:
    """The post without anything its author wrote or showed."""
    return Post(
        network=post.network,
        account=post.account,
        external_id=post.external_id,
        root_id=post.root_id,
        parent_id=post.parent_id,
        author=post.author,
        text="",
        posted_at=post.posted_at,
        url=post.url,
        visibility=post.visibility,
        via=post.via,
        also=post.also,
    )
