"""Baton's side of the CRMs: which contact a customer is there, and what was written of which conversation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from bot.domain.record import Occasion

EntryState = Literal["waiting", "written", "nobody", "failed"]
"""`nobody`: the CRM knows nobody who may be this customer; it is written once they are linked."""


@dataclass(frozen=True, slots=True)
class CrmLink:
    """A customer's contact in one CRM; `how` in words (`the same e-mail`, `linked by Ana`)."""

    customer_id: str
    crm: str
    contact_id: str
    url: str | None
    how: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CrmEntry:
    """An entry for one CRM: what became of it, with the CRM's ids and page, or why it failed."""

    crm: str
    key: str
    customer_id: str
    number: int
    occasion: Occasion
    state: EntryState
    at: datetime
    entry_id: str | None = None
    case_id: str | None = None
    url: str | None = None
    error: str = ""


class Records(Protocol):
    """Links and entries."""

    async def link(self, customer_id: str, crm: str) -> CrmLink | None:
        """The customer's contact there."""
        ...

    async def set_link(self, link: CrmLink) -> None:
        """The customer is this contact from now on."""
        ...

    async def entry(self, crm: str, key: str) -> CrmEntry | None:
        """One entry."""
        ...

    async def put(self, entry: CrmEntry) -> None:
        """Keep what is known of an entry now."""
        ...

    async def of_conversation(self, number: int) -> list[CrmEntry]:
        """The entries of a conversation, oldest first."""
        ...

    async def without_contact(self, customer_id: str, crm: str, limit: int = 100) -> Sequence[CrmEntry]:
        """The customer's entries that found nobody."""
        ...
