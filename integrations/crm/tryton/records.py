"""Tryton's records: what is asked for, and what comes back, in our words. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.domain.customer import Identity, Purchase, Ticket
from bot.domain.record import Activity
from integrations.entries import fit, titled, told

KINDS = {"email": ("email",), "phone": ("phone", "mobile")}
"""The types of contact mechanism of an identity; a handle's is “other”, with the network as its name."""


def clause(identity: Identity) -> list[Any]:
    """Contact mechanisms that may be the identity's; empty where it has nothing to look for."""
    handle = fit(identity.handle.strip())
    if not handle:
        return []
    if identity.network == "phone":
        digits = _digits(handle)
        forms = sorted({handle, digits, f"+{digits}"}) if digits else [handle]
        return [["type", "in", list(KINDS["phone"])], ["value_compact", "in", forms]]
    if identity.network == "email":
        return [["type", "=", "email"], ["value", "ilike", like(handle)]]
    return [["type", "=", "other"], ["name", "ilike", like(identity.network)], ["value", "ilike", like(handle)]]


def is_of(identity: Identity, row: Mapping[str, Any]) -> bool:
    """Whether a contact mechanism is the identity's, exactly."""
    value, wanted = str(row["value"]).strip(), identity.handle.strip()
    if not wanted or row["type"] not in KINDS.get(identity.network, ("other",)):
        return False
    if identity.network == "phone":
        return _digits(value) == _digits(wanted) != "" or value == wanted
    named = identity.network == "email" or str(row["name"]).casefold() == identity.network.casefold()
    return named and value.casefold() == wanted.casefold()


def called(identity: Identity) -> str:
    """How a reason names the identity's kind."""
    return {"email": "the e-mail", "phone": "the phone"}.get(identity.network, f"the {identity.network} handle")


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def like(text: str) -> str:
    """Text that `ilike` takes as it is: `%` and `_` stand for others in it."""
    return re.sub(r"([\\%_])", r"\\\1", fit(text))


def message(activity: Activity) -> str:
    """The whole note, our key in its last line."""
    return f"{titled(activity)}\n\n{told(activity)}"


def purchase(sale: Mapping[str, Any]) -> Purchase:
    """A sale, named after its products."""
    products = [name for line in sale["lines."] or () if (name := name_of(line["product."]))]
    number = str(sale["number"] or sale["id"])
    what = ", ".join(dict.fromkeys(products)) or sale["description"] or sale["reference"] or number
    amount = sale["total_amount"]
    return Purchase(
        key=number,
        what=str(what),
        at=_day(sale["sale_date"]),
        # Decimals come as objects that hold a text.
        amount=float(amount["decimal"]) if isinstance(amount, Mapping) else amount,
        currency=(sale["currency."] or {}).get("code"),
    )


def ticket(complaint: Mapping[str, Any]) -> Ticket:
    """A complaint, named after the first line of its description, else its type."""
    said = str(complaint["description"] or "").strip().splitlines()
    return Ticket(
        key=str(complaint["number"] or complaint["id"]),
        subject=said[0] if said else name_of(complaint["type."]),
        status=str(complaint["state"]),
        at=_day(complaint["date"]),
    )


def _day(value: Any) -> datetime | None:
    """Dates come as objects with their parts."""
    return datetime(value["year"], value["month"], value["day"], tzinfo=UTC) if value else None


def name_of(record: Mapping[str, Any] | None) -> str:
    """What Tryton calls a record; empty for none."""
    return str((record or {}).get("rec_name") or "")
