"""What the CRMs know of a customer, asked for while somebody waits."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from bot.domain.customer import CustomerRecord
from bot.domain.record import Contact, ContactHistory, ContactMatch
from bot.ports.records import CrmLink


@dataclass(frozen=True, slots=True)
class CrmAnswer:
    """What one CRM said. `crm` is its name in baton.toml, `seconds` how long it took (`late`: has taken so far).

    `known` has the history, and `at` when it was asked; `nobody`: none of its contacts surely is this customer; `failed`
    says why.
    """

    crm: str
    state: Literal["known", "nobody", "late", "failed"]
    seconds: float
    at: datetime
    history: ContactHistory | None = None
    url: str | None = None
    why: str = ""
    kept: bool = False
    """From a moment ago: it was not asked again."""
    how: str = ""
    """How it is known which contact this is; of `nobody`, that a colleague said so."""


@dataclass(frozen=True, slots=True)
class CrmOffer:
    """Whom one CRM takes for this customer, best first, and as whom they are linked. `late` and `failed` as of `CrmAnswer`."""

    crm: str
    state: Literal["found", "late", "failed"]
    matches: tuple[ContactMatch, ...] = ()
    why: str = ""
    linked: Contact | None = None


class CrmSearch(Protocol):
    """Looks contacts up in the CRMs for a colleague who links a customer, within the time there is."""

    async def matches(self, record: CustomerRecord, links: Mapping[str, CrmLink]) -> tuple[CrmOffer, ...]:
        """Whom each CRM takes for this customer, all asked at once, in the order of baton.toml; never raises.

        `links` are the contacts that the customer is known to be, by CRM.
        """
        ...

    async def contact(self, crm: str, named: str) -> Contact:
        """The contact with this id or e-mail there; raises `UserError` where there is none, or the CRM does not answer."""
        ...


class CrmDesk(Protocol):
    """Asks every configured CRM at once."""

    async def ask(self, record: CustomerRecord, links: Mapping[str, CrmLink]) -> tuple[CrmAnswer, ...]:
        """What each says of this customer within the time there is, in the order of baton.toml; never raises.

        `links` are the contacts that the customer is known to be, by CRM.
        """
        ...

    async def forget(self, customers: Collection[str]) -> None:
        """Keep nothing of these customers, also of what is still being asked."""
        ...
