"""What the contract asks of every pretended CRM: to be filled, to fail on demand, and to be looked into."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Any, Protocol, Self


@dataclass(frozen=True, slots=True)
class Entry:
    """A note or activity as the CRM keeps it."""

    id: str
    contact: str
    subject: str
    body: str


@dataclass(slots=True)
class Troubles:
    """What goes wrong next. `script` holds (status, headers) for the requests to come, after signing in; `hang` lets that
    many requests take effect and then say nothing; `lose` lets that many take effect and then answer 502."""

    script: list[tuple[int, Mapping[str, str]]] = field(default_factory=list)
    hang: int = 0
    lose: int = 0


class PretendCrm(Protocol):
    """One vendor's server. `settings` is what stands under `[crm.<name>]`, `environment` the secrets for it."""

    kind: str
    troubles: Troubles
    largest_page: int
    """So many contacts it gives at once, however many are asked for, when it is asked for all."""

    async def __aenter__(self) -> Self:
        """Start it on loopback."""
        ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it."""
        ...

    @property
    def settings(self) -> dict[str, Any]:
        """`kind`, `url` and the settings of the kind."""
        ...

    @property
    def environment(self) -> dict[str, str]:
        """The secrets by variable."""
        ...

    def add_contact(
        self, name: str, email: str | None = None, phone: str | None = None, *, company: bool = False
    ) -> str:
        """A contact; gives its id."""
        ...

    def change_contact(self, contact: str, name: str | None) -> None:
        """It is called otherwise from now on; with None it is removed."""
        ...

    def add_purchase(self, contact: str, what: str, amount: float, currency: str, at: datetime) -> None:
        """Something the contact bought."""
        ...

    def add_ticket(self, contact: str, key: str, subject: str, status: str, at: datetime) -> None:
        """A ticket of the contact's."""
        ...

    def entries(self, contact: str) -> list[Entry]:
        """The notes or activities of a contact, oldest first."""
        ...

    def cases(self, contact: str) -> list[Entry]:
        """The cases or tickets that were opened through the interface."""
        ...

    def expire_tokens(self) -> None:
        """Every token given so far is no longer taken."""
        ...

    @property
    def signed_in(self) -> int:
        """How many tokens were given."""
        ...
