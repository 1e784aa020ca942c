"""Colleagues across platforms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
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
    """What a chat platform says of an account; `timezone` and `language` (BCP 47) are empty where it does not say."""

    account: Account
    name: str
    handle: str = ""
    email: str | None = None
    timezone: str = ""
    outsider: bool = False
    groups: tuple[str, ...] = ()
    language: str = ""


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

    async def reads(self, account: Account, language: str) -> Person | None:
        """The platform says which language the owner of an account reads there; who they are, None where nobody met them."""
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

    async def join(self, one: str, other: str) -> Person | None:
        """Two people are one from now on, with the batons, passes and notes of both; None where they cannot be, since both
        have accounts in the same workspace."""
        ...

    async def set_department(self, person_id: str, department: str) -> None:
        """The person said which department they are in; the configuration wins over it."""
        ...

    async def set_language(self, person_id: str, language: str | None) -> None:
        """The person said which language Baton is to speak with them; None: as the platform says."""
        ...

    async def set_muted(self, person_id: str, muted: bool) -> None:
        """No notices to this person."""
        ...

    async def is_muted(self, person_id: str) -> bool:
        """Has this person asked for no notices?"""
        ...


@dataclass(frozen=True, slots=True)
class LinkCode:
    """What a code stands for: whoever types it elsewhere is this person. It was given on this platform and workspace."""

    person: str
    platform: str
    team: str
    until: datetime


class Links(Protocol):
    """Codes by which people say that two accounts are theirs."""

    async def give(self, code: str, link: LinkCode, at: datetime) -> None:
        """Keep a code; the person's earlier one, and all that are over, are forgotten."""
        ...

    async def use(self, code: str, at: datetime) -> LinkCode | None:
        """What a code stands for, once; None for one that was never given, was used or is over."""
        ...

    async def wrong_guesses(self, person_id: str, after: datetime) -> int:
        """How often this person guessed wrong, since a first guess after this time."""
        ...

    async def guessed_wrong(self, person_id: str, at: datetime, after: datetime) -> None:
        """One more; guesses from before `after` no longer count."""
        ...
