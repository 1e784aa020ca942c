"""Who sees what of a customer's record: the fields that baton.toml keeps for some departments or roles. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.domain.customer import Customer, CustomerRecord, Identity
from bot.domain.people import Person, Role
from bot.domain.record import Contact

FIELDS: dict[str, str] = {
    "purchases": "what they bought",
    "tickets": "support tickets",
    "email": "e-mail addresses",
    "phone": "phone numbers",
    "handles": "names on networks",
    "followers": "how many follow them",
    "tier": "the company's word for them, like Gold",
    "since": "since when they are a customer",
    "attributes": "everything else that the company's systems say of them",
    "conversations": "past conversations, ideas and mood",
    "posts": "their recent posts",
    "crm": "their page in the CRM",
    "directory": "whether they work here or are one of our vendors",
}
"""What can be kept for some, with what it is; `attributes.income` is one attribute alone."""

_ADDRESS = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
_NUMBER = re.compile(r"^\+?[\d\s()/.-]{6,}$")
_NETWORKS_OF_ADDRESSES = frozenset({"email", "mail"})


@dataclass(frozen=True, slots=True)
class Rule:
    """These fields are seen by people of one of these departments or with one of these roles, and by nobody else."""

    fields: frozenset[str]
    departments: frozenset[str] = frozenset()
    roles: frozenset[Role] = frozenset()

    def lets(self, person: Person) -> bool:
        """Is this one of them?"""
        return person.department in self.departments or bool(person.roles & self.roles)


def hidden_from(rules: Iterable[Rule], person: Person | None) -> frozenset[str]:
    """The fields that this person does not see; with None those that somebody does not see: what many read leaves them
    out. Where several rules name a field, one that lets the person is enough. Who is from outside sees none at all."""
    named: set[str] = set()
    let: set[str] = set()
    for rule in rules:
        named |= rule.fields
        if person is not None and rule.lets(person):
            let |= rule.fields
    if person is not None and person.outsider:
        return frozenset(FIELDS)
    return frozenset(named - let)


def visible_customer(customer: Customer, hidden: frozenset[str]) -> Customer:
    """The customer without hidden fields. Somebody whose name is their address loses it with their addresses."""
    if not hidden:
        return customer
    return replace(
        customer,
        name=visible_name(customer.name, hidden),
        since=None if "since" in hidden else customer.since,
        attributes={key: value for key, value in customer.attributes.items() if not _hides(hidden, key)},
        crm_url=None if "crm" in hidden else customer.crm_url,
    )


def visible_contact(contact: Contact, hidden: frozenset[str]) -> Contact:
    """A CRM's contact without hidden fields."""
    if not hidden:
        return contact
    return replace(
        contact,
        name=visible_name(contact.name, hidden),
        url=None if "crm" in hidden else contact.url,
        emails=() if "email" in hidden else contact.emails,
        phones=() if "phone" in hidden else contact.phones,
        handles=() if "handles" in hidden else contact.handles,
        attributes={key: value for key, value in contact.attributes.items() if not _hides(hidden, key)},
    )


def visible_name(name: str, hidden: frozenset[str]) -> str:
    """The name; nothing where it is a hidden e-mail address or phone number."""
    spoken = name.strip()
    if ("email" in hidden and _ADDRESS.match(spoken)) or ("phone" in hidden and _NUMBER.match(spoken)):
        return ""
    return name


def visible_identity(identity: Identity, hidden: frozenset[str]) -> Identity | None:
    """The identity without hidden fields; None where it is hidden itself."""
    kind = kind_of(identity)
    if kind in hidden:
        return None
    return replace(identity, followers=None) if "followers" in hidden else identity


def kind_of(identity: Identity) -> str:
    """Which field an identity belongs to."""
    if identity.network in _NETWORKS_OF_ADDRESSES:
        return "email"
    # Some networks know people by their numbers.
    is_number = identity.handle.startswith("+") and _NUMBER.match(identity.handle) is not None
    return "phone" if identity.network == "phone" or is_number else "handles"


def visible(record: CustomerRecord, hidden: frozenset[str]) -> tuple[CustomerRecord, tuple[str, ...]]:
    """The record without hidden fields, and which of them there would have been something of."""
    if not hidden:
        return record, ()
    identities = tuple(shown for each in record.identities if (shown := visible_identity(each, hidden)) is not None)
    seen = replace(record, customer=visible_customer(record.customer, hidden), identities=identities)
    if "purchases" in hidden:
        seen = replace(seen, purchases=(), purchases_total=0)
    if "tickets" in hidden:
        seen = replace(seen, tickets=())
    if "conversations" in hidden:
        seen = replace(
            seen, conversations=tuple(past for past in seen.conversations if past.state != "resolved"),
            conversations_total=0, answered_total=0, praises_total=0, ratings=(), ideas=(),
        )  # fmt: skip
    if "posts" in hidden:
        seen = replace(seen, recent=(), posts_total=0)
    return seen, tuple(sorted(field for field in hidden if _is_there(record, field)))


def _hides(hidden: frozenset[str], attribute: str) -> bool:
    attribute = attribute.strip().casefold()
    hidden = frozenset(field.casefold() for field in hidden)
    if attribute == "tier":
        return "tier" in hidden or "attributes.tier" in hidden
    # What they can be reached by is hidden wherever it stands.
    first = re.split(r"[\s_.-]*\d*$", attribute.replace("e-mail", "email"))[0]
    same = {"mail": "email", "telephone": "phone", "mobile": "phone"}.get(first, first)
    return "attributes" in hidden or f"attributes.{attribute}" in hidden or same in hidden & {"email", "phone"}


def _is_there(record: CustomerRecord, field: str) -> bool:
    customer = record.customer
    match field:
        case "purchases":
            return bool(record.purchases)
        case "tickets":
            return bool(record.tickets)
        case "followers":
            return any(identity.followers for identity in record.identities)
        case "tier":
            return customer.tier is not None
        case "since":
            return customer.since is not None
        case "attributes":
            return bool(customer.attributes.keys() - {"tier"})
        case "conversations":
            return bool(record.ideas) or any(past.state == "resolved" for past in record.conversations)
        case "posts":
            return bool(record.recent)
        case "crm":
            return customer.crm_url is not None
        case "directory":
            return False
        case "email" | "phone" | "handles":
            return any(kind_of(identity) == field for identity in record.identities)
        case _:
            return field.removeprefix("attributes.") in customer.attributes
