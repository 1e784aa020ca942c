"""A company's people in memory, behind the directory's port."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.people import Person, Role
from bot.languages import nearest
from bot.ports import Account, Directory, Profile

_DUTY = {1: Role.LEAD, 2: Role.COORDINATOR, 3: Role.SPONSOR}


class FakeDirectory(Directory):
    """Knows the people it is given; an account is `platform:id`, and so are the ids of people it meets later."""

    def __init__(self, *people: Person) -> None:
        self.people = {person.id: person for person in people}
        self.handles: dict[str, str] = {}
        self.muted: set[str] = set()
        self._accounts: dict[Account, str] = {}

    def know(self, person: Person, user: str, handle: str = "", platform: str = "slack") -> None:
        """Give a person an account and, where wanted, a handle."""
        self.people[person.id] = person
        self._accounts[Account(platform, "T1", user)] = person.id
        if handle:
            self.handles[handle.lower()] = person.id

    async def person(self, account: Account) -> Person | None:
        person_id = self._accounts.get(account)
        return self.people[person_id] if person_id is not None else None

    async def meet(self, profile: Profile) -> Person:
        known = self._accounts.get(profile.account)
        person = Person(
            id=known or f"{profile.account.platform}:{profile.account.user}",
            name=profile.name,
            department=self.people[known].department if known else None,
            email=profile.email,
            timezone=profile.timezone,
            outsider=profile.outsider,
            language=nearest(profile.language),
        )
        self.people[person.id] = person
        self._accounts[profile.account] = person.id
        if profile.handle:
            self.handles[profile.handle.lower()] = person.id
        return person

    async def meet_all(self, profiles: Sequence[Profile]) -> int:
        before = dict(self.people)
        for profile in profiles:
            await self.meet(profile)
        return sum(before.get(person_id) != person for person_id, person in self.people.items())

    async def reads(self, account: Account, language: str) -> Person | None:
        person = await self.person(account)
        if person is None or not language:
            return person
        return self._replaced(replace(person, language=nearest(language)))

    async def set_language(self, person_id: str, language: str | None) -> None:
        self._replaced(replace(self.people[person_id], language=language or "en"))

    def _replaced(self, person: Person) -> Person:
        self.people[person.id] = person
        return person

    async def find(self, typed: str) -> Person | None:
        wanted = typed.strip().lower()
        for account, person_id in self._accounts.items():
            if wanted == f"{account.platform}:{account.user}".lower():
                return self.people[person_id]
        if wanted in self.handles:
            return self.people[self.handles[wanted]]
        found = [p for p in self.people.values() if wanted in {p.name.lower(), (p.email or p.name).lower()}]
        return found[0] if len(found) == 1 else None

    async def by_id(self, person_id: str) -> Person | None:
        return self.people.get(person_id)

    async def colleagues(self, limit: int = 100) -> list[Person]:
        return sorted((p for p in self.people.values() if not p.outsider), key=lambda p: p.name)[:limit]

    async def members(self, department: str) -> list[Person]:
        members = [p for p in self.people.values() if p.department == department and not p.outsider]
        return sorted(members, key=lambda p: (Role.LEAD not in p.roles, p.name))

    async def told_at(self, rung: int, department: str | None) -> list[Person]:
        told = [p for p in self.people.values() if _DUTY[rung] in p.roles]
        return [p for p in told if rung != 1 or department is None or p.department == department]

    async def accounts(self, person_id: str) -> list[Account]:
        return [account for account, whose in self._accounts.items() if whose == person_id]

    async def join(self, one: str, other: str) -> Person | None:
        for account, whose in self._accounts.items():
            if whose == other:
                self._accounts[account] = one
        return self.people[one]

    async def set_department(self, person_id: str, department: str) -> None:
        self.people[person_id] = replace(self.people[person_id], department=department)

    async def set_muted(self, person_id: str, muted: bool) -> None:
        (self.muted.add if muted else self.muted.discard)(person_id)

    async def is_muted(self, person_id: str) -> bool:
        return person_id in self.muted
