"""Baton's side of the CRMs: which contact a customer is there, and what was written of which conversation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from bot.domain.record import Occasion

EntryState = Literal["waiting", "written", "nobody", "failed"]
"""`nobody`: the CRM knows nobody who may be this customer; it is written once they are linked."""

LINKED_BY, UNLINKED_BY = "linked by ", "unlinked by "
"""How a link begins to say that a colleague made it, or took it away; their name follows."""


@dataclass(frozen=True, slots=True)
class CrmLink:
    """A customer's contact in one CRM; `how` in words (`the same e-mail`, `linked by Ana`).

    `contact_id` is None where a colleague said that they are nobody there (`unlinked by Ana`): nobody is looked for then.
    """

    customer_id: str
    crm: str
    contact_id: str | None
    url: str | None
    how: str
    at: datetime

    @property
    def by_colleague(self) -> bool:
        """Did somebody say so? Then it stays until somebody says otherwise."""
        return self.how.startswith((LINKED_BY, UNLINKED_BY))


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
        """The customer's contact there: their own, else that of somebody they are one with."""
        ...

    async def links(self, customer_id: str) -> list[CrmLink]:
        """Every link of those who are one, in all CRMs, the newest first."""
        ...

    async def drop_link(self, customer_id: str, crm: str) -> None:
        """Nothing is known of this customer there, but what is known of those they are one with."""
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

    async def in_vain(self, customer_ids: Sequence[str], crm: str) -> list[str]:
        """Which of these customers have entries there that found nobody."""
        ...

    async def without_contact(self, customer_id: str, crm: str, limit: int = 100) -> Sequence[CrmEntry]:
        """The entries that found nobody, of the customer and of those they are one with."""
        ...
