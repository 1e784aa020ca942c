"""Customers who are one: merging writes who is shown under whose id, and nothing else, so that unmerging restores both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import BindParameter, Text, bindparam, func, literal_column, or_, select, text, update
from sqlalchemy import insert as plain_insert
from sqlalchemy.dialects.postgresql import insert  # SQLite takes the same ON CONFLICT

from bot.domain.customer import Identity
from bot.domain.ids import new_id
from bot.domain.joining import Merge, Proposal, sides
from bot.domain.people import PersonRef
from bot.errors import ConflictError
from bot.ports import LINKED_BY, UNLINKED_BY, Identities
from storage import customer_words
from storage.customer_import import ADD_IDENTITY, identity_row, norm_of
from storage.engine import Among, Connection, Row, binds
from storage.moments import moment, stamp
from storage.names import words_of
from storage.tables import conversations, crm_links, customers, identities, likenesses, merges

_BY = ("id", "name", "department")
_id: BindParameter[str] = bindparam("id")

ROOT = select(func.coalesce(customers.c.merged_into, customers.c.id)).where(customers.c.id == _id)
# In one order everywhere, so that two who merge wait for each other, but never in a circle.
MEMBERS = (
    select(customers.c.id, customers.c.import_key.is_(None), customers.c.created_at)
    .where(or_(Among(customers.c.id, "roots"), Among(customers.c.merged_into, "roots")))
    .order_by(customers.c.id)
    .with_for_update()
)
ONE_WITH_ROOT = select(customers.c.id).where(
    or_(Among(customers.c.id, "roots"), Among(customers.c.merged_into, "roots"))
)
LINKED = (
    select(crm_links.c.customer_id)
    .where(Among(crm_links.c.customer_id, "ids"), text("crm_links.contact_id <> ''"))
    .distinct()
)
SHOW_UNDER = (
    update(customers)
    .values(merged_into=func.nullif(bindparam("root", type_=Text), customers.c.id))
    .where(Among(customers.c.id, "ids"))
)
_MERGE = ("id", "one", "other", "why", "at", "via", "undone_at", "undone_why")
_MERGE_COLUMNS = [
    merges.c[name] for name in (*_MERGE, *(f"by_{part}" for part in _BY), *(f"undone_by_{part}" for part in _BY))
]
ADD_MERGE = plain_insert(merges).values(
    binds("id", "one", "other", "why", "at", "via", *(f"by_{part}" for part in _BY))
)
MERGE = select(*_MERGE_COLUMNS).where(merges.c.id == _id, merges.c.undone_at.is_(None)).with_for_update()
STANDING = select(merges.c.id, merges.c.one, merges.c.other).where(
    or_(Among(merges.c.one, "ids"), Among(merges.c.other, "ids")), merges.c.undone_at.is_(None)
)
_one, _other = customers.alias("first"), customers.alias("second")
OF_MEMBERS = (
    select(_one.c.name, _other.c.name, *_MERGE_COLUMNS)
    .join(_one, _one.c.id == merges.c.one)
    .join(_other, _other.c.id == merges.c.other)
    .where(or_(Among(merges.c.one, "ids"), Among(merges.c.other, "ids")))
    .order_by(merges.c.at.desc(), merges.c.id.desc())
    .limit(100)
)
UNDO = (
    update(merges)
    .values(binds("undone_at", "undone_why", *(f"undone_by_{part}" for part in _BY)))
    .where(merges.c.id == bindparam("its_id"), merges.c.undone_at.is_(None))
)
_said = insert(likenesses).values(
    binds("one", "other", "state", "confidence", "why", "at", *(f"by_{part}" for part in _BY))
)
SAY = _said.on_conflict_do_update(
    index_elements=["one", "other"],
    set_={name: _said.excluded[name] for name in ("state", "at", *(f"by_{part}" for part in _BY))},
)
PROPOSED = (
    select(
        func.coalesce(_one.c.merged_into, _one.c.id),
        func.coalesce(_other.c.merged_into, _other.c.id),
        likenesses.c.confidence,
        likenesses.c.why,
        likenesses.c.one,
        likenesses.c.other,
    )
    .join(_one, _one.c.id == likenesses.c.one)
    .join(_other, _other.c.id == likenesses.c.other)
    .where(or_(Among(likenesses.c.one, "ids"), Among(likenesses.c.other, "ids")), text("likenesses.state = 'proposed'"))
    .order_by(likenesses.c.confidence.desc())
    .limit(20)
)
SETTLED = (
    select(likenesses.c.one, likenesses.c.other)
    .where(or_(Among(likenesses.c.one, "ids"), Among(likenesses.c.other, "ids")), text("likenesses.state = 'proposed'"))
    .limit(200)
)
CALLED = (
    select(
        customers.c.name,
        select(identities.c.network)
        .where(identities.c.customer_id == customers.c.id)
        .order_by(identities.c.id)
        .limit(literal_column("1"))
        .scalar_subquery(),
        select(identities.c.handle)
        .where(identities.c.customer_id == customers.c.id)
        .order_by(identities.c.id)
        .limit(literal_column("1"))
        .scalar_subquery(),
    )
).where(customers.c.id == _id)
HELD_BY = select(identities.c.customer_id).where(
    identities.c.network == bindparam("network"), identities.c.norm == bindparam("norm")
)
OPEN = (
    select(conversations.c.number)
    .where(Among(conversations.c.customer_id, "ids"), text("conversations.state <> 'resolved'"))
    .order_by(conversations.c.number.desc())
    .limit(bindparam("limit"))
)
# Links to a CRM that were found while they were one may be the other's; what a colleague said stays.
FORGET_LINKS = crm_links.delete().where(
    Among(crm_links.c.customer_id, "ids"),
    crm_links.c.at >= bindparam("after"),
    ~crm_links.c.how.like(f"{LINKED_BY}%"),
    ~crm_links.c.how.like(f"{UNLINKED_BY}%"),
)


class StoredIdentities(Identities):
    """See `bot.ports.Identities`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def root(self, customer_id: str) -> str | None:
        """Under whose id the customer is shown."""
        row = await self._connection.one(ROOT, {"id": customer_id})
        return str(row[0]) if row is not None else None

    async def merge(
        self, one: str, other: str, why: str, at: datetime, by: PersonRef | None = None, via: str = "baton"
    ) -> Merge | None:
        """Make two customers one."""
        roots = [await self.root(one), await self.root(other)]
        if None in roots or roots[0] == roots[1]:
            return None
        members = await self._connection.all(MEMBERS, {"roots": roots})
        if [await self.root(one), await self.root(other)] != roots:
            raise ConflictError("somebody else merged one of them in the meantime")
        merge = Merge(new_id(), one, other, why, at, by, via)
        values = {"id": merge.id, "one": one, "other": other, "why": why, "at": stamp(at), "via": via}
        self._connection.later(ADD_MERGE, {**values, **_person("by", by)})
        await self._show(members)
        await self._settle({row[0] for row in members}, at, by)
        return merge

    async def unmerge(
        self, merge_id: str, why: str, at: datetime, by: PersonRef | None = None, via: str = "baton"
    ) -> Merge | None:
        """Undo a merge."""
        row = await self._connection.one(MERGE, {"id": merge_id})
        if row is None:
            return None
        merge = _read_merge(row)
        members = await self._connection.all(MEMBERS, {"roots": [await self.root(merge.one)]})
        ids = [member[0] for member in members]
        standing = await self._connection.all(STANDING, {"ids": ids})
        undone = {"its_id": merge_id, "undone_at": stamp(at), "undone_why": why}
        self._connection.later(UNDO, {**undone, **_person("undone_by", by)}, expect=1)
        for side in sides(ids, [(one, other) for id_, one, other in standing if id_ != merge_id]):
            await self._show([member for member in members if member[0] in side])
        self._connection.later(FORGET_LINKS, {"ids": ids, "after": stamp(merge.at)})
        self._say(merge.one, merge.other, "refused", at, by)
        return merge

    async def merges(self, customer_id: str) -> list[Merge]:
        """All merges, newest first."""
        ids = await self._members(customer_id)
        rows = await self._connection.all(OF_MEMBERS, {"ids": ids}) if ids else []
        return [replace(_read_merge(row), names=(one, other)) for one, other, *row in rows]

    async def proposals(self, customer_id: str, limit: int = 3) -> list[Proposal]:
        """Open proposals, likeliest first."""
        ids = await self._members(customer_id)
        found: dict[str, Proposal] = {}
        for first, second, confidence, why, one, other in await self._connection.all(PROPOSED, {"ids": ids}):
            if first == second:
                continue
            mine, theirs = (one, other) if one in ids else (other, one)
            root = second if one in ids else first
            if root not in found and len(found) < limit:
                name, network, handle = (await self._connection.all(CALLED, {"id": theirs}))[0]
                found[root] = Proposal(mine, theirs, confidence, why, name, f"{network}:{handle}" if network else "")
        return list(found.values())

    async def refuse(self, one: str, other: str, by: PersonRef, at: datetime) -> None:
        """These are two."""
        self._say(one, other, "refused", at, by)

    async def add(self, customer_id: str, identity: Identity, at: datetime) -> str | None:
        """The customer has this identity, too; gives whose it is already."""
        asked = {"network": identity.network, "norm": norm_of(identity)}
        held = [row[0] for row in await self._connection.all(HELD_BY, asked)]
        mine = await self._members(customer_id)
        if held:
            return str(next((each for each in held if each in mine), held[0]))
        self._connection.later(ADD_IDENTITY, identity_row(customer_id, identity, norm_of(identity), stamp(at)))
        if identity.display_name:
            await customer_words.learn(self._connection, {customer_id: words_of(identity.display_name)})
        return None

    async def open_conversations(self, customer_id: str, limit: int = 50) -> list[int]:
        """Numbers of open conversations, newest first."""
        ids = await self._members(customer_id)
        return [row[0] for row in await self._connection.all(OPEN, {"ids": ids, "limit": limit})]

    async def _members(self, customer_id: str) -> list[str]:
        root = await self.root(customer_id)
        return [row[0] for row in await self._connection.all(ONE_WITH_ROOT, {"roots": [root]})] if root else []

    async def _show(self, members: Sequence[Row]) -> None:
        """Under the one whom the company knows best, else whom we met first."""
        ids = [row[0] for row in members]
        linked = {row[0] for row in await self._connection.all(LINKED, {"ids": ids})}
        root = min(members, key=lambda row: (bool(row[1]), row[0] not in linked, row[2], row[0]))[0]
        self._connection.later(SHOW_UNDER, {"root": root, "ids": ids})

    async def _settle(self, members: set[str], at: datetime, by: PersonRef | None) -> None:
        """What was proposed between those who are one now is answered."""
        for one, other in await self._connection.all(SETTLED, {"ids": sorted(members)}):
            if one in members and other in members:
                self._say(one, other, "accepted", at, by)

    def _say(self, one: str, other: str, state: str, at: datetime, by: PersonRef | None) -> None:
        one, other = sorted((one, other))
        values = {"one": one, "other": other, "state": state, "confidence": 1.0, "why": "", "at": stamp(at)}
        self._connection.later(SAY, {**values, **_person("by", by)})


def _person(name: str, by: PersonRef | None) -> dict[str, str | None]:
    return {f"{name}_{part}": getattr(by, part) if by is not None else None for part in _BY}


def _read_merge(row: Row) -> Merge:
    id_, one, other, why, at, via, undone_at, undone_why, *people = row
    by, undone_by = (PersonRef(*part) if part[0] is not None else None for part in (people[:3], people[3:]))
    return Merge(id_, one, other, why, moment(at), by, via, moment(undone_at), undone_by, undone_why or "")
