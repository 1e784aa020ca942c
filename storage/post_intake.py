"""The one way in for what sources deliver: posts are kept once by their key, changes once by key, kind and revision."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import asyncpg
import orjson
from sqlalchemy import BigInteger, Text, TextClause, and_, bindparam, exists, select, text, true, update
from sqlalchemy.dialects.postgresql import insert  # SQLite takes the same ON CONFLICT

from bot.domain.post import Post, SourceEvent
from bot.ports import Work
from storage.bodies import write_change, write_post
from storage.engine import Connection, Database, binds
from storage.hints import KINDS, hint_name, hint_work, put_hints
from storage.moments import stamp
from storage.tables import post_changes, posts, unread

UNSTORABLE = (
    ValueError,
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
    sqlite3.DataError,
    sqlite3.IntegrityError,
    sqlite3.ProgrammingError,
)
"""What a database raises at contents it cannot take: text that is not Unicode, numbers that are too great."""

_KEY = ("network", "account", "external_id")
_NAME = (*_KEY, "kind", "revision")
_CHANGE = (*_NAME, "source", "body", "at", "done_at")

ADD_POST = (
    insert(posts)
    .values(binds(*_KEY, "root_id", "parent_id", "source", "heard_at", "body"))
    .on_conflict_do_nothing(index_elements=_KEY)
    .returning(*(posts.c[name] for name in _KEY))
)
_new_change = [post_changes.c[name] for name in _NAME]
ADD_CHANGE = (
    insert(post_changes).values(binds(*_CHANGE)).on_conflict_do_nothing(index_elements=_NAME).returning(*_new_change)
)
# Edits and deletes wait for their post; counts of a post that we do not have are of no use to anybody.
_is_known = exists().where(and_(*(posts.c[name] == bindparam(name) for name in _KEY)))
_values = [bindparam(name, type_=BigInteger if name in {"at", "done_at"} else Text) for name in _CHANGE]
ADD_COUNTS = (
    insert(post_changes)
    .from_select(_CHANGE, select(*_values).where(_is_known))
    .on_conflict_do_nothing(index_elements=_NAME)
    .returning(*_new_change)
)

_UNREAD = ("source", "external_id")
ADD_UNREAD = (
    insert(unread)
    .values(binds(*_UNREAD, "network", "why", "body", "at"))
    .on_conflict_do_nothing(index_elements=_UNREAD)
    .returning(*(unread.c[name] for name in _UNREAD))
)
FILE = (
    update(posts)
    .values(filed=true())
    .where(*(posts.c[name] == bindparam(f"its_{name}") for name in (*_KEY, "source", "heard_at")))
)

Values = dict[str, Any]

_POST = (*_KEY, "root_id", "parent_id", "source", "heard_at", "body")
_ON_CONFLICT = "ON CONFLICT (network, account, external_id) DO NOTHING"
_SIZES = (128, 32, 8, 4, 2, 1)


_PLACES = {size: [f"{name}_{row}" for row in range(size) for name in _POST] for size in _SIZES}


def _add_so_many(size: int) -> TextClause:
    places = [f":{place}" for place in _PLACES[size]]
    rows = ", ".join(f"({', '.join(places[at : at + len(_POST)])})" for at in range(0, len(places), len(_POST)))
    return text(f"INSERT INTO posts ({', '.join(_POST)}) VALUES {rows} {_ON_CONFLICT}")  # noqa: S608 - our own names


_ADD_SO_MANY = {size: _add_so_many(size) for size in _SIZES}
_types = ", ".join(f"CAST(:{name} AS {'bigint' if name == 'heard_at' else 'text'}[])" for name in _POST)
_ADD_LISTED = text(
    f"INSERT INTO posts ({', '.join(_POST)}) SELECT * FROM unnest({_types}) {_ON_CONFLICT} RETURNING {', '.join(_KEY)}"  # noqa: S608
)


@dataclass(slots=True)
class Arrival:
    """What one request or poll brought, as rows. `names` tells each event apart, in the order of the events.

    An edit that brings the whole post has two rows: of a post that we have not heard of, it is as good as the post itself.
    """

    names: tuple[tuple[str, ...], ...]
    posts: list[Values] = field(default_factory=list)
    edits: list[tuple[Values, Values]] = field(default_factory=list)
    changes: list[Values] = field(default_factory=list)
    counts: list[Values] = field(default_factory=list)
    unread: list[Values] = field(default_factory=list)
    hints: list[Work] = field(default_factory=list)
    at: int = 0


def arrive(events: Sequence[SourceEvent], source: str, at: datetime, *, filed: bool = False) -> Arrival:
    """Write events as rows. Needs no database, so that what cannot be written harms nobody else's transaction.

    `filed`: what hints are about is from before Baton listened; of posts, `file` says so.
    """
    now = stamp(at)
    names = [_name(event, source) for event in events]
    arrival = Arrival(tuple(names), at=now)
    for event, name in zip(events, names, strict=True):
        if event.kind == "created":
            if event.post is not None:
                arrival.posts.append(_post_row(event.post, name, source, now))
            continue
        if event.kind == "unread":
            arrival.unread.append(dict(zip(_UNREAD, name, strict=True)) | _as_it_came(event, now))
            continue
        if event.kind in KINDS:
            arrival.hints.append(hint_work(event, source, filed=filed))
            continue
        change = dict(zip(_NAME, name, strict=True)) | {"source": source, "at": now, "done_at": None}
        change["body"] = write_change(event)
        if event.kind == "edited" and event.post is not None:
            arrival.edits.append((_post_row(event.post, name, source, now), change))
        elif event.kind == "metrics":
            arrival.counts.append(change)
        else:
            arrival.changes.append(change)
    return arrival


def all_posts(arrivals: Sequence[Arrival]) -> bool:
    """Are these posts alone, each of them once? Then `store_new` may be tried."""
    names = [name for arrival in arrivals for name in arrival.names]
    return len(set(names)) == len(names) == sum(len(arrival.posts) for arrival in arrivals)


async def store_new(database: Database, arrivals: Sequence[Arrival]) -> list[list[bool]]:
    """Store posts that are most probably all new; for each whether it is.

    Raises `ConflictError` on SQLite when one of them is not, and has stored none then: `store` finds out which. A statement
    that takes many rows and returns none is quick there: between any two steps of a statement its thread stands in line
    for the interpreter, which the event loop is busy with.
    """
    rows = [row for arrival in arrivals for row in arrival.posts]
    if database.name == "postgresql":
        listed = {name: [row[name] for row in rows] for name in _POST}
        fresh = {tuple(row) for row in await database.single(_ADD_LISTED, listed)}
        if fresh:
            database.wake.fire("posts")
        return [[name in fresh for name in arrival.names] for arrival in arrivals]
    async with database.writing() as connection:
        start = 0
        for size in _SIZES:
            while len(rows) - start >= size:
                values = [row[name] for row in rows[start : start + size] for name in _POST]
                connection.later(_ADD_SO_MANY[size], dict(zip(_PLACES[size], values, strict=True)), expect=size)
                start += size
        connection.wake("posts")
    return [[True] * len(arrival.names) for arrival in arrivals]


async def store(connection: Connection, arrivals: Sequence[Arrival]) -> list[list[bool]]:
    """Store what has arrived and wake those who hear it; for each event whether it is new."""
    added = await connection.many(ADD_POST, [row for arrival in arrivals for row in arrival.posts])
    fresh = {tuple(row) for row in added}
    edits = [pair for arrival in arrivals for pair in arrival.edits]
    if edits:
        fresh |= await _store_edits(connection, edits)
    for statement, rows in (
        (ADD_CHANGE, [row for arrival in arrivals for row in arrival.changes]),
        (ADD_COUNTS, [row for arrival in arrivals for row in arrival.counts]),
    ):
        fresh |= {tuple(row) for row in await connection.many(statement, rows)}
    if fresh:
        connection.wake("posts")
    unread_rows = [row for arrival in arrivals for row in arrival.unread]
    fresh |= {tuple(row) for row in await connection.many(ADD_UNREAD, unread_rows)}
    hints = [work for arrival in arrivals for work in arrival.hints]
    fresh |= await put_hints(connection, hints, max(arrival.at for arrival in arrivals))
    return [[_first(name, fresh) for name in arrival.names] for arrival in arrivals]


async def _store_edits(connection: Connection, edits: Sequence[tuple[Values, Values]]) -> set[tuple[str, ...]]:
    """The names of the edits that are new. One that was stored as the post itself is done already."""
    added = {tuple(row) for row in await connection.many(ADD_POST, [post for post, _ in edits])}
    as_post: set[tuple[str, ...]] = set()
    changes: list[Values] = []
    for _, change in edits:
        key = tuple(change[name] for name in _KEY)
        if key in added:
            added.discard(key)
            as_post.add(tuple(change[name] for name in _NAME))
            changes.append({**change, "body": "", "done_at": change["at"]})
        else:
            changes.append(change)
    return as_post | {tuple(row) for row in await connection.many(ADD_CHANGE, changes)}


def _first(name: tuple[str, ...], fresh: set[tuple[str, ...]]) -> bool:
    """Is it new here? What comes twice in one transaction is new the first time."""
    if name in fresh:
        fresh.discard(name)
        return True
    return False


def file(connection: Connection, arrival: Arrival) -> None:
    """The posts that this arrival brought first are from before Baton listened; said in the transaction that stored them."""
    rows = [*arrival.posts, *(post for post, _ in arrival.edits)]
    named = (*_KEY, "source", "heard_at")
    connection.later_many(FILE, [{f"its_{name}": row[name] for name in named} for row in rows])


def _name(event: SourceEvent, source: str) -> tuple[str, ...]:
    """The key of a new post; for a change also its kind and what tells it from other changes of the same kind.

    What could not be read is named by its source and a digest of itself, a hint by its source and what it is about.
    """
    if event.kind in KINDS:
        return (hint_name(source, event),)
    if event.kind == "unread":
        return source, event.external_id.replace("\0", "")
    key = event.post.key if event.post is not None else (event.network, event.account, event.external_id)
    if "\0" in "".join(key):  # PostgreSQL keeps no NUL in text
        network, account, external_id = (part.replace("\0", "") for part in key)
        key = network, account, external_id
    return key if event.kind == "created" else (*key, event.kind, _revision(event))


def _revision(event: SourceEvent) -> str:
    """What the source says, or else what it brings; a post is deleted once."""
    if event.revision:
        return event.revision.replace("\0", "")
    match event.kind:
        case "edited":
            brought = event.post.text.encode() if event.post is not None else b""
        case "metrics":
            brought = orjson.dumps(event.metrics, option=orjson.OPT_SORT_KEYS)
        case _:
            return ""
    return hashlib.blake2b(brought, digest_size=16).hexdigest()


def _as_it_came(event: SourceEvent, now: int) -> Values:
    body = event.raw if isinstance(event.raw, str) else orjson.dumps(event.raw, default=repr).decode()
    said = {"network": event.network, "why": event.why, "body": body}
    # It may be anything at all, also text that no database takes.
    taken = {name: text.replace("\0", "").encode("utf-8", "replace").decode() for name, text in said.items()}
    return {**taken, "at": now}


def _post_row(post: Post, name: tuple[str, ...], source: str, now: int) -> Values:
    return {
        "network": name[0],
        "account": name[1],
        "external_id": name[2],
        "root_id": post.root_id.replace("\0", "") if post.root_id is not None else None,
        "parent_id": post.parent_id.replace("\0", "") if post.parent_id is not None else None,
        "source": source,
        "heard_at": now,
        "body": write_post(post),
    }
