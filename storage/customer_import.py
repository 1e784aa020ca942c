"""Customers from a file of the company's own: inserted or updated by the file's key."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import orjson
from sqlalchemy import bindparam, func, select, update
from sqlalchemy import insert as plain_insert
from sqlalchemy.dialects.postgresql import insert  # SQLite takes the same ON CONFLICT

from bot.domain.customer import Identity
from bot.domain.ids import new_id
from bot.domain.names import is_company
from bot.ports import ImportedCustomer
from storage import customer_words
from storage.engine import Among, Connection, Values, binds
from storage.moments import stamp
from storage.names import normal_handle, normal_phone, words_of
from storage.tables import crm_links, customers, identities, purchases, tickets

BY_KEY = select(customers.c.import_key, customers.c.id).where(Among(customers.c.import_key, "keys"))
# Somebody who wrote to us before the file came: the same handle, of a customer that no file has claimed yet.
BY_IDENTITY = (
    select(identities.c.network, identities.c.norm, customers.c.id)
    .join(identities, identities.c.customer_id == customers.c.id)
    .where(Among(identities.c.norm, "norms"), customers.c.import_key.is_(None))
)
# Somebody who was found in the CRM before all of it was imported.
BY_CONTACT = (
    select(crm_links.c.contact_id, customers.c.id)
    .join(customers, customers.c.id == crm_links.c.customer_id)
    .where(
        crm_links.c.crm == bindparam("crm"),
        Among(crm_links.c.contact_id, "contacts"),
        customers.c.import_key.is_(None),
    )
    .order_by(customers.c.id)
)
ADD = plain_insert(customers).values(binds("id", "name", "since", "attributes", "import_key", "created_at", "kind"))
UPDATE = (
    update(customers)
    .values(
        binds("name", "attributes", "import_key", "kind")
        | {"since": func.coalesce(bindparam("since", type_=customers.c.since.type), customers.c.since)}
    )
    .where(customers.c.id == bindparam("its_id"))
)
ADD_IDENTITY = (
    insert(identities)
    .values(binds(*(name for name in identities.c.keys() if name != "id")))  # noqa: SIM118 - columns
    .on_conflict_do_nothing()
)
_purchase = insert(purchases).values(binds(*purchases.c.keys()))
PUT_PURCHASE = _purchase.on_conflict_do_update(
    index_elements=["customer_id", "key"],
    set_={name: _purchase.excluded[name] for name in ("what", "at", "amount", "currency")},
)
_ticket = insert(tickets).values(binds(*tickets.c.keys()))
# What is known stays: a colleague may have said it.
LINK = (
    insert(crm_links)
    .values(binds("customer_id", "crm", "contact_id", "url", "how", "at"))
    .on_conflict_do_nothing(index_elements=["customer_id", "crm"])
)
PUT_TICKET = _ticket.on_conflict_do_update(
    index_elements=["customer_id", "key"],
    set_={name: _ticket.excluded[name] for name in ("subject", "status", "at")},
)


async def bring(
    connection: Connection, imported: Sequence[ImportedCustomer], at: datetime
) -> tuple[int, Collection[str]]:
    """Insert or update; gives how many were new, and the ids of all. Of a key that occurs twice, the last one counts."""
    brought = list({each.key: each for each in imported}.values())
    norms = [[(identity.network, norm_of(identity)) for identity in each.identities] for each in brought]
    ids = await _known(connection, brought, norms)
    fresh = [each for each in brought if each.key not in ids]
    known = [each for each in brought if each.key in ids]
    ids |= {each.key: new_id() for each in fresh}
    connection.later_many(ADD, [{**_row(e), "id": ids[e.key], "created_at": stamp(at)} for e in fresh])
    connection.later_many(UPDATE, [{**_row(e), "its_id": ids[e.key]} for e in known])
    connection.later_many(
        ADD_IDENTITY,
        [
            identity_row(ids[e.key], identity, norm, stamp(at))
            for e, its in zip(brought, norms, strict=True)
            for identity, (_, norm) in zip(e.identities, its, strict=True)
        ],
    )
    connection.later_many(
        PUT_PURCHASE,
        [
            {"customer_id": ids[e.key], "key": p.key, "what": p.what, "at": stamp(p.at), "amount": p.amount}
            | {"currency": p.currency}
            for e in brought
            for p in e.purchases
        ],
    )
    connection.later_many(
        PUT_TICKET,
        [
            {"customer_id": ids[e.key], "key": t.key, "subject": t.subject, "status": t.status, "at": stamp(t.at)}
            for e in brought
            for t in e.tickets
        ],
    )
    links = [(ids[e.key], e.contact) for e in brought if e.contact is not None]
    connection.later_many(
        LINK,
        [
            {"customer_id": id_, "crm": c.crm, "contact_id": c.id, "url": c.url, "how": "imported", "at": stamp(at)}
            for id_, c in links
        ],
    )
    await customer_words.learn(
        connection, {ids[e.key]: words_of(e.name, *(i.display_name for i in e.identities)) for e in brought}
    )
    return len(fresh), ids.values()


async def _known(
    connection: Connection, brought: Sequence[ImportedCustomer], norms: Sequence[Sequence[tuple[str, str]]]
) -> dict[str, str]:
    """Customer ids by key, of those that we know by their key, their contact in a CRM or one of their identities."""
    rows = await connection.all(BY_KEY, {"keys": [each.key for each in brought]})
    ids: dict[str, str] = dict(map(tuple, rows))
    await _by_contact(connection, [each for each in brought if each.key not in ids], ids)
    unknown = [(each.key, its) for each, its in zip(brought, norms, strict=True) if each.key not in ids]
    # An address or a number may be shared: whose it is, is decided with more in view, and so that it can be undone.
    asked = list({norm for _, its in unknown for network, norm in its if network not in {"email", "phone"}})
    bearers: dict[tuple[str, str], list[str]] = {}
    for network, norm, customer_id in await connection.all(BY_IDENTITY, {"norms": asked}) if asked else []:
        bearers.setdefault((network, norm), []).append(customer_id)
    taken = set(ids.values())
    for key, its in unknown:
        found = next((id_ for identity in its for id_ in bearers.get(identity, ()) if id_ not in taken), None)
        if found is not None:
            ids[key] = found
            taken.add(found)
    return ids


async def _by_contact(connection: Connection, brought: Sequence[ImportedCustomer], ids: dict[str, str]) -> None:
    """Adds to `ids` whom a link to their contact leads to."""
    taken = set(ids.values())
    for crm in sorted({each.contact.crm for each in brought if each.contact is not None}):
        keys = {each.contact.id: each.key for each in brought if each.contact is not None and each.contact.crm == crm}
        for contact, customer_id in await connection.all(BY_CONTACT, {"crm": crm, "contacts": list(keys)}):
            if keys[contact] not in ids and customer_id not in taken:
                ids[keys[contact]] = customer_id
                taken.add(customer_id)


def norm_of(identity: Identity) -> str:
    """An identity as it is compared."""
    phone = normal_phone(identity.handle) if identity.network == "phone" else None
    return phone or normal_handle(identity.handle)


def _row(each: ImportedCustomer) -> Values:
    return {
        "name": each.name,
        "since": stamp(each.since),
        "attributes": orjson.dumps(dict(each.attributes)).decode(),
        "import_key": each.key,
        "kind": each.kind or ("company" if is_company(each.name) else "person"),
    }


def identity_row(customer_id: str, identity: Identity, norm: str, seen: int) -> Values:
    """An identity of a customer, as a row."""
    return {
        "customer_id": customer_id,
        "network": identity.network,
        "external_id": identity.external_id,
        "handle": identity.handle,
        "norm": norm,
        "display_name": identity.display_name,
        "followers": identity.followers,
        "verified": identity.verified,
        "profile_url": identity.profile_url,
        "seen_at": seen,
    }
