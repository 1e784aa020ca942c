"""A CRM in memory. It can be down, lose its answers, and knows whom it is told of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.domain.customer import Identity
from bot.domain.record import Activity, Contact, ContactHistory, ContactMatch, ContactPage, Owed, Written
from bot.errors import PermanentError, RetriableError, UnknownResultError
from bot.ports import Crm


@dataclass
class FakeCrm(Crm):
    """`down`: so many calls fail; `lost`: so many entries are written or erased and nobody hears of it; `refuses`: for good."""

    name: str = "main"
    kind: str = "fake"
    contacts: list[Contact] = field(default_factory=list)
    histories: dict[str, ContactHistory] = field(default_factory=dict)
    entries: dict[str, tuple[str, Activity]] = field(default_factory=dict)
    linked: list[tuple[str, Identity]] = field(default_factory=list)
    down: int = 0
    lost: int = 0
    refuses: str = ""
    calls: int = 0
    page: int = 2

    def _called(self) -> None:
        self.calls += 1
        if self.refuses:
            raise PermanentError(self.refuses)
        if self.down:
            self.down -= 1
            raise RetriableError("the CRM is down")

    def _lose(self) -> None:
        if self.lost:
            self.lost -= 1
            raise UnknownResultError("the answer was lost")

    async def find(self, identities: Sequence[Identity], name: str = "") -> list[ContactMatch]:
        self._called()
        known = {identity.handle for identity in identities}
        exact = [ContactMatch(c, 1.0, "the same e-mail") for c in self.contacts if known & set(c.emails)]
        likely = [ContactMatch(c, 0.8, "the same name") for c in self.contacts if name and c.name == name]
        return [*exact, *(match for match in likely if match.contact not in [m.contact for m in exact])]

    async def history(self, contact_id: str) -> ContactHistory | None:
        self._called()
        return self.histories.get(contact_id)

    async def contact_page(self, cursor: str = "") -> ContactPage:
        self._called()
        begin = int(cursor or 0)
        end = begin + self.page
        return ContactPage(tuple(self.contacts[begin:end]), str(end) if end < len(self.contacts) else None)

    async def log(self, contact_id: str, activity: Activity) -> Written:
        self._called()
        self.entries.setdefault(activity.key, (contact_id, activity))
        self._lose()
        return Written(f"note-{activity.key}", "case-1" if activity.case else None)

    async def link_identity(self, contact_id: str, identity: Identity) -> bool:
        self._called()
        self.linked.append((contact_id, identity))
        return True

    async def forget(self, entries: Sequence[Owed]) -> list[str]:
        self._called()
        for entry in entries:
            self.entries.pop(entry.key, None)
        self._lose()
        return []

    async def health(self) -> str:
        self._called()
        return "fake, as nobody"
