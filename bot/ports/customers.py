"""Customers and the records that are kept of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from bot.domain.customer import Customer, CustomerRecord, Identity, PastConversation, Purchase, Ticket
from bot.domain.people import PersonRef
from bot.domain.post import Author


@dataclass(frozen=True, slots=True)
class Match:
    """A customer that a look-up found; `confidence` from 0 to 1, `why` in words."""

    customer: Customer
    confidence: float
    why: str


@dataclass(frozen=True, slots=True)
class ContactRef:
    """A contact in the CRM of this name in baton.toml, and its page there."""

    crm: str
    id: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class ImportedCustomer:
    """A customer as a file of the company's own, or its CRM, brings it; `key` is the file's own id."""

    key: str
    name: str
    identities: tuple[Identity, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    since: datetime | None = None
    purchases: tuple[Purchase, ...] = ()
    tickets: tuple[Ticket, ...] = ()
    kind: Literal["person", "company"] | None = None
    """None: what the name says."""
    contact: ContactRef | None = None
    """Who this is in a CRM: it is linked, unless something else is known of that."""


@dataclass(frozen=True, slots=True)
class LookUp:
    """That somebody looked a customer up, or said who they are in a CRM; `via` is the platform, and what was shown where it
    was not the whole card, or what was said."""

    by: PersonRef
    via: str
    at: datetime


class Customers(Protocol):
    """Customers, their identities and what is known of them."""

    async def identify(self, authors: Sequence[tuple[str, Author]], at: datetime) -> list[str]:
        """Customer ids of (network, author) pairs, in order; unknown authors become new customers."""
        ...

    def newcomers(self) -> set[str]:
        """Customers whom this unit of work met first, or of whom it learnt a name or an address, to be compared."""
        ...

    async def get(self, customer_id: str) -> Customer | None:
        """The customer, or None."""
        ...

    async def find(self, query: str, limit: int = 5) -> list[Match]:
        """By handle, e-mail, phone or name (typos tolerated), best first."""
        ...

    async def record(self, customer_id: str) -> CustomerRecord | None:
        """What the 360 degree card shows."""
        ...

    async def bring(self, imported: Sequence[ImportedCustomer], at: datetime) -> int:
        """Insert or update customers from a file, by key; gives how many were new."""
        ...

    async def set_kind(self, customer_id: str, kind: Literal["person", "company"]) -> bool:
        """Keep what a CRM tells of them; False where it is known."""
        ...

    async def log_outcome(self, customer_id: str, past: PastConversation, key: str) -> None:
        """Write an outcome to Baton's own record, once per `key`."""
        ...

    async def looked_up(self, customer_id: str, by: PersonRef, via: str, at: datetime) -> None:
        """The audit trail of look-ups."""
        ...

    async def lookups(self, customer_id: str, limit: int = 100) -> list[LookUp]:
        """Who looked this customer up, newest first."""
        ...
