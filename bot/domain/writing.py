"""What colleagues may have written for them: a summary, a translation, a suggestion for an answer, a statement. Pure.

Each of these says all that is needed to write it; two that are equal are one piece of writing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.domain.delivery import Unit

By = Literal["customer", "us", "colleague"]
"""Who said it: the customer, we to the customer, or colleagues among themselves."""


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that was said, in order."""

    by: By
    text: str


@dataclass(frozen=True, slots=True)
class Room:
    """How long an answer may be where it goes: `longest` in `unit`, each link counting as `link` where that is set."""

    network: str
    longest: int | None = None
    unit: Unit = "characters"
    link: int | None = None
    public: bool = True


@dataclass(frozen=True, slots=True)
class Summarise:
    """Say in a few lines what a conversation is about and what became of it."""

    number: int
    customer_id: str
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Translate:
    """Say in another language (ISO 639-1) what was said."""

    number: int
    customer_id: str
    text: str
    into: str


@dataclass(frozen=True, slots=True)
class Suggest:
    """Draft an answer to the customer. `said` has nothing of what colleagues say among themselves; `wanted` is what to say,
    where somebody said so; `language` (ISO 639-1) is that of the customer, empty where nobody knows."""

    number: int
    customer_id: str
    said: tuple[Said, ...]
    room: Room
    wanted: str = ""
    language: str = ""
    open: bool = True
    """Is it within our opening hours?"""


@dataclass(frozen=True, slots=True)
class Announce:
    """Draft what to say in public for the time being about the crisis with this number. `facts` are what we know ourselves
    and may say: no customer's words, and nothing that colleagues said among themselves."""

    number: int
    facts: tuple[str, ...]
    language: str = ""
    customer_id: str = ""
    """Of nobody in particular."""


Writing = Summarise | Translate | Suggest | Announce


@dataclass(frozen=True, slots=True)
class Written:
    """What was written, as plain words; `removed` are the links, mentions and numbers that were not ours and are left out."""

    text: str
    removed: tuple[str, ...] = ()
