"""Which contact a customer is in each CRM, and what was written there."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, func, or_, select, text
from sqlalchemy.dialects.postgresql import insert  # SQLite takes the same ON CONFLICT

from bot.ports import CrmEntry, CrmLink, Records
from storage.customer_rows import shown
from storage.engine import Among, Connection, Row, binds
from storage.moments import moment, stamp
from storage.tables import crm_entries, crm_links, customers

NOBODY = ""
"""The contact of a link where a colleague said that the customer is none there."""

_LINK = ("customer_id", "crm", "contact_id", "url", "how", "at")
_ENTRY = ("crm", "key", "customer_id", "number", "occasion", "state", "at", "entry_id", "case_id", "url", "error")
_link = insert(crm_links).values(binds(*_LINK))
_entry = insert(crm_entries).values(binds(*_ENTRY))

# Of those who are one, the customer's own link comes first.
_root = (
    select(func.coalesce(customers.c.merged_into, customers.c.id))
    .where(customers.c.id == bindparam("customer_id"))
    .scalar_subquery()
)
_links = (
    select(*(crm_links.c[name] for name in _LINK))
    .select_from(crm_links.join(shown, shown.c.id == crm_links.c.customer_id))
    .where(or_(shown.c.id == _root, shown.c.merged_into == _root))
)
LINK = (
    _links.where(crm_links.c.crm == bindparam("crm"))
    .order_by((crm_links.c.customer_id == bindparam("customer_id")).desc(), crm_links.c.at.desc())
    .limit(1)
)
LINKS = _links.order_by(crm_links.c.at.desc(), crm_links.c.customer_id)
DROP_LINK = crm_links.delete().where(
    crm_links.c.customer_id == bindparam("whose"), crm_links.c.crm == bindparam("its_crm")
)
SET_LINK = _link.on_conflict_do_update(
    index_elements=["customer_id", "crm"], set_={name: _link.excluded[name] for name in _LINK[2:]}
)
_entries = select(*(crm_entries.c[name] for name in _ENTRY))
ENTRY = _entries.where(crm_entries.c.crm == bindparam("crm"), crm_entries.c.key == bindparam("key"))
PUT = _entry.on_conflict_do_update(
    index_elements=["crm", "key"], set_={name: _entry.excluded[name] for name in _ENTRY[2:]}
)
OF_CONVERSATION = _entries.where(crm_entries.c.number == bindparam("number")).order_by(
    crm_entries.c.at, crm_entries.c.crm, crm_entries.c.key
)
WITHOUT_CONTACT = (
    _entries.where(
        text("crm_entries.state = 'nobody'"),
        crm_entries.c.customer_id.in_(select(shown.c.id).where(or_(shown.c.id == _root, shown.c.merged_into == _root))),
        crm_entries.c.crm == bindparam("crm"),
    )
    .order_by(crm_entries.c.at)
    .limit(bindparam("limit"))
)
IN_VAIN = (
    select(crm_entries.c.customer_id)
    .where(
        text("crm_entries.state = 'nobody'"),
        Among(crm_entries.c.customer_id, "ids"),
        crm_entries.c.crm == bindparam("crm"),
    )
    .distinct()
    .order_by(crm_entries.c.customer_id)
)


class StoredRecords(Records):
    """See `bot.ports.Records`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def link(self, customer_id: str, crm: str) -> CrmLink | None:
        """The customer's contact there."""
        row = await self._connection.one(LINK, {"customer_id": customer_id, "crm": crm})
        return _read_link(row) if row is not None else None

    async def links(self, customer_id: str) -> list[CrmLink]:
        """Every link of those who are one."""
        return [_read_link(row) for row in await self._connection.all(LINKS, {"customer_id": customer_id})]

    async def drop_link(self, customer_id: str, crm: str) -> None:
        """Nothing is known of this customer there."""
        self._connection.later(DROP_LINK, {"whose": customer_id, "its_crm": crm})

    async def set_link(self, link: CrmLink) -> None:
        """The customer is this contact from now on."""
        values = {name: getattr(link, name) for name in _LINK}
        self._connection.later(SET_LINK, {**values, "contact_id": link.contact_id or NOBODY, "at": stamp(link.at)})

    async def entry(self, crm: str, key: str) -> CrmEntry | None:
        """One entry."""
        row = await self._connection.one(ENTRY, {"crm": crm, "key": key})
        return _read(row) if row is not None else None

    async def put(self, entry: CrmEntry) -> None:
        """Keep what is known of an entry now."""
        values = {name: getattr(entry, name) for name in _ENTRY}
        self._connection.later(PUT, {**values, "at": stamp(entry.at), "error": entry.error[:1000]})

    async def of_conversation(self, number: int) -> list[CrmEntry]:
        """The entries of a conversation, oldest first."""
        return [_read(row) for row in await self._connection.all(OF_CONVERSATION, {"number": number})]

    async def in_vain(self, customer_ids: Sequence[str], crm: str) -> list[str]:
        """Which of these customers have entries there that found nobody."""
        rows = await self._connection.all(IN_VAIN, {"ids": list(customer_ids), "crm": crm}) if customer_ids else []
        return [row[0] for row in rows]

    async def without_contact(self, customer_id: str, crm: str, limit: int = 100) -> Sequence[CrmEntry]:
        """The entries that found nobody."""
        asked = {"customer_id": customer_id, "crm": crm, "limit": limit}
        return [_read(row) for row in await self._connection.all(WITHOUT_CONTACT, asked)]


def _read_link(row: Row) -> CrmLink:
    customer, crm, contact, url, how, at = row
    return CrmLink(customer, crm, contact if contact != NOBODY else None, url, how, moment(at))


def _read(row: Row) -> CrmEntry:
    crm, key, customer_id, number, occasion, state, at, *rest = row
    return CrmEntry(crm, key, customer_id, number, occasion, state, moment(at), *rest)
