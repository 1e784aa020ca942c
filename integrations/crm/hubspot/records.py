"""HubSpot's records: how they are asked for, read and written. Pure.

https://developers.hubspot.com/docs/guides/api/crm/search
https://developers.hubspot.com/docs/guides/api/crm/engagements/notes
https://developers.hubspot.com/docs/guides/api/crm/associations/associations-v4
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from bot.domain.customer import Identity, Purchase, Ticket
from bot.domain.record import Activity, Contact
from integrations.entries import as_html, fit, short_name, told
from integrations.likeness import digits, is_email, is_phone, same, same_phone

Kind = Literal["contacts", "companies"]
Bought = Literal["deals", "orders"]

PERSON = (
    "firstname", "lastname", "email", "hs_additional_emails", "phone", "mobilephone", "jobtitle", "company", "city",
    "country", "lifecyclestage",
)  # fmt: skip
COMPANY = ("name", "domain", "phone", "city", "country", "industry", "lifecyclestage")
TICKET = ("subject", "hs_pipeline_stage", "createdate")
PURCHASE: Mapping[Bought, tuple[str, ...]] = {
    "deals": ("dealname", "closedate", "amount", "deal_currency_code"),
    "orders": ("hs_order_name", "hs_external_created_date", "hs_total_price", "hs_currency_code"),
}
"""The properties of a purchase: what, when, how much, in which currency."""

TEXT: Mapping[str, str] = {"notes": "hs_note_body", "tickets": "content"}
"""In which property the text of an entry stands."""

_TYPES = {
    ("notes", "contacts"): 202,
    ("notes", "companies"): 190,
    ("tickets", "contacts"): 16,
    ("tickets", "companies"): 339,
}
"""HubSpot's numbers of what joins two records."""

_ATTRIBUTES = {"jobtitle": "title", "lifecyclestage": "stage"}
_NO_ATTRIBUTES = frozenset({"firstname", "lastname", "name", "email", "hs_additional_emails", "phone", "mobilephone"})
_LONGEST = 10_000
"""Characters of a note. HubSpot takes 65,536, but of HTML, in which one of ours may become six."""


def whose(contact_id: str) -> tuple[Kind, str] | None:
    """What an id of ours belongs to, and HubSpot's; both count persons and companies from one on."""
    found = re.fullmatch(r"(company-)?([0-9]{1,20})", contact_id)
    return None if found is None else ("companies" if found[1] else "contacts", found[2])


def filters(identity: Identity, handles: Mapping[str, str]) -> list[dict[str, str]]:
    """Any of which an identity's contact meets; empty where it has nothing to be found by."""
    handle = fit(identity.handle.strip())
    match identity.network:
        case "email" if is_email(handle):
            return [
                _where("email", "EQ", handle.lower()),
                _where("hs_additional_emails", "CONTAINS_TOKEN", handle.lower()),
            ]
        case "phone" if is_phone(handle):
            # Kept without the country's number, which nobody can tell from the rest.
            end = _where("hs_searchable_calculated_phone_number", "CONTAINS_TOKEN", f"*{digits(handle)[-7:]}")
            return [_where("phone", "EQ", handle), _where("mobilephone", "EQ", handle), end]
        case network if handle and network in handles:
            return [_where(handles[network], "EQ", handle)]
    return []


def _where(name: str, operator: str, value: str) -> dict[str, str]:
    return {"propertyName": name, "operator": operator, "value": value}


def sure(identity: Identity, found: Contact) -> tuple[float, str] | None:
    """How sure it is that the contact is the identity's, and why; None where a search found too much."""
    handle = identity.handle.strip()
    if identity.network == "email":
        return (1.0, f"the e-mail {handle}") if same(handle, found.emails) else None
    if identity.network == "phone":
        return (0.9, f"the phone {handle}") if same_phone(handle, found.phones) else None
    kept = [each.handle for each in found.handles if each.network == identity.network]
    return (1.0, f"linked with {handle} on {identity.network}") if same(handle, kept) else None


