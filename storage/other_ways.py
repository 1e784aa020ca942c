"""Posts that come by several ways: found again under the ids and the page by which other sources know them, kept as one.

Nothing of this is asked on the way in. What is heard tells then by what it is found: what came through a tool by its id
(`ix_posts_via`), everything by its page. A tool's post is looked for among the posts of each account of its network.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence, Set
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, func, literal_column, null, or_, select, text, update

from bot.domain.origins import page_of
from bot.domain.post import Author, Post, StoredPost
from bot.ports import PostKey, Twin
from storage.bodies import write_post
from storage.engine import Connection, binds
from storage.moments import stamp
from storage.post_rows import POST, read_stored
from storage.tables import answers, post_changes, posts

_its_id = posts.c.id == bindparam("its_id")
_KEY = ("network", "account", "external_id")
_its_key = [posts.c[name] == bindparam(name) for name in _KEY]
_VIA = text("posts.via IS NOT NULL")

# 1111577166 spells BATN. Who hears only what networks tell shares the hearing; who hears what a tool brought is alone in it.
SHARED = select(func.pg_advisory_xact_lock_shared(literal_column("1111577166"), literal_column("1")))
ALONE = select(func.pg_advisory_xact_lock(literal_column("1111577166"), literal_column("1")))

ANY_TOOL = select(posts.c.id).where(_VIA).limit(1)
BY_TOOLS = select(*POST).where(
    posts.c.network == bindparam("network"), posts.c.external_id == bindparam("external_id"), _VIA
)
BY_PAGE = select(posts.c.page, *POST).where(posts.c.page == bindparam("page"), text("posts.page IS NOT NULL"))
BY_KEY = select(*POST).where(*_its_key)
GET = select(*POST).where(_its_id)
HEARD = GET.with_for_update().where(or_(posts.c.conversation.is_not(None), posts.c.deleted_at.is_not(None)))
# What another replica hears at this moment finds us when it goes on.
UNHEARD = (
    GET.with_for_update(skip_locked=True).where(posts.c.conversation.is_(None)).where(posts.c.deleted_at.is_(None))
)
FIRST_ACCOUNT = (
    select(posts.c.account).where(posts.c.network == bindparam("network")).order_by(posts.c.account).limit(1)
)
NEXT_ACCOUNT = FIRST_ACCOUNT.where(posts.c.account > bindparam("after"))
DELETED = select(post_changes.c.network, post_changes.c.external_id).where(
    *(post_changes.c[name] == bindparam(name) for name in _KEY),
    post_changes.c.kind == "deleted",
    post_changes.c.done_at.is_(None),
)
ANSWERED = select(answers.c.network, answers.c.external_id, answers.c.number).where(
    *(answers.c[name] == bindparam(name) for name in _KEY), text("answers.external_id IS NOT NULL")
)

PARK = update(posts).values(binds("external_id")).where(_its_id)
FILL = update(posts).values(binds("root_id", "parent_id", "body", "page")).where(_its_id)
OWN = (
    update(posts)
    .values({**binds("account", "external_id", "root_id", "parent_id", "body", "page", "own_source"), "via": null()})
    .where(_its_id)
)
COPY = (
    update(posts)
    .values({**binds("account", "external_id", "body", "deleted_at", "same_as", "via"), "page": null()})
    .where(_its_id)
)
MOVE_ANSWERS = update(answers).values(binds("account")).where(answers.c.post_id == bindparam("its_post"))


NO_WAYS: dict[str, Any] = {"its_via": None, "its_page": None}


def page_key(post: Post) -> str | None:
    """By what a post is found that stands on the same page of its network."""
    return _page_key(post.network, post.url) if post.url else None


@lru_cache(maxsize=1_024)
def _page_key(network: str, url: str) -> str | None:
    page = page_of(url)
    return hashlib.blake2b(f"{network} {page}".encode(), digest_size=16).hexdigest() if page else None


def ways_of(post: Post) -> dict[str, Any]:
    """What a post that was heard is found by."""
    return {"its_via": True if post.via is not None else None, "its_page": page_key(post)}


async def any_tool(connection: Connection) -> bool:
    """Was anything heard through a tool?"""
    return await connection.one(ANY_TOOL) is not None


async def hold(connection: Connection, new: Sequence[StoredPost]) -> bool:
    """Keep others from hearing what may be the same, until the transaction ends; is there anything that a tool brought?"""
    tools = any(stored.post.via is not None for stored in new)
    if connection.database.name == "postgresql":
        await connection.one(ALONE if tools else SHARED)
    return tools or await any_tool(connection)


async def elsewhere(connection: Connection, new: Sequence[StoredPost]) -> dict[str, list[Twin]]:
    """What may be the same as each of these new posts; see `bot.ports.Posts`."""
    tools = [stored for stored in new if stored.post.via is not None]
    rows = await connection.many(BY_TOOLS, [_name(each) for each in sorted({_id_of(stored) for stored in new})])
    accounts = await _accounts(connection, {stored.post.network for stored in tools})
    rows += await connection.many(BY_KEY, _keys(accounts, sorted({_id_of(stored) for stored in tools})))
    under_id: dict[tuple[str, str], dict[str, bool]] = {}
    for each in map(read_stored, rows):
        under_id.setdefault(_id_of(each), {})[each.same_as or each.id] = True
    pages = {stored.id: page_key(stored.post) for stored in new}
    rows = await connection.many(BY_PAGE, [{"page": page} for page in sorted(set(filter(None, pages.values())))])
    on_page: dict[str, dict[str, bool]] = {}
    for page, *row in rows:
        each = read_stored(row)
        on_page.setdefault(page, {})[each.same_as or each.id] = False
    may_be = {
        stored.id: {**on_page.get(pages[stored.id] or "", {}), **under_id.get(_id_of(stored), {})} for stored in new
    }
    ids = sorted({int(id_) for of_one in may_be.values() for id_ in of_one})
    named = [{"its_id": id_} for id_ in ids]
    rows = [row for statement in (HEARD, UNHEARD) for row in await connection.many(statement, named)]
    firsts = {row[0]: read_stored(row) for row in rows}
    return {
        new_id: [
            Twin(firsts[int(id_)], same_id=same_id)
            for id_, same_id in sorted(of_one.items(), key=lambda item: (not item[1], int(item[0])))
            if id_ != new_id and int(id_) in firsts
        ]
        for new_id, of_one in may_be.items()
    }


async def not_to_be_heard(connection: Connection, tools: Sequence[StoredPost]) -> set[str]:
    """By their ids the posts of tools that nobody is to see: deleted at their network meanwhile, or answers of ours."""
    if not tools:
        return set()
    keys = _keys(
        await _accounts(connection, {stored.post.network for stored in tools}), sorted({_id_of(s) for s in tools})
    )
    rows = [row for statement in (DELETED, ANSWERED) for row in await connection.many(statement, keys)]
    found = {(network, id_) for network, id_, *_ in rows}
    return {stored.id for stored in tools if _id_of(stored) in found}


async def named(connection: Connection, keys: Set[PostKey], tools: Set[PostKey]) -> dict[PostKey, int]:
    """The conversations of posts, and of answers of ours, that are known under another account than that of these keys."""
    if not keys:
        return {}
    by_tools = await connection.many(BY_TOOLS, [_name(name) for name in sorted({key[::2] for key in keys})])
    numbers = {_id_of(stored): await _number(connection, stored) for stored in map(read_stored, by_tools)}
    found = {key: numbers[key[::2]] for key in keys if key[::2] in numbers}
    names = sorted({key[::2] for key in keys & tools})
    under_all = _keys(await _accounts(connection, {network for network, _ in names}), names)
    rows = await connection.many(BY_KEY, under_all)
    numbers |= {_id_of(stored): await _number(connection, stored) for stored in map(read_stored, rows)}
    numbers |= {(network, id_): number for network, id_, number in await connection.many(ANSWERED, under_all)}
    found |= {key: numbers[key[::2]] for key in keys & tools if key[::2] in numbers}
    return {key: number for key, number in found.items() if number is not None}


async def _number(connection: Connection, stored: StoredPost) -> int | None:
    if stored.same_as is None:
        return stored.conversation
    row = await connection.one(GET, {"its_id": int(stored.same_as)})
    return read_stored(row).conversation if row is not None else None


def join(connection: Connection, first: StoredPost, later: StoredPost, post: Post, at: datetime) -> None:
    """The later one is a copy of the first from now on, which reads as `post` says.

    The network's own word (`later` came through no tool) takes the first one's place: it goes by the network's key, and is
    answered through the source that heard it. Of what was deleted nothing comes back.
    """
    tools_key = later.post
    if first.deleted_at is None:
        told = {"its_id": int(first.id), "root_id": post.root_id, "parent_id": post.parent_id, "page": page_key(post)}
        if later.post.via is None:
            tools_key = first.post
            own = {"account": later.post.account, "external_id": later.post.external_id, "own_source": later.source}
            post = post.model_copy(update={"account": later.post.account, "external_id": later.post.external_id})
            connection.later(PARK, {"its_id": int(later.id), "external_id": f"moved:{later.id}"})
            connection.later(OWN, {**told, **own, "body": write_post(post)})
            connection.later(MOVE_ANSWERS, {"its_post": int(first.id), "account": later.post.account})
        else:
            connection.later(FILL, {**told, "body": write_post(post)})
    copy = _copy(tools_key)
    values = {"account": copy.account, "external_id": copy.external_id, "body": write_post(copy)}
    left = {"deleted_at": stamp(at), "same_as": int(first.id), "via": True if copy.via is not None else None}
    connection.later(COPY, {"its_id": int(later.id), **values, **left})


def _copy(post: Post) -> Post:
    """The post with nothing but its key, and by which way it came."""
    return Post(
        network=post.network,
        account=post.account,
        external_id=post.external_id,
        author=Author(handle="?"),
        text="",
        posted_at=post.posted_at,
        visibility=post.visibility,
        via=post.via,
    )


def _id_of(stored: StoredPost) -> tuple[str, str]:
    return stored.post.network, stored.post.external_id


def _name(named: tuple[str, str]) -> dict[str, str]:
    return {"network": named[0], "external_id": named[1]}


async def _accounts(connection: Connection, networks: Iterable[str]) -> dict[str, list[str]]:
    """The accounts that a network was heard for: steps from one to the next in the index, however many posts each has."""
    accounts: dict[str, list[str]] = {}
    for network in sorted(networks):
        row = await connection.one(FIRST_ACCOUNT, {"network": network})
        while row is not None:
            accounts.setdefault(network, []).append(row[0])
            row = await connection.one(NEXT_ACCOUNT, {"network": network, "after": row[0]})
    return accounts


def _keys(accounts: dict[str, list[str]], names: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [
        {"network": network, "account": account, "external_id": id_}
        for network, id_ in names
        for account in accounts.get(network, ())
    ]
