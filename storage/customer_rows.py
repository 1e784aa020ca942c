"""Customers and what belongs to them, as rows."""

from __future__ import annotations

import orjson

from bot.domain.customer import Customer, Identity, Purchase, Ticket
from storage.engine import Row
from storage.moments import moment
from storage.tables import customers, identities, purchases, tickets

CUSTOMER = (customers.c.id, customers.c.name, customers.c.since, customers.c.attributes, customers.c.crm_url)
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
    id_, name, since, attributes, crm_url = row
    return Customer(id_, name, moment(since), orjson.loads(attributes), crm_url)


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
