"""A directory in memory. It can be down, slow, and counts how often it is asked."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from bot.domain.belonging import Listed, StaffPage
from bot.domain.customer import Identity
from bot.errors import PermanentError
from bot.ports import CompanyDirectory


@dataclass
class FakeCompanyDirectory(CompanyDirectory):
    """`refuses`: for good; `gate`: nothing is answered before it is open."""

    name: str = "people"
    kind: str = "fake"
    employees: dict[str, Listed] = field(default_factory=dict)
    vendors: dict[str, Listed] = field(default_factory=dict)
    gate: asyncio.Event | None = None
    refuses: str = ""
    asked: list[str] = field(default_factory=list)
    page: int = 2

    async def employee_of(self, identity: Identity) -> Listed | None:
        await self._called(identity.handle)
        return self.employees.get(identity.handle)

    async def vendor_of(self, identity: Identity) -> Listed | None:
        return self.vendors.get(identity.handle) or self.vendors.get(identity.handle.rpartition("@")[2])

    async def staff_page(self, cursor: str = "") -> StaffPage:
        await self._called(f"staff {cursor}")
        begin = int(cursor or 0)
        people = list(self.employees.values())
        further = str(begin + self.page) if begin + self.page < len(people) else None
        return StaffPage(tuple(people[begin : begin + self.page]), further)

    async def health(self) -> str:
        await self._called("health")
        return "fake, as nobody"

    async def _called(self, what: str) -> None:
        self.asked.append(what)
        if self.refuses:
            raise PermanentError(self.refuses)
        if self.gate is not None:
            await self.gate.wait()
