"""Whose posts are these? Known identities lead to their customers, unknown ones make new customers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Integer, Text, bindparam, func, literal_column, or_, select, union_all, update
from sqlalchemy import insert as plain_insert
from sqlalchemy.dialects.postgresql import insert  # SQLite takes the same ON CONFLICT

from bot.domain.ids import new_id
from bot.domain.names import compatible, is_company
from bot.domain.post import Author
from bot.errors import ConflictError
from storage import customer_words
from storage.engine import Among, Connection, Row, Values, binds
from storage.moments import stamp
from storage.names import normal_handle, normal_phone, words_of
from storage.tables import customers, identities

_i = identities.c
_FOUND = (_i.id, _i.customer_id, _i.handle, _i.display_name, _i.followers, _i.verified, _i.profile_url)
_at = bindparam("at", type_=Integer)
_external = bindparam("external_id", type_=Text)

KNOWN = union_all(
    select(_at, literal_column("0", Integer).label("rank"), *_FOUND).where(
        _i.network == bindparam("network"), _i.external_id == _external
    ),
    # A handle counts where no stable id contradicts it.
    select(_at, literal_column("1", Integer), *_FOUND).where(
        _i.norm == bindparam("norm"),
        _i.network == bindparam("network"),
        or_(_i.external_id.is_(None), _external.is_(None)),
    ),
)
NAMES = select(customers.c.id, customers.c.name).where(Among(customers.c.id, "ids"))

ADD_CUSTOMER = plain_insert(customers).values(binds("id", "name", "created_at", "kind"))
ADD_ADDRESS = (
    insert(identities)
    .values(binds(*(name for name in identities.c.keys() if name != "id")))  # noqa: SIM118 - columns
    .on_conflict_do_nothing()
)
ADD_IDENTITY = ADD_ADDRESS.returning(_i.id)
_KEPT = ("display_name", "followers", "verified", "profile_url")
# What the network does not say this time stays as it was.
REFRESH = (
    update(identities)
    .values(
        {name: func.coalesce(bindparam(name, type_=_i[name].type), _i[name]) for name in _KEPT}
        | binds("handle", "norm", "seen_at")
    )
    .where(_i.id == bindparam("its_id"))
)
LEARN_ID = (
    update(identities)
    .values(external_id=bindparam("learnt"))
    .where(_i.id == bindparam("its_id"), _i.external_id.is_(None))
)

_BY_HANDLE = 1

_SHARED = {"email", "phone"}
"""Networks on which several people may have one name: a mailbox, a telephone."""

_Key = tuple[str, str | None, str]
"""(network, stable id, "") or, where the network gives no id, (network, None, handle)."""


@dataclass(slots=True)
class _Met:
    """One author of a batch: what was found, and what has to be written."""

    network: str
    external_id: str | None
    author: Author
    rank: int | None = None
    row: Row | None = None
    customer_id: str = ""
    is_new: bool = False
    beside: int = 0
    """How many others the batch has at the same shared address."""
    handles: set[str] = field(default_factory=set)
    """All handles that the batch has for one stable id."""

    @property
    def norm(self) -> str:
        return normal_handle(self.author.handle)

    @property
    def key(self) -> _Key:
        norm = f"{self.norm}\n{self.beside}" if self.beside else self.norm
        return self.network, self.external_id, "" if self.external_id else norm

    @property
    def addresses(self) -> Iterable[tuple[str, str, str]]:
        """What the network says of where else they are: as (`email` or `phone`, as it stands, as it is compared)."""
        if self.author.email:
            yield "email", _clean(self.author.email) or self.author.email, normal_handle(self.author.email)
        if self.author.phone and (number := normal_phone(self.author.phone)):
            yield "phone", _clean(self.author.phone) or number, number


async def identify(
    connection: Connection, authors: Sequence[tuple[str, Author]], at: datetime
) -> tuple[list[str], set[str]]:
    """Customer ids of (network, author) pairs, in order, and those of whom something new is known.

    An e-mail address beside a handle joins nobody here: that is decided with more in view, and so that it can be undone.
    Raises `ConflictError` when another replica met one first.
    """
    every = [_Met(network, _clean(author.external_id), author) for network, author in authors]
    met: dict[_Key, _Met] = {}
    for each in every:
        # Of one mailbox there may be several.
        while (known := met.get(each.key)) is not None and _differ(known, each):
            each.beside += 1
        met[each.key] = each
    for each in every:
        met[each.key].handles.add(each.norm)
    # Those with a stable id first: a bare handle in the same batch then belongs to them.
    everyone = sorted(met.values(), key=lambda e: (e.external_id is None, e.network, e.external_id or "", e.norm))
    await _look_up(connection, everyone)
    _assign(everyone)
    fresh = await _write(connection, everyone, at)
    return [met[each.key].customer_id for each in every], fresh


def _differ(one: _Met, other: _Met) -> bool:
    return one.network in _SHARED and not compatible(one.author.display_name, other.author.display_name)


def _clean(text: str | None) -> str | None:
    """PostgreSQL keeps no NUL; an empty text says nothing."""
    return (text.replace("\0", "").strip() or None) if text is not None else None


async def _look_up(connection: Connection, everyone: Sequence[_Met]) -> None:
    rows = await connection.many(
        KNOWN,
        [
            {"at": at, "network": e.network, "external_id": e.external_id, "norm": e.norm}
            for at, e in enumerate(everyone)
        ],
    )
    contradicted = await _contradicted(connection, everyone, rows)
    for at, rank, *row in rows:
        each = everyone[at]
        if (at, row[1]) in contradicted:
            continue
        # The best kind of match; of several with the same handle, the latest.
        if each.rank is None or each.row is None or (rank, -row[0]) < (each.rank, -each.row[0]):
            each.rank, each.row = rank, row


async def _contradicted(connection: Connection, everyone: Sequence[_Met], rows: Sequence[Row]) -> set[tuple[int, str]]:
    """Who of those found at a shared address or number is somebody else, by the name they write under."""
    found = [(at, row[1], row[3]) for at, _, *row in rows if everyone[at].network in _SHARED]
    named = [(at, id_, kept) for at, id_, kept in found if everyone[at].author.display_name]
    if not named:
        return set()
    names = dict(map(tuple, await connection.all(NAMES, {"ids": sorted({id_ for _, id_, _ in named})})))
    return {
        (at, id_)
        for at, id_, kept in named
        if not any(compatible(name, everyone[at].author.display_name) for name in (kept, names.get(id_)) if name)
    }


def _assign(everyone: Sequence[_Met]) -> None:
    """Decide whose customer each is; within the batch, too, two authors may turn out to be one customer."""
    by_handle: dict[tuple[str, str], str] = {}
    learnt: set[int] = set()
    for each in everyone:
        if each.row is not None and each.rank == _BY_HANDLE and each.external_id is not None:
            # Two stable ids cannot both be the one that we had not known.
            if each.row[0] in learnt:
                each.rank, each.row = None, None
            else:
                learnt.add(each.row[0])
        if each.row is not None:
            each.customer_id = each.row[1]
        elif each.external_id is None and each.network not in _SHARED and (each.network, each.norm) in by_handle:
            each.customer_id, each.rank = by_handle[each.network, each.norm], _BY_HANDLE
        else:
            each.customer_id, each.is_new = new_id(), True
        for handle in each.handles:
            by_handle.setdefault((each.network, handle), each.customer_id)


async def _write(connection: Connection, everyone: Sequence[_Met], at: datetime) -> set[str]:
    connection.later_many(
        ADD_CUSTOMER,
        [
            {"id": e.customer_id, "name": name, "created_at": stamp(at), "kind": kind_of(name)}
            for e in everyone
            if e.is_new and (name := name_of(e.author))
        ],
    )
    unknown = [each for each in everyone if each.rank is None]
    rows = [_identity(each, at) for each in unknown]
    if len(await connection.many(ADD_IDENTITY, rows)) != len(rows):
        raise ConflictError("somebody else met the same author in the meantime")
    connection.later_many(ADD_ADDRESS, [_address(e, address, at) for e in unknown for address in e.addresses])
    changed: list[_Met] = []
    for each in everyone:
        if each.row is None:
            continue
        if each.rank == _BY_HANDLE and each.external_id is not None:
            connection.later(LEARN_ID, {"learnt": each.external_id, "its_id": each.row[0]})
        if _changed(each.author, each.row):
            connection.later(REFRESH, {**_shown(each.author), "seen_at": stamp(at), "its_id": each.row[0]})
            changed.append(each)
    named = {each.customer_id: words_of(name_of(each.author)) for each in (*unknown, *changed)}
    if named:
        await customer_words.learn(connection, named)
    return set(named)


def _changed(author: Author, row: Row) -> bool:
    """Does the author look other than the identity that we keep?"""
    handle, display_name, followers, verified, profile_url = row[2:]
    kept = {
        "display_name": display_name,
        "followers": followers,
        "verified": bool(verified),
        "profile_url": profile_url,
    }
    shown = _shown(author)
    return handle != shown["handle"] or any(shown[name] not in {None, kept[name]} for name in _KEPT)


def kind_of(name: str) -> str:
    """`company` for a name that ends as the law names companies."""
    return "company" if is_company(name) else "person"


def name_of(author: Author) -> str:
    """What to call a customer of whom nothing else is known."""
    return _clean(author.display_name) or _clean(author.handle) or author.handle


def _shown(author: Author) -> Values:
    return {
        "handle": _clean(author.handle) or author.handle,
        "norm": normal_handle(author.handle),
        "display_name": _clean(author.display_name),
        "followers": author.followers,
        "verified": author.verified,
        "profile_url": _clean(author.profile_url),
    }


def _identity(each: _Met, at: datetime) -> Values:
    return {
        **_shown(each.author),
        "customer_id": each.customer_id,
        "network": each.network,
        "external_id": each.external_id,
        "verified": bool(each.author.verified),
        "seen_at": stamp(at),
    }


def _address(each: _Met, address: tuple[str, str, str], at: datetime) -> Values:
    network, handle, norm = address
    return {
        **_identity(each, at),
        "network": network,
        "external_id": None,
        "handle": handle,
        "norm": norm,
        "profile_url": None,
        "followers": None,
        "verified": False,
    }
