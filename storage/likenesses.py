"""What customers are compared by. Who may be one is found by keys they share, so that nobody is compared with everybody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import orjson
from sqlalchemy import BindParameter, Integer, bindparam, delete, func, literal_column, select, text, update
from sqlalchemy.dialects.postgresql import insert  # SQLite takes the same ON CONFLICT

from bot.domain.customer import Identity
from bot.domain.evidence import Commonness, Likeness
from bot.domain.identity import Known, mentioned_in, united
from bot.ports import Likenesses
from storage.bodies import read_text
from storage.customer_rows import IDENTITY, read_identity
from storage.engine import NOTHING, Among, Connection, Row, binds
from storage.identities import ONE_WITH_ROOT, ROOT
from storage.moments import stamp
from storage.tables import crm_links, customers, identities, likeness_keys, likenesses, posts

BLOCK = 60
"""A key that so many share says nothing; who is one of them is found by other keys."""

MOST_AROUND = 150
"""Customers with whom one is compared; those with most keys in common."""

COMMON = 2000
"""From here on it does not matter how common a word is."""

LATEST_POSTS = 5

WORD, MENTION = "w:", "m:"
"""Keys that are counted, and those by which addresses from signatures are kept: they lead to nobody."""

_id: BindParameter[str] = bindparam("id")
_key = likeness_keys.c.key

FORGET_KEYS = delete(likeness_keys).where(Among(likeness_keys.c.customer_id, "ids"))
ADD_KEY = insert(likeness_keys).values(binds("key", "customer_id")).on_conflict_do_nothing()
KEYS = select(_key, likeness_keys.c.customer_id).where(Among(likeness_keys.c.customer_id, "ids"))
BEARERS = select(_key, likeness_keys.c.customer_id).where(_key == bindparam("key")).limit(literal_column(str(BLOCK)))
HOW_COMMON = select(bindparam("word", type_=_key.type), func.count()).select_from(
    select(literal_column("1", Integer))
    .select_from(likeness_keys)
    .where(_key == bindparam("key"))
    .limit(literal_column(str(COMMON)))
    .subquery()
)
ALL = select(func.count()).select_from(customers)
_root = func.coalesce(customers.c.merged_into, customers.c.id)
ROOTS = select(customers.c.id, _root).where(Among(customers.c.id, "ids"))
_KNOWN = (customers.c.id, _root, customers.c.name, customers.c.attributes, customers.c.import_key, customers.c.kind)
BY_THEMSELVES = select(*_KNOWN).where(Among(customers.c.id, "ids")).order_by(customers.c.id)
OF_ROOTS = (
    select(*_KNOWN)
    .where(Among(customers.c.id, "roots"))
    .union_all(select(*_KNOWN).where(Among(customers.c.merged_into, "roots")))
)
IDENTITIES = (
    select(identities.c.customer_id, *IDENTITY)
    .where(Among(identities.c.customer_id, "ids"))
    .order_by(identities.c.id)
    .limit(5000)
)
CONTACTS = select(crm_links.c.customer_id, crm_links.c.crm, crm_links.c.contact_id).where(
    Among(crm_links.c.customer_id, "ids"), text("crm_links.contact_id <> ''")
)
POSTS = (
    select(posts.c.customer_id, posts.c.body)
    .where(posts.c.customer_id == _id, posts.c.deleted_at.is_(None), text("posts.customer_id IS NOT NULL"))
    .order_by(posts.c.id.desc())
    .limit(literal_column(str(LATEST_POSTS)))
)
REFUSED = (
    select(likenesses.c.one, likenesses.c.other)
    .where(Among(likenesses.c.one, "ids"), text("likenesses.state = 'refused'"))
    .union_all(
        select(likenesses.c.one, likenesses.c.other).where(
            Among(likenesses.c.other, "ids"), text("likenesses.state = 'refused'")
        )
    )
)
OPEN = (
    select(likenesses.c.one, likenesses.c.other)
    .where(Among(likenesses.c.one, "ids"), text("likenesses.state = 'proposed'"))
    .union_all(
        select(likenesses.c.one, likenesses.c.other).where(
            Among(likenesses.c.other, "ids"), text("likenesses.state = 'proposed'")
        )
    )
)
_propose = insert(likenesses).values(
    binds("one", "other", "confidence", "why", "at") | {"state": literal_column("'proposed'")}
)
PROPOSE = _propose.on_conflict_do_update(
    index_elements=["one", "other"],
    set_={name: _propose.excluded[name] for name in ("confidence", "why", "state")},
    # What a colleague said stays said.
    where=text("likenesses.state IN ('proposed', 'withdrawn')"),
)
WITHDRAW = (
    update(likenesses)
    .values(state=literal_column("'withdrawn'"))
    .where(
        likenesses.c.one == bindparam("its_one"),
        likenesses.c.other == bindparam("its_other"),
        text("likenesses.state = 'proposed'"),
    )
)
AFTER = (
    select(customers.c.id).where(customers.c.id > bindparam("id")).order_by(customers.c.id).limit(bindparam("limit"))
)


class StoredLikenesses(Likenesses):
    """See `bot.ports.Likenesses`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._customers: int | None = None

    async def remember(self, keys: Mapping[str, frozenset[str]], mentioned: Mapping[str, frozenset[str]]) -> None:
        """By what customers are found."""
        self._connection.later(FORGET_KEYS, {"ids": sorted(keys)})
        every = {(key, id_) for id_, its in keys.items() for key in its}
        every |= {(f"{MENTION}{address}", id_) for id_, its in mentioned.items() for address in its}
        self._connection.later_many(ADD_KEY, [{"key": key, "customer_id": id_} for key, id_ in sorted(every)])

    async def own(self, customer_ids: Sequence[str]) -> list[Known]:
        """Customers by themselves, with addresses from their latest posts."""
        rows = await self._connection.all(BY_THEMSELVES, {"ids": list(customer_ids)})
        written = await self._connection.many(POSTS, [{"id": id_} for id_ in customer_ids])
        texts: dict[str, list[str]] = {}
        for customer_id, body in written:
            texts.setdefault(customer_id, []).append(read_text(body))
        known = await self._read(rows)
        return [replace(each, mentioned=mentioned_in(texts.get(each.id, []))) for each in known]

    async def around(self, customer_id: str) -> tuple[str, list[Known], Commonness, frozenset[str]] | None:
        """Under whose id the customer is, all who share a key with them, how common names are, and whom it is not."""
        row = await self._connection.one(ROOT, {"id": customer_id})
        if row is None:
            return None
        root = row[0]
        mine = [member for (member,) in await self._connection.all(ONE_WITH_ROOT, {"roots": [root]})]
        keys = {key for key, _ in await self._connection.all(KEYS, {"ids": mine})}
        asked = sorted(key for key in keys if not key.startswith((WORD, MENTION)))
        found = await self._connection.many(BEARERS, [{"key": key} for key in asked])
        borne = Counter(key for key, _ in found)
        shares = Counter(id_ for key, id_ in found if borne[key] < BLOCK)
        roots: Counter[str] = Counter()
        for id_, its in await self._connection.all(ROOTS, {"ids": list(shares)}):
            roots[its] += shares[id_]
        roots.pop(root, None)
        near = [root, *(each for each, _ in roots.most_common(MOST_AROUND))]
        rows = await self._connection.all(OF_ROOTS, {"roots": near})
        known = _together(await self._read(rows), {id_: its for id_, its, *_ in rows})
        words = await self._words([row[0] for row in rows])
        return root, known, Commonness(await self._all(), words, dict(borne)), await self._refused(mine)

    async def propose(self, one: str, other: str, likeness: Likeness, at: datetime) -> None:
        """Propose that two are one."""
        one, other = sorted((one, other))
        values = {"one": one, "other": other, "confidence": likeness.confidence, "why": likeness.reason}
        self._connection.later(PROPOSE, {**values, "at": stamp(at)})

    async def withdraw(self, one: str, other: str) -> None:
        """It is not likely any more."""
        one, other = sorted((one, other))
        self._connection.later(WITHDRAW, {"its_one": one, "its_other": other})

    async def open(self, customer_ids: Sequence[str]) -> list[tuple[str, str]]:
        """Open proposals that one of these is part of."""
        rows = await self._connection.all(OPEN, {"ids": list(customer_ids)})
        return sorted({(one, other) for one, other in rows})

    async def after(self, customer_id: str, limit: int) -> list[str]:
        """Ids of all customers, in order."""
        return [id_ for (id_,) in await self._connection.all(AFTER, {"id": customer_id, "limit": limit})]

    async def _all(self) -> int:
        if self._customers is None:
            self._customers = int((await self._connection.all(ALL, NOTHING))[0][0])
        return self._customers

    async def _words(self, ids: Sequence[str]) -> dict[str, int]:
        keys = sorted({key for key, _ in await self._connection.all(KEYS, {"ids": list(ids)}) if key.startswith(WORD)})
        counted = await self._connection.many(HOW_COMMON, [{"word": key, "key": key} for key in keys])
        return {key.removeprefix(WORD): count for key, count in counted}

    async def _refused(self, ids: Sequence[str]) -> frozenset[str]:
        rows = await self._connection.all(REFUSED, {"ids": list(ids)})
        others = {id_ for pair in rows for id_ in pair} - set(ids)
        return frozenset(its for _, its in await self._connection.all(ROOTS, {"ids": sorted(others)}))

    async def _read(self, rows: Sequence[Row]) -> list[Known]:
        ids = [row[0] for row in rows]
        named: dict[str, list[Identity]] = {}
        for customer_id, *row in await self._connection.all(IDENTITIES, {"ids": ids}):
            named.setdefault(customer_id, []).append(read_identity(row))
        contacts: dict[str, set[str]] = {}
        for customer_id, crm, contact in await self._connection.all(CONTACTS, {"ids": ids}):
            contacts.setdefault(customer_id, set()).add(f"{crm}:{contact}")
        mentioned: dict[str, set[str]] = {}
        for key, customer_id in await self._connection.all(KEYS, {"ids": ids}):
            if key.startswith(MENTION):
                mentioned.setdefault(customer_id, set()).add(key.removeprefix(MENTION))
        return [
            Known(
                id=id_,
                name=name,
                identities=tuple(named.get(id_, ())),
                company=kind == "company",
                imported=import_key is not None,
                attributes=orjson.loads(attributes),
                contacts=frozenset(contacts.get(id_, ())),
                mentioned=frozenset(mentioned.get(id_, ())),
            )
            for id_, _, name, attributes, import_key, kind in rows
        ]


def _together(known: Sequence[Known], roots: Mapping[str, str]) -> list[Known]:
    """Those who are one, as one."""
    parts: dict[str, list[Known]] = {}
    for each in known:
        parts.setdefault(roots[each.id], []).append(each)
    return [united(root, members) for root, members in parts.items()]
