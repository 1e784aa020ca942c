"""Any directory of employees or vendors that speaks REST and JSON, as a mapping in baton.toml says: docs/directories.md"""

from __future__ import annotations

from typing import Any, Literal

from bot.domain.belonging import Listed, StaffPage
from bot.domain.customer import Identity
from bot.errors import PermanentError
from integrations.crm.rest import reading
from integrations.crm.rest.mapping import DirectoryCall, DirectoryOptions, PeopleCall
from integrations.crm.rest.session import RestSession, who
from integrations.crm.rest.templates import UnaskableError
from integrations.likeness import is_email, same


class RestDirectory(RestSession):
    """`kind = "rest"`. Implements `bot.ports.CompanyDirectory`; what the mapping does not name is not known there."""

    kind = "rest"
    Options = DirectoryOptions
    options: DirectoryOptions

    async def employee_of(self, identity: Identity) -> Listed | None:
        """The employee with this very address."""
        return await self._listed("employee", self.options.employees, identity)

    async def vendor_of(self, identity: Identity) -> Listed | None:
        """The vendor whose address, or whose address's domain, this is."""
        return await self._listed("vendor", self.options.vendors, identity)

    async def staff_page(self, cursor: str = "") -> StaffPage:
        """A page of all employees."""
        call = self.options.staff
        if call is None:
            raise PermanentError(f"{self.name} has no mapping for `staff`: its employees cannot be listed.")
        rows, further = await self.page(call, call.rows, cursor)
        return StaffPage(tuple(_listed("employee", call, row) for row in rows), further)

    async def health(self) -> str:
        """Who we are there, where it is said, and what is mapped."""
        asked = ("employees", "vendors", "staff")
        mapped = [name for name in asked if getattr(self.options, name) is not None]
        return f"{await self.who_we_are()}; mapped: {', '.join(mapped)}"

    async def _listed(
        self, kind: Literal["employee", "vendor"], call: DirectoryCall | None, identity: Identity
    ) -> Listed | None:
        address = identity.handle.strip()
        if call is None or identity.network != "email" or not is_email(address):
            return None
        try:
            answer = await self.asked(call, who(identity), gone=True)
        except UnaskableError:
            return None
        for row in reading.rows(call.rows, answer):
            known = [each.lstrip("@") for each in reading.texts(call.emails, row)]
            # Whoever shares a domain with a colleague is none: it may be the provider's.
            if same(address, known) or (kind == "vendor" and same(address.rpartition("@")[2], known)):
                return _listed(kind, call, row)
        return None


def _listed(kind: Literal["employee", "vendor"], call: PeopleCall, row: Any) -> Listed:
    return Listed(
        kind,
        reading.text(call.id, row),
        reading.text(call.name, row),
        reading.text(call.department, row),
        reading.texts(call.emails, row),
    )
