"""Zendesk's users, organizations and tickets in our words, and values in its query language. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.domain.customer import Identity, Ticket
from bot.domain.record import Contact
from bot.errors import GoneError
from integrations.entries import fit, short_name
from integrations.likeness import is_email, is_phone, same, same_phone

TAG = "baton"
"""On every ticket we write, so that triggers and reports can leave them out."""

KINDS = {"email": "email", "phone": "phone_number", "x": "twitter", "facebook": "facebook"}
"""Types of Zendesk's identities by the networks they stand for."""

_NETWORKS = {kind: network for network, kind in KINDS.items()}


_QUOTABLE = re.compile(r'[^"\\*\x00-\x1f\x7f]+')
_ASKABLE: Mapping[str, Callable[[str], object]] = {"email": is_email, "phone": is_phone, "name": _QUOTABLE.fullmatch}


def query_for(keyword: str, value: str) -> str | None:
    """A clause of the search language; None for what cannot be said in it, since it has no way to quote a quotation mark."""
    value = " ".join(fit(value).split())
    if not _ASKABLE[keyword](value):
        return None
    # Numbers are kept without anything between the digits.
    return f'{keyword}:"{re.sub("[^+0-9]", "", value) if keyword == "phone" else value}"'


def external_id(key: str) -> str:
    """Our key as a ticket's external id; a comma would ask for two."""
    safe = re.fullmatch(r"[\w.:/-]{1,200}", key, re.ASCII)
    return f"{TAG}:{key if safe else short_name(key)}"


def number_of(contact_id: str) -> tuple[str, str]:
    """The collection and the number: organizations carry a prefix."""
    match = re.fullmatch(r"(organization:)?([0-9]{1,18})", contact_id)
    if match is None:
        raise GoneError(f"“{contact_id}” is no number of a Zendesk user.")
    return ("organizations" if match[1] else "users"), match[2]


def person(user: Mapping[str, Any], url: str, identities: Sequence[Mapping[str, Any]] = ()) -> Contact:
    """A user, with the identities where they were asked for."""
    known = [(str(each.get("type")), str(each.get("value"))) for each in identities]
    emails = [str(user.get("email") or ""), *(value for kind, value in known if kind == "email")]
    phones = [str(user.get("phone") or ""), *(value for kind, value in known if kind == "phone_number")]
    handles = [Identity(_NETWORKS[kind], value) for kind, value in known if kind in {"twitter", "facebook"}]
    said = {
        "language": user.get("locale"),
        "time zone": user.get("time_zone"),
        "tags": ", ".join(user.get("tags") or ()),
    }
    return Contact(
        id=str(user["id"]),
        name=str(user.get("name") or ""),
        kind="person",
        url=f"{url}/agent/users/{user['id']}",
        emails=tuple(dict.fromkeys(filter(None, emails))),
        phones=tuple(dict.fromkeys(filter(None, phones))),
        handles=tuple(handles),
        attributes={name: str(value) for name, value in said.items() if value},
    )


def organization(row: Mapping[str, Any], url: str) -> Contact:
    """An organization; its id carries a prefix, for users have numbers too."""
    return Contact(
        id=f"organization:{row['id']}",
        name=str(row.get("name") or ""),
        kind="company",
        url=f"{url}/agent/organizations/{row['id']}",
        attributes={"domains": ", ".join(row["domain_names"])} if row.get("domain_names") else {},
    )


def stands(contact: Contact, identity: Identity) -> bool:
    """Whether the contact is known by this identity, exactly."""
    if identity.network == "email":
        return same(identity.handle, contact.emails)
    if identity.network == "phone":
        return same_phone(identity.handle, contact.phones)
    theirs = [each.handle for each in contact.handles if each.network == identity.network]
    return same(identity.handle.lstrip("@"), theirs) or same(identity.external_id or "", theirs)


def is_our_note(row: Mapping[str, Any]) -> bool:
    """Whether we wrote the ticket, as a note and not as a case."""
    return str(row.get("external_id") or "").startswith(f"{TAG}:") and row.get("status") in {"solved", "closed"}


def ticket_of(row: Mapping[str, Any]) -> Ticket:
    """A ticket as the card shows it."""
    at = row.get("created_at")
    return Ticket(
        key=str(row["id"]),
        subject=str(row.get("subject") or row.get("description") or ""),
        status=str(row.get("status") or ""),
        at=datetime.fromisoformat(at) if at else None,
    )