def named(name: str, found: Iterable[Contact]) -> list[Contact]:
    """Those in whose name every word stands; the search looks into other properties too."""
    words = set(name.casefold().split())
    return [each for each in found if words and words <= set(each.name.casefold().split())]


def contact(kind: Kind, record: Mapping[str, Any], handles: Mapping[str, str], page: str) -> Contact:
    """A person or company; `page` is where HubSpot shows records, empty where that is not known."""
    said = {name: str(value) for name, value in (record.get("properties") or {}).items() if value}
    emails = [said.get("email", ""), *said.get("hs_additional_emails", "").split(";")]
    full = said.get("name") or " ".join(filter(None, (said.get("firstname"), said.get("lastname"))))
    attributes = {
        _ATTRIBUTES.get(name, name): said[name]
        for name in (PERSON if kind == "contacts" else COMPANY)
        if name in said and name not in _NO_ATTRIBUTES
    }
    number = str(record["id"])
    return Contact(
        id=number if kind == "contacts" else f"company-{number}",
        name=full or emails[0],
        kind="person" if kind == "contacts" else "company",
        url=f"{page}/{'0-1' if kind == 'contacts' else '0-2'}/{number}" if page else None,
        emails=tuple(dict.fromkeys(filter(None, emails))),
        phones=tuple(dict.fromkeys(said[name] for name in ("phone", "mobilephone") if name in said)),
        handles=tuple(Identity(network, said[name]) for network, name in handles.items() if name in said),
        attributes=attributes,
    )


def purchase(kind: Bought, record: Mapping[str, Any], currency: str | None) -> Purchase:
    """A deal that was won, or an order; `currency` where it names none."""
    what, when, amount, code = (record["properties"].get(name) for name in PURCHASE[kind])
    return Purchase(str(record["id"]), what or "", _moment(when), _number(amount), code or currency)


def ticket(record: Mapping[str, Any], stages: Mapping[str, str]) -> Ticket:
    """A ticket, its status in the words of its pipeline."""
    said = record["properties"]
    stage = said.get("hs_pipeline_stage") or ""
    return Ticket(
        str(record["id"]), said.get("subject") or "", stages.get(stage, stage), _moment(said.get("createdate"))
    )


def _moment(text: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text)) if text else None
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment


def _number(text: Any) -> float | None:
    try:
        return float(text) if text else None
    except (TypeError, ValueError):
        return None


def text_of(activity: Activity) -> str:
    """What happened; the last line names the entry in one word, by which HubSpot's search finds it."""
    return f"{told(activity, _LONGEST)}\nReference: {short_name(activity.key)}"


def note(activity: Activity, kind: Kind, number: str) -> dict[str, Any]:
    """A note on a contact or company."""
    said = {
        "hs_timestamp": f"{activity.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "hs_note_body": f"<b>{as_html(_subject(activity))}</b><br><br>{as_html(text_of(activity))}",
    }
    return {"properties": said, "associations": _joined("notes", kind, number)}


def case(activity: Activity, kind: Kind, number: str, pipeline: str, stage: str) -> dict[str, Any]:
    """A ticket of a contact or company."""
    said = {
        "subject": _subject(activity),
        "content": text_of(activity),
        "hs_pipeline": pipeline,
        "hs_pipeline_stage": stage,
        "hs_ticket_priority": "HIGH" if activity.urgent else "MEDIUM",
    }
    return {"properties": said, "associations": _joined("tickets", kind, number)}


def _subject(activity: Activity) -> str:
    return fit(" ".join(activity.subject.split()), 255)


def _joined(entry: str, kind: Kind, number: str) -> Sequence[Mapping[str, Any]]:
    types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": _TYPES[entry, kind]}]
    return [{"to": {"id": number}, "types": types}]
