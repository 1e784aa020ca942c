"""What passes between Baton and the company's own customer record (a CRM): contacts, their history, what we write. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.domain.customer import Identity, Purchase, Ticket

Occasion = Literal["resolved", "escalated", "answered", "idea", "crisis"]
"""What is written to the record: when a conversation is resolved, escalated, answered, or became an idea, and when a crisis
is over of which it was a part."""


@dataclass(frozen=True, slots=True)
class Contact:
    """A person or company as a CRM keeps it (`kind` None: it does not say which). `id` is the CRM's own, `url` its page."""

    id: str
    name: str
    kind: Literal["person", "company"] | None = None
    url: str | None = None
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    handles: tuple[Identity, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)


SURE = 0.95
"""From this confidence on a contact is the customer; below it nothing is written to anybody's record."""


@dataclass(frozen=True, slots=True)
class ContactMatch:
    """A contact that a look-up found; `confidence` from 0 to 1 (1: the same e-mail or linked handle), `why` in words."""

    contact: Contact
    confidence: float
    why: str


@dataclass(frozen=True, slots=True)
class ContactPage:
    """Some of a CRM's contacts, in an order of its own. `next` is where the following page begins; None: that is all."""

    contacts: tuple[Contact, ...]
    next: str | None = None


@dataclass(frozen=True, slots=True)
class ContactHistory:
    """What a CRM knows of a contact, newest first, cut to what a card takes; totals are whole where the CRM says them."""

    contact: Contact
    purchases: tuple[Purchase, ...] = ()
    purchases_total: int | None = None
    tickets: tuple[Ticket, ...] = ()
    tickets_total: int | None = None


@dataclass(frozen=True, slots=True)
class Activity:
    """One entry for the record. `key` names it for ever: the same key twice is one entry there.

    `body` is plain text, several lines; `case` asks for a case or ticket beside the note, where the CRM has them.
    """

    key: str
    occasion: Occasion
    subject: str
    body: str
    at: datetime
    network: str = ""
    post_url: str | None = None
    thread_url: str | None = None
    urgent: bool = False
    case: bool = False


@dataclass(frozen=True, slots=True)
class Owed:
    """An entry of ours that a CRM is to erase: its key, the contacts it may stand on, its id where it is known."""

    key: str
    contacts: tuple[str, ...] = ()
    entry_id: str | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """An entry as it stands in the CRM: its id there, and the case's where one was opened."""

    id: str
    case_id: str | None = None
    url: str | None = None
