"""Whether an author belongs to the company: works here, or is one of its vendors. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody whom a directory knows. `id` is its own; `department` an employee's, as it is called there."""

    kind: Literal["employee", "vendor"]
    id: str
    name: str
    department: str = ""
    emails: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StaffPage:
    """Some of the employees. `next` is where the following page begins; None: these were the last."""

    people: tuple[Listed, ...]
    next: str | None = None
