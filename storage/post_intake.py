"""The one way in for what sources deliver: posts are kept once by their key, changes once by key, kind and revision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.expression import Executable

from bot.domain.post import SourceEvent
from storage.bodies import write_change, write_post
from storage.engine import Connection, binds
from storage.moments import stamp
from storage.tables import post_changes, posts

_KEY = ("network", "account", "external_id")


def _insert_new(table: Table, columns: tuple[str, ...], key: tuple[str, ...]) -> dict[str, Executable]:
    """An insert that passes over what is there and returns the keys of what was not, for each database."""
    keys = [table.c[name] for name in key]
    return {
        "sqlite": sqlite.insert(table).values(binds(*columns)).on_conflict_do_nothing(index_elements=key).returning(*keys),
        "postgresql": postgresql.insert(table).values(binds(*columns)).on_conflict_do_nothing(index_elements=key).returning(*keys),
    }


_ADD_POST = _insert_new(posts, (*_KEY, "root_id", "parent_id", "source", "heard_at", "body"), _KEY)
_CHANGE_KEY = (*_KEY, "kind", "revision")
_ADD_CHANGE = _insert_new(post_changes, (*_CHANGE_KEY, "source", "at", "body"), _CHANGE_KEY)


@dataclass(frozen=True, slots=True)
class Arrival:
    """What one request or poll brought, as rows. `names` tells each event apart, in the order of the events."""

    names: tuple[tuple[str, ...], ...]
    posts: list[dict[str, Any]]
    changes: list[dict[str, Any]]


def arrive(events: Sequence[SourceEvent], source: str, at: datetime) -> Arrival:
    """Write events as rows. Needs no database, so that what cannot be written harms nobody else's transaction."""
    now = stamp(at)
    names: list[tuple[str, ...]] = []
    new_posts: list[dict[str, Any]] = []
    changes: list[dict[str, Any]] = []
    for event in events:
        key = (event.network, event.account, event.external_id)
        row: dict[str, Any] = {"network": key[0], "account": key[1], "external_id": key[2], "source": source}
        if event.kind == "created" and event.post is not None:
            post = event.post
            names.append(key)
            row |= {"root_id": post.root_id, "parent_id": post.parent_id, "heard_at": now, "body": write_post(post)}
            new_posts.append(row)
        else:
            names.append((*key, event.kind, event.revision))
            row |= {"kind": event.kind, "revision": event.revision, "at": now, "body": write_change(event)}
            changes.append(row)
    return Arrival(tuple(names), new_posts, changes)


async def store(connection: Connection, arrivals: Sequence[Arrival]) -> list[list[bool]]:
    """Store what has arrived and wake those who hear it; for each event whether it is new."""
    dialect = connection.database.name
    new_posts = [row for arrival in arrivals for row in arrival.posts]
    changes = [row for arrival in arrivals for row in arrival.changes]
    stored = await connection.many(_ADD_POST[dialect], new_posts) if new_posts else []
    if changes:
        stored = [*stored, *await connection.many(_ADD_CHANGE[dialect], changes)]
    if stored:
        connection.wake("posts")
    fresh = {tuple(row) for row in stored}
    return [[_first(name, fresh) for name in arrival.names] for arrival in arrivals]


def _first(name: tuple[str, ...], fresh: set[tuple[str, ...]]) -> bool:
    """Is it new here? What comes twice in one transaction is new the first time."""
    if name in fresh:
        fresh.discard(name)
        return True
    return False
