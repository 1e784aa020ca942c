"""Texts that a network has approved beforehand: the only ones it takes at times. What is filled into their places is ours. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

_PLACE = re.compile(r"\{\{(\d+)\}\}")

MOST_PLACES = 10
"""A template with more of them is not offered."""

LONGEST_VALUE = 1_000
"""Characters that are filled into one place."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a template: what it is called there, and what may stand in it."""

    name: str
    example: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """An approved text by its name and language (BCP 47). In `body` its places stand as `{{1}}`, `{{2}}`, … in their order."""

    name: str
    language: str
    body: str
    places: tuple[Place, ...] = ()

    @property
    def key(self) -> str:
        """A word that stands for its name and language where there is little room."""
        return digest(f"{self.name}/{self.language}")

    def filled(self, values: Sequence[str]) -> str:
        """What the customer would read; a place without a value shows as it stands."""

        def value(number: int) -> str | None:
            return values[number - 1] if 0 < number <= len(values) and values[number - 1] else None

        return _PLACE.sub(lambda found: value(int(found[1])) or found[0], self.body)


@dataclass(frozen=True, slots=True)
class Filled:
    """A template by its name and language, with a value for each of its places."""

    name: str
    language: str
    values: tuple[str, ...] = ()


def digest(text: str) -> str:
    """Tells one text from another."""
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).hexdigest()


def as_value(typed: str) -> str:
    """What is filled into a place, in one line: no network takes others there."""
    return " ".join(typed.split())[:LONGEST_VALUE]


def spoken_first(templates: Sequence[Template], language: str | None) -> list[Template]:
    """Those in the customer's language first, then the others; each by name."""
    wanted = (language or "").replace("_", "-").lower()

    def far(template: Template) -> int:
        own = template.language.replace("_", "-").lower()
        if own == wanted:
            return 0
        return 1 if own.partition("-")[0] == wanted.partition("-")[0] else 2

    return sorted(templates, key=lambda each: (far(each), each.name, each.language))
