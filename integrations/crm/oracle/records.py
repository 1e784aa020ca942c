"""Oracle's contacts, accounts and service requests in our words, and values in its expressions. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.domain.customer import Ticket
from bot.domain.record import Contact
from bot.errors import GoneError
from integrations.entries import fit, short_name

_PHONES = ("OverallPrimaryFormattedPhoneNumber", "FormattedMobileNumber", "FormattedWorkPhoneNumber")
_SAID = {
    "company": "AccountName",
    "position": "JobTitle",
    "city": "City",
    "country": "Country",
    "number": "PartyNumber",
}


def quoted(text: str) -> str:
    """Text in an expression of `q`: a quotation mark in it is doubled."""
    return "'" + fit(text).replace("'", "''") + "'"


def activity_number(key: str) -> str:
    """Numbers may be given by whoever makes the activity, are unique, and have 64 characters at most."""
    return f"BATON-{short_name(key)}"


def party_of(contact_id: str) -> tuple[str, int]:
    """The resource and the party; accounts carry a prefix."""
    match = re.fullmatch(r"(account:)?([0-9]{1,18})", contact_id)
    if match is None:
        raise GoneError(f"“{contact_id}” is no party id of Oracle.")
    return ("accounts" if match[1] else "contacts"), int(match[2])


def person(row: Mapping[str, Any]) -> Contact:
    """A contact."""
    first_last = " ".join(filter(None, (row.get("FirstName"), row.get("LastName"))))
    return Contact(
        id=str(row["PartyId"]),
        name=str(row.get("ContactName") or first_last),
        kind="person",
        emails=tuple(filter(None, (row.get("EmailAddress"),))),
        phones=tuple(dict.fromkeys(str(row[field]) for field in _PHONES if row.get(field))),
        attributes={name: str(row[field]) for name, field in _SAID.items() if row.get(field)},
    )


def company(row: Mapping[str, Any]) -> Contact:
    """An account."""
    return Contact(
        id=f"account:{row['PartyId']}",
        name=str(row.get("OrganizationName") or ""),
        kind="company",
        attributes={name: str(row[field]) for name, field in _SAID.items() if row.get(field)},
    )


def ticket(row: Mapping[str, Any]) -> Ticket:
    """A service request."""
    at = row.get("CreationDate")
    return Ticket(
        key=str(row["SrNumber"]),
        subject=str(row.get("Title") or ""),
        status=str(row.get("StatusCdMeaning") or row.get("StatusCd") or ""),
        at=datetime.fromisoformat(at) if at else None,
    )
