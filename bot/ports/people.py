"""Colleagues across platforms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.domain.people import Person


@dataclass(frozen=True, slots=True)
class Account:
    """A person's account on a chat platform."""

    platform: str
    team: str
    user: str


@dataclass(frozen=True, slots=True)
class Profile:
    """What a chat platform says of an account."""

    account: Account
    name: str
    handle: str = ""
    email: str | None = None
    timezone: str = "UTC"
    outsider: bool = False
    groups: tuple[str, ...] = ()


class Directory(Protocol):
    """Colleagues across platforms. Department and roles come from the configuration, else from the platform."""

    async def person(self, account: Account) -> Person | None:
        """The colleague behind an account that has been met; None for one that has not."""
        ...

    async def meet(self, profile: Profile) -> Person:
        """Learn or refresh an account."""
        ...

    async def meet_all(self, profiles: Sequence[Profile]) -> int:
        """Learn or refresh many accounts at once; gives how many were new or had changed."""
        ...

    async def find(self, typed: str) -> Person | None:
        """By `slack:U123`, e-mail, handle or name, when it is unambiguous."""
        ...

    async def by_id(self, person_id: str) -> Person | None:
        """By Baton's own id."""
        ...

    async def colleagues(self, limit: int = 100) -> list[Person]:
        """Colleagues who have been met, by name; no outsiders."""
        ...

    async def members(self, department: str) -> list[Person]:
        """Colleagues of a department, leads first."""
        ...

    async def told_at(self, rung: int, department: str | None) -> list[Person]:
        """Who is told at an escalation rung: the department's lead (any lead without a department), coordinator, sponsor."""
        ...

    async def accounts(self, person_id: str) -> list[Account]:
        """The person's accounts on chat platforms, but for those of a guest."""
        ...

    async def set_department(self, person_id: str, department: str) -> None:
        """The person said which department they are in; the configuration wins over it."""
        ...

    async def set_muted(self, person_id: str, muted: bool) -> None:
        """No notices to this person."""
        ...

    async def is_muted(self, person_id: str) -> bool:
        """Has this person asked for no notices?"""
        ...
