"""Customers and what belongs to them, as rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import orjson
from sqlalchemy import ColumnElement, FromClause, func

from bot.domain.customer import Customer, Identity, Purchase, Ticket
from storage.engine import Row
from storage.moments import moment
from storage.tables import customers, identities, purchases, tickets


def customer_columns(table: FromClause) -> tuple[ColumnElement[object], ...]:
    """What a Customer is read from, of the table or an alias of it."""
    return tuple(table.c[name] for name in ("id", "name", "since", "attributes", "crm_url", "kind"))


CUSTOMER = customer_columns(customers)
own, shown = customers.alias("own"), customers.alias("shown")
SHOWN_CUSTOMER = customer_columns(shown)
"""Of the customer under whose id somebody is shown who is one with others: `own` joined with `shown` on this."""

ONE_WITH = shown.c.id == func.coalesce(own.c.merged_into, own.c.id)
IDENTITY = (
    identities.c.network,
    identities.c.handle,
    identities.c.external_id,
    identities.c.display_name,
    identities.c.followers,
    identities.c.verified,
    identities.c.profile_url,
)
PURCHASE = (purchases.c.key, purchases.c.what, purchases.c.at, purchases.c.amount, purchases.c.currency)
TICKET = (tickets.c.key, tickets.c.subject, tickets.c.status, tickets.c.at)


def read_customer(row: Row) -> Customer:
    """A row of `CUSTOMER`."""
    id_, name, since, attributes, crm_url, kind = row
    return Customer(id_, name, moment(since), orjson.loads(attributes), crm_url, kind)


def together(rows: Sequence[Row]) -> Customer:
    """Those who are one, the one under whose id they are shown first: what it does not know, the others tell."""
    first, *others = map(read_customer, rows)
    others.sort(key=lambda each: each.id)
    return replace(
        first,
        since=min((each.since for each in (first, *others) if each.since is not None), default=None),
        attributes={key: value for each in (*reversed(others), first) for key, value in each.attributes.items()},
        crm_url=next((each.crm_url for each in (first, *others) if each.crm_url), None),
        kind="company" if any(each.kind == "company" for each in (first, *others)) else "person",
    )


def read_identity(row: Row) -> Identity:
    """A row of `IDENTITY`."""
    network, handle, external_id, display_name, followers, verified, profile_url = row
    return Identity(network, handle, external_id, display_name, followers, bool(verified), profile_url)


def read_purchase(row: Row) -> Purchase:
    """A row of `PURCHASE`."""
    key, what, at, amount, currency = row
    return Purchase(key, what, moment(at), amount, currency)


def read_ticket(row: Row) -> Ticket:
    """A row of `TICKET`."""
    key, subject, status, at = row
    return Ticket(key, subject, status, moment(at))
