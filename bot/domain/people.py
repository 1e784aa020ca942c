"""Who acts: people, their department and their roles."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a person is beside being a colleague. Roles give duties (being told) more than rights."""

    LEAD = "lead"
    COORDINATOR = "coordinator"
    SPONSOR = "sponsor"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class PersonRef:
    """A person as remembered in the trail: `id` is stable, name and department are those of the moment."""

    id: str
    name: str
    department: str | None = None

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Person:
    """A colleague. `id` is Baton's own; `outsider` marks guests and people of other companies, who see no customer data.

    `language` is what they are spoken to in, one of those that Baton speaks.
    """

    id: str
    name: str
    department: str | None = None
    email: str | None = None
    roles: frozenset[Role] = field(default_factory=frozenset)
    timezone: str = "UTC"
    outsider: bool = False
    language: str = "en"

    @property
    def ref(self) -> PersonRef:
        """The person as the trail keeps it."""
        return PersonRef(self.id, self.name, self.department)


@dataclass(frozen=True, slots=True)
class Department:
    """A department of the company; `key` is what people type (`support`), `name` what they read (`Support`)."""

    key: str
    name: str
