"""The company's own directories: who works here, in which department, and who is one of its vendors."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, Protocol

from bot.domain.belonging import Listed, StaffPage
from bot.domain.customer import CustomerRecord, Identity


class CompanyDirectory(Protocol):
    """A directory of employees, of vendors, or both. `kind` names the connector, `name` is the key in baton.toml.

    Every call raises `RetriableError` or `PermanentError`, as of a `Crm`.
    """

    kind: str
    name: str

    async def employee_of(self, identity: Identity) -> Listed | None:
        """The employee with this e-mail address, and the department; None also where no employees are kept."""
        ...

    async def vendor_of(self, identity: Identity) -> Listed | None:
        """The vendor with this e-mail address, or with its domain; None also where no vendors are kept."""
        ...

    async def staff_page(self, cursor: str = "") -> StaffPage:
        """All employees, page by page: from the first, or from where an earlier page said that the next begins."""
        ...

    async def health(self) -> str:
        """That we may read, in a line for `doctor`; raises when not."""
        ...


@dataclass(frozen=True, slots=True)
class DirectoryAnswer:
    """What one directory said of a customer. `directory` is its name in baton.toml, `seconds` how long it took (`late`: has
    taken so far). `known` has an entry as an employee, a vendor, or both; `failed` says why."""

    directory: str
    state: Literal["known", "nobody", "late", "failed"]
    seconds: float = 0.0
    listed: tuple[Listed, ...] = ()
    why: str = ""


class CompanyDesk(Protocol):
    """Asks every configured directory at once."""

    async def ask(self, record: CustomerRecord) -> tuple[DirectoryAnswer, ...]:
        """What each says of the customer's e-mail addresses within the time there is, in the order of baton.toml; never
        raises. Nothing is asked of somebody without an address."""
        ...

    async def forget(self, customers: Collection[str]) -> None:
        """Keep nothing of these customers, also of what is still being asked."""
        ...
