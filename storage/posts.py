"""What customers wrote: each post once, its versions, and its place in a conversation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Integer,
    Text,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    text,
    true,
    union_all,
    update,
)

from bot.domain.post import Post, SourceEvent, StoredPost
from bot.errors import PermanentError, quoted
from bot.ports import Clock, PostKey, Twin
from storage import other_ways
from storage import post_changes as waiting
from storage.bodies import write_post
from storage.digests import drop_words
from storage.engine import Connection, Row, binds
from storage.moments import moment, stamp
from storage.other_ways import NO_WAYS, ways_of
from storage.post_intake import UNSTORABLE, arrive, file, store
from storage.post_rows import POST, read_stored, tombstone
from storage.tables import post_changes, post_versions, posts

_its_id = posts.c.id == bindparam("its_id")
_id: BindParameter[int] = bindparam("id", type_=BigInteger)
_UNPLACED = text("posts.conversation IS NULL AND posts.deleted_at IS NULL")
_deleted_meanwhile = exists().where(
    post_changes.c.network == posts.c.network,
    post_changes.c.account == posts.c.account,
    post_changes.c.external_id == posts.c.external_id,
    post_changes.c.kind == "deleted",
    post_changes.c.done_at.is_(None),
)

UNHEARD, FILED = (
    select(*POST)
    .where(_UNPLACED, filed, ~_deleted_meanwhile)
    .order_by(posts.c.id)
    .limit(bindparam("limit"))
    .with_for_update(of=posts, skip_locked=True)
    for filed in (posts.c.filed.is_(None), posts.c.filed.is_not(None))
)
AMONG = (
    select(*POST).where(_UNPLACED, posts.c.id == _id, ~_deleted_meanwhile).with_for_update(of=posts, skip_locked=True)
)
WAITING = (
    select(*POST)
    .where(_UNPLACED, posts.c.filed.is_(None), posts.c.id > bindparam("after"))
    .order_by(posts.c.id)
    .limit(bindparam("limit"))
)
BY_KEY = select(*POST).where(
    and_(*(posts.c[name] == bindparam(name) for name in ("network", "account", "external_id")))
)
GET = select(*POST).where(_its_id)
BY_ID = GET.with_for_update()
PLACE = (
    update(posts)
    .values(
        conversation=bindparam("its_conversation"),
        customer_id=bindparam("its_customer"),
        via=bindparam("its_via"),
        page=bindparam("its_page"),
    )
    .where(_its_id)
)
OF = (
    select(*POST)
    .where(posts.c.conversation == bindparam("number"))
    .order_by(posts.c.id.desc())
    .limit(bindparam("limit"))
)

_named = (
    posts.c.network == bindparam("network"),
    or_(posts.c.account == bindparam("account"), posts.c.via.is_not(None), bindparam("any") == true()),
    posts.c.conversation.is_not(None),
    (posts.c.customer_id == bindparam("customer", type_=Text)) | bindparam("customer", type_=Text).is_(None),
)
_naming = union_all(
    select(posts.c.id).where(posts.c.parent_id == bindparam("external_id"), *_named),
    select(posts.c.id).where(posts.c.root_id == bindparam("external_id"), *_named),
).subquery()
THREAD = select(bindparam("at", type_=Integer), posts.c.conversation).where(
    posts.c.id == select(func.min(_naming.c.id)).scalar_subquery()
)

KEEP_VERSION = insert(post_versions).values(binds("post_id", "version", "replaced_at", "text"))
VERSIONS = (
    select(post_versions.c.replaced_at, post_versions.c.text)
    .where(post_versions.c.post_id == bindparam("its_id"))
    .order_by(post_versions.c.version)
)
DROP_VERSIONS = delete(post_versions).where(post_versions.c.post_id == bindparam("its_id"))
REWRITE = update(posts).values(binds("body", "version", "edited_at")).where(_its_id)
ERASE = (
    update(posts)
    .values({**binds("body", "deleted_at"), "via": bindparam("its_via"), "page": bindparam("its_page")})
    .where(_its_id)
)
MEASURE = update(posts).values(binds("body")).where(_its_id)


class StoredPosts:
    """See `bot.ports.Posts`."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock
        self._tools: bool | None = None

    async def accept(
        self, events: Sequence[SourceEvent], source: str, at: datetime, *, filed: bool = False
    ) -> list[bool]:
        """Store what a source delivered, each once; True where it is new. `filed`: as from before Baton listened."""
        try:
            arrival = arrive(events, source, at, filed=filed)
            fresh = (await store(self._connection, [arrival]))[0]
        except UNSTORABLE as error:
            raise PermanentError(f"this cannot be stored: {quoted(error)}") from error
        if filed:
            file(self._connection, arrival)
        return fresh

    async def unheard(self, limit: int, first: Sequence[str] = ()) -> list[StoredPost]:
        """Stored posts that have no conversation yet, locked against other workers: those of `first`, then the oldest.

        What is filed comes after all that is new: however much of it there is, customers do not wait for it. A post whose
        delete is waiting already is left out: nobody is to see it.
        """
        named = [{"id": int(each)} for each in first[:limit]]
        rows = await self._connection.many(AMONG, named) if named else []
        there = {row[0] for row in rows}
        rows += [row for row in await self._connection.all(UNHEARD, {"limit": limit}) if row[0] not in there]
        if len(rows) < limit:
            rows += await self._connection.all(FILED, {"limit": limit - len(rows)})
        return [read_stored(row) for row in rows[:limit]]

    async def waiting(self, after: str, limit: int) -> list[StoredPost]:
        """New posts that have no conversation yet, from the one behind this id on."""
        rows = await self._connection.all(WAITING, {"after": int(after), "limit": limit})
        return [read_stored(row) for row in rows]

    async def by_key(self, keys: Sequence[PostKey]) -> dict[PostKey, StoredPost]:
        """Stored posts by (network, account, external_id)."""
        rows = await self._connection.many(
            BY_KEY, [{"network": n, "account": a, "external_id": e} for n, a, e in dict.fromkeys(keys)]
        )
        found = {stored.post.key: stored for stored in map(read_stored, rows)}
        for key, stored in found.items():
            if stored.same_as is not None:
                found[key] = await self.get(stored.same_as) or stored
        return found

    async def elsewhere(self, new: Sequence[StoredPost]) -> Mapping[str, Sequence[Twin]]:
        """What may be the same as each of these new posts."""
        self._tools = await other_ways.hold(self._connection, new)
        return await other_ways.elsewhere(self._connection, new) if self._tools else {}

    async def not_to_be_heard(self, new: Sequence[StoredPost]) -> Set[str]:
        """What tools brought and nobody is to see."""
        tools = [stored for stored in new if stored.post.via is not None]
        return await other_ways.not_to_be_heard(self._connection, tools)

    def join(self, first: StoredPost, later: StoredPost, post: Post, at: datetime) -> None:
        """The later one is the first from now on."""
        other_ways.join(self._connection, first, later, post, at)

    async def named_elsewhere(self, keys: Set[PostKey], tools: Set[PostKey]) -> Mapping[PostKey, int]:
        """The conversations of what is known under another account than that of these keys."""
        return await other_ways.named(self._connection, keys, tools) if await self._any_tool() else {}

    async def get(self, post_id: str) -> StoredPost | None:
        """One stored post."""
        row = await self._connection.one(GET, {"its_id": int(post_id)}) if post_id.isdecimal() else None
        return read_stored(row) if row is not None else None

    async def threads(
        self, wanted: Sequence[tuple[PostKey, str | None]], tools: Set[PostKey] = frozenset()
    ) -> dict[tuple[PostKey, str | None], int]:
        """For each (key, customer id): the first conversation with a post that names this key as its parent or root."""
        asked = list(dict.fromkeys(wanted))
        rows = await self._connection.many(
            THREAD,
            [
                {"at": at, "network": n, "account": a, "external_id": e, "customer": customer}
                | {"any": (n, a, e) in tools}
                for at, ((n, a, e), customer) in enumerate(asked)
            ],
        )
        return {asked[at]: number for at, number in rows}

    async def place(self, placed: Sequence[tuple[str, int, str]], heard: Mapping[str, Post] | None = None) -> None:
        """Record (post id, conversation number, customer id) of posts that have been heard, and what they are found by."""
        heard = heard or {}
        self._connection.later_many(
            PLACE,
            [
                {"its_id": int(post_id), "its_conversation": number, "its_customer": customer}
                | (ways_of(heard[post_id]) if post_id in heard else NO_WAYS)
                for post_id, number, customer in placed
            ],
        )

    async def changes(self, limit: int) -> list[tuple[str, SourceEvent, StoredPost | None]]:
        """Edits, deletes and metrics whose post is there, as (change id, event, post), in order of arrival."""
        return await waiting.changes(self._connection, limit, strays=await self._any_tool())

    async def done(self, change_ids: Sequence[str]) -> None:
        """These changes have been applied."""
        waiting.done(self._connection, change_ids, self._clock.now())

    async def edit(self, post_id: str, event: SourceEvent, at: datetime) -> StoredPost | None:
        """Keep the old text as a version and take the new one; None when nothing changed or it is older than what we have."""
        stored = await self._stored(post_id)
        if stored is None or stored.deleted_at is not None or event.post is None:
            return None
        old, new = stored.post, event.post
        if _content(old) == _content(new) or _older(new, old):
            return None
        kept = {"root_id": new.root_id or old.root_id, "parent_id": new.parent_id or old.parent_id, "also": old.also}
        new = new.model_copy(update={**kept, "metrics": {**old.metrics, **new.metrics}})
        number = {"its_id": int(post_id)}
        self._connection.later(
            KEEP_VERSION,
            {"post_id": int(post_id), "version": stored.version, "replaced_at": stamp(at), "text": old.text},
        )
        version = stored.version + 1
        self._connection.later(REWRITE, {**number, "body": write_post(new), "version": version, "edited_at": stamp(at)})
        return stored.model_copy(update={"post": new, "version": version, "edited_at": at})

    async def erase(self, post_id: str, at: datetime) -> bool:
        """Leave a tombstone: text, versions and raw payload are purged. False when it was one already."""
        stored = await self._stored(post_id)
        if stored is None or stored.deleted_at is not None:
            return False
        number = {"its_id": int(post_id)}
        body = write_post(tombstone(stored.post))
        self._connection.later(ERASE, {**number, "body": body, "deleted_at": stamp(at), **ways_of(stored.post)})
        self._connection.later(DROP_VERSIONS, number)
        drop_words(self._connection)
        waiting.purge(self._connection, stored.post.key, at)
        return True

    async def measure(self, post_id: str, metrics: Mapping[str, int]) -> None:
        """Take new counts of likes, shares and the like."""
        stored = await self._stored(post_id)
        if stored is None or stored.deleted_at is not None:
            return
        post = stored.post.model_copy(update={"metrics": {**stored.post.metrics, **metrics}})
        self._connection.later(MEASURE, {"its_id": int(post_id), "body": write_post(post)})

    async def of(self, number: int, limit: int = 50) -> list[StoredPost]:
        """The posts of a conversation, oldest first; when there are more than `limit`, the latest ones."""
        rows: list[Row] = await self._connection.all(OF, {"number": number, "limit": limit})
        return [read_stored(row) for row in reversed(rows)]

    async def versions(self, post_id: str) -> list[tuple[datetime, str]]:
        """Earlier texts with the time each was replaced, oldest first."""
        rows = await self._connection.all(VERSIONS, {"its_id": int(post_id)})
        return [(moment(at), earlier) for at, earlier in rows]

    async def _any_tool(self) -> bool:
        """Has a tool brought anything? Asked once in a unit of work: without one, nothing comes by several ways."""
        if self._tools is None:
            self._tools = await other_ways.any_tool(self._connection)
        return self._tools

    async def _stored(self, post_id: str) -> StoredPost | None:
        row = await self._connection.one(BY_ID, {"its_id": int(post_id)})
        return read_stored(row) if row is not None else None


def _content(post: Post) -> tuple[object, ...]:
    """What an edit can change so that people should know of it."""
    return post.text, post.html, post.media, post.rating, post.visibility


def _older(new: Post, old: Post) -> bool:
    return new.edited_at is not None and old.edited_at is not None and new.edited_at < old.edited_at
