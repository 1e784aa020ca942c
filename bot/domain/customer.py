"""Who the customer is: one customer, many identities, and what the record knows of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class Identity:
    """A name by which a network (or `email`, `phone`) knows a customer."""

    network: str
    handle: str
    external_id: str | None = None
    display_name: str | None = None
    followers: int | None = None
    verified: bool = False
    profile_url: str | None = None


@dataclass(frozen=True, slots=True)
class Purchase:
    """Something bought; `amount` in units of `currency` (ISO 4217)."""

    key: str
    what: str
    at: datetime | None = None
    amount: float | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Ticket:
    """A support ticket of another system, as imported."""

    key: str
    subject: str
    status: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Customer:
    """A person or company. `attributes` are what the company's own systems say (tier, city, languages, ...)."""

    id: str
    name: str
    since: datetime | None = None
    attributes: dict[str, str] = field(default_factory=dict)
    crm_url: str | None = None
    kind: Literal["person", "company"] = "person"

    @property
    def tier(self) -> str | None:
        """Gold, key account, ...: the company's own word."""
        return self.attributes.get("tier")


@dataclass(frozen=True, slots=True)
class PastConversation:
    """One line of a customer's history with us."""

    number: int
    network: str
    opened_at: datetime
    state: str
    outcome: str | None = None
    wanted: str = ""
    changed: str = ""
    who: str | None = None
    departments: tuple[str, ...] = ()
    first_text: str = ""
    score: float | None = None
    """How the newest post was meant, from -1 (bad) to 1 (good), where triage was sure of it."""


@dataclass(frozen=True, slots=True)
class AskedIdea:
    """An idea that some of their conversations ask for; in `told` of them they heard that it shipped."""

    number: int
    title: str
    state: str
    conversations: tuple[int, ...] = ()
    told: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class RecentPost:
    """What they wrote last on one network."""

    network: str
    at: datetime
    text: str
    number: int
    url: str | None = None
    private: bool = False


@dataclass(frozen=True, slots=True)
class Rating:
    """How they rated us in one conversation: `stars` of `best`."""

    number: int
    stars: float
    best: float


@dataclass(frozen=True, slots=True)
class CustomerRecord:
    """Everything the 360 degree card shows. Lists are newest first and cut to what a card takes; totals are whole."""

    customer: Customer
    identities: tuple[Identity, ...] = ()
    purchases: tuple[Purchase, ...] = ()
    purchases_total: int = 0
    tickets: tuple[Ticket, ...] = ()
    conversations: tuple[PastConversation, ...] = ()
    conversations_total: int = 0
    answered_total: int = 0
    praises_total: int = 0
    """Conversations that ended as praise."""
    posts_total: int = 0
    recent: tuple[RecentPost, ...] = ()
    """The newest post on each network, newest first; of the conversations above."""
    ratings: tuple[Rating, ...] = ()
    """The last rating in each of the conversations above."""
    ideas: tuple[AskedIdea, ...] = ()
    """What they asked for, the newest first."""
