"""One customer as a record of a file tells of it: columns of a table, keys of JSON, or what a vCard says."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, TypeVar

from bot.domain.customer import Identity, Purchase, Ticket
from bot.ports import ImportedCustomer
from handlers.admin import table_file
from handlers.admin.dates import parse_date

T = TypeVar("T")


class NotRead(Exception):
    """What is wrong with a record, in words."""


_OWN = frozenset({"key", "name", "email", "phone", "handles", "since", "purchases", "tickets", "attributes", "kind"})


_PART = re.compile(r"(purchase|ticket)[ _]?(\d*)[ _](\w+)")

_date = lru_cache(maxsize=10_000)(parse_date)


@dataclass(frozen=True, slots=True)
class _Column:
    """What a column (or key) of a file is for: `part` is `purchase` or `ticket` where it belongs to one of them."""

    attribute: bool
    part: str = ""
    which: str = ""
    field: str = ""


@lru_cache(maxsize=4096)
def _column(name: str) -> _Column:
    match = _PART.fullmatch(name)
    if match is not None:
        return _Column(False, match[1], match[2], match[3])
    return _Column(attribute=name not in _OWN and not name.startswith(("purchase", "ticket")))


def customer_of(record: Mapping[str, Any]) -> ImportedCustomer:
    """The customer of a record; raises `NotRead`."""
    name, emails, phones = _text(record.get("name")), _each_text(record.get("email")), _each_text(record.get("phone"))
    key = _text(record.get("key")) or next(iter([*emails, *phones]), "")
    if not key:
        raise NotRead("it has no key (nor e-mail, nor phone).")
    identities = [Identity("email", email) for email in emails] + [Identity("phone", phone) for phone in phones]
    identities += _handles(record.get("handles"))
    own = record.get("attributes") or {}
    attributes = {name: value for name, value in record.items() if _column(name).attribute}
    if isinstance(own, dict):
        attributes |= own
    return ImportedCustomer(
        key=key,
        name=name or next(iter(emails), key),
        identities=tuple(identities),
        attributes={_text(k): text for k, v in attributes.items() if (text := _text(v))},
        since=_date(_text(record.get("since"))),
        purchases=tuple(_each(record, "purchase", _purchase)),
        tickets=tuple(_each(record, "ticket", _ticket)),
        kind=_kind(_text(record.get("kind"))),
    )


def _kind(said: str) -> Literal["person", "company"] | None:
    """What the file says the customer is; otherwise the name tells."""
    match said.casefold():
        case "company" | "organisation" | "organization" | "business":
            return "company"
        case "person" | "individual" | "contact":
            return "person"
    return None


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_text(item) for item in value)
    return table_file.clean(str(value)).strip()


def _each_text(value: Any) -> list[str]:
    """One or several, in JSON a list; each once."""
    return list(dict.fromkeys(filter(None, map(_text, value if isinstance(value, list) else [value]))))


def _handles(value: Any) -> list[Identity]:
    """`mastodon:maya@social.example; x:maya_o`, or a list of such."""
    pieces = value if isinstance(value, list) else str(value or "").split(";")
    found = []
    for piece in filter(None, map(_text, pieces)):
        network, colon, handle = piece.partition(":")
        if not colon or not handle.strip():
            raise NotRead(f"handles: “{piece}” is not of the form network:handle.")
        found.append(Identity(network.strip().lower(), handle.strip().lstrip("@")))
    return found


@dataclass(frozen=True, slots=True)
class _Part:
    """One purchase or ticket as it stands in the file."""

    fields: Mapping[str, Any]
    position: int

    def text(self, *names: str) -> str:
        return next((text for name in names if (text := _text(self.fields.get(name)))), "")


def _each(record: Mapping[str, Any], name: str, read: Callable[[_Part], T]) -> list[T]:
    """From `purchases` (a list, or JSON in a CSV field) and from columns such as `purchase_1_what`, `purchase_2_what`."""
    listed = record.get(f"{name}s") or []
    if isinstance(listed, str):
        try:
            listed = json.loads(listed)
        except (ValueError, RecursionError) as error:
            raise NotRead(f"{name}s: this is not JSON: {error}.") from error
    if not isinstance(listed, list) or not all(isinstance(fields, dict) for fields in listed):
        raise NotRead(f"{name}s: this is not a list of objects.")
    columns: dict[str, dict[str, Any]] = {}
    for column, value in record.items():
        its = _column(column)
        if its.part == name and _text(value):
            columns.setdefault(its.which, {})[its.field] = value
    return [read(_Part(fields, position)) for position, fields in enumerate([*listed, *columns.values()], start=1)]


def _purchase(part: _Part) -> Purchase:
    amount = part.text("amount", "price")
    try:
        value = float(amount.replace(",", ".")) if amount else None
    except ValueError:
        value = math.nan
    if value is not None and not math.isfinite(value):
        raise NotRead(f"purchases: “{amount}” is not an amount.")
    what = part.text("what", "product", "item")
    return Purchase(
        key=part.text("key", "id", "order") or f"{part.position}-{what}"[:200],
        what=what,
        at=_date(part.text("at", "date")),
        amount=value,
        currency=part.text("currency").upper() or None,
    )


def _ticket(part: _Part) -> Ticket:
    subject = part.text("subject", "title")
    return Ticket(
        key=part.text("key", "id") or f"{part.position}-{subject}"[:200],
        subject=subject,
        status=part.text("status"),
        at=_date(part.text("at", "date")),
    )
