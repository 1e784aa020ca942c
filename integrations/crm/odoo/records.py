"""Odoo's partners, orders, tickets and faults in our words, and domains to ask for them. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from bot.domain.customer import Identity, Purchase, Ticket
from bot.domain.record import Contact
from bot.errors import BatonError, GoneError, PermanentError, RetriableError, quoted
from integrations.entries import fit, marker
from integrations.likeness import digits, is_email, is_phone, same, same_phone

Row = Mapping[str, Any]
Domain = list[Any]
"""Clauses are lists of field, operator and value, so that no value becomes part of the question."""

PARTNER = (
    "name", "is_company", "email", "email_normalized", "phone", "mobile", "phone_sanitized", "city", "country_id", "lang",
    "function", "parent_id", "ref",
)  # fmt: skip
"""Fields that are read where they exist: modules bring some, versions take others away."""

_FOR_NOW = (
    "OperationalError",
    "SerializationFailure",
    "TransactionRollback",
    "LockNotAvailable",
    "PoolError",
    "Deadlock",
)


def clauses(identity: Identity, fields: Collection[str]) -> list[Domain]:
    """What may be the identity's partner, any of these; empty where there is nothing to ask for."""
    handle = fit(identity.handle.strip())
    if identity.network == "email" and is_email(handle):
        if "email_normalized" in fields:
            return [["email_normalized", "=", handle.lower()]]
        return [["email", "=ilike", like(handle)]]
    if identity.network == "phone" and is_phone(handle):
        forms = sorted({handle, digits(handle), f"+{digits(handle)}"})
        return [[field, "in", forms] for field in ("phone_sanitized", "phone", "mobile") if field in fields]
    return []


def any_of(clauses: Sequence[Domain]) -> Domain:
    """One domain for all: each “|” joins the two that follow it."""
    return ["|"] * (len(clauses) - 1) + list(clauses)


def is_of(identity: Identity, row: Row) -> bool:
    """Whether the partner is known by the identity, exactly."""
    if identity.network == "email":
        return same(identity.handle, [text(row, "email_normalized"), text(row, "email")])
    numbers = [text(row, field) for field in ("phone_sanitized", "phone", "mobile")]
    return identity.network == "phone" and same_phone(identity.handle, numbers)


def like(words: str) -> str:
    """Text for `=ilike` as it is: `%` and `_` stand for others in it."""
    return re.sub(r"([\\%_])", r"\\\1", fit(words))


def like_marker(key: str) -> str:
    """For `ilike`: what HTML writes otherwise may be anything, so that what is found must be looked at."""
    return re.sub(r"[^\w .:/-]", "%", marker(key).replace("_", "%"), flags=re.ASCII)


def contact(row: Row, url: str) -> Contact:
    """A partner; empty fields come as False."""
    said = {
        "city": text(row, "city"),
        "country": name_of(row.get("country_id")),
        "language": text(row, "lang"),
        "position": text(row, "function"),
        "company": name_of(row.get("parent_id")),
        "reference": text(row, "ref"),
    }
    emails = (text(row, "email_normalized") or text(row, "email"),)
    return Contact(
        id=str(row["id"]),
        name=text(row, "name"),
        kind="company" if row.get("is_company") else "person",
        url=url,
        emails=tuple(filter(None, emails)),
        phones=tuple(dict.fromkeys(filter(None, (text(row, "phone"), text(row, "mobile"))))),
        attributes={name: value for name, value in said.items() if value},
    )


def purchase(order: Row, lines: Sequence[Row]) -> Purchase:
    """An order, named after its products."""
    products = [
        name_of(line.get("product_id")) or text(line, "name").partition("\n")[0]
        for line in lines
        if line["order_id"][0] == order["id"]
    ]
    number = text(order, "name") or str(order["id"])
    return Purchase(
        key=number,
        what=", ".join(dict.fromkeys(filter(None, products))) or text(order, "client_order_ref") or number,
        at=moment(order.get("date_order")),
        amount=float(order["amount_total"]),
        currency=name_of(order.get("currency_id")) or None,
    )


def ticket(row: Row) -> Ticket:
    """A ticket of Helpdesk; its stage is its state."""
    return Ticket(str(row["id"]), text(row, "name"), name_of(row.get("stage_id")), moment(row.get("create_date")))


def text(row: Row, field: str) -> str:
    """A field's text; Odoo says False for none."""
    value = row.get(field)
    return value if isinstance(value, str) else ""


def name_of(pair: Any) -> str:
    """What Odoo calls the record that a field leads to: it comes as number and name."""
    return str(pair[1]) if isinstance(pair, list) and len(pair) > 1 else ""


def moment(value: Any) -> datetime | None:
    """Times come without a zone and are UTC."""
    return datetime.fromisoformat(value).replace(tzinfo=UTC) if isinstance(value, str) else None


def fault(name: str, error: Row) -> BatonError:
    """The error of an answer, which comes with status 200; `data.name` is the exception's class. All was undone there."""
    data: Row = error.get("data") or {}
    kind = str(data.get("name") or "")
    words = str(data.get("message") or error.get("message") or "an error without words").strip().splitlines()[0][:300]
    if kind.endswith("AccessDenied"):
        return PermanentError(f"{name} does not let us in. Check the database, the user and the API key.")
    if kind.endswith("MissingError"):
        return GoneError(f"{name}: {quoted(words)}")
    if any(each in kind for each in _FOR_NOW) and "does not exist" not in words:
        return RetriableError(f"{name} cannot do it just now: {quoted(words)}")
    return PermanentError(f"{name} refuses: {quoted(words)}")
