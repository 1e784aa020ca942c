"""What became of ideas in a window, and which of them its conversations ask for most. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

NAMED = 5
"""How many ideas of a kind are named."""


@dataclass(frozen=True, slots=True)
class NamedIdea:
    """An idea as a digest names it; `asked` is how many conversations of the window ask for it."""

    number: int
    title: str
    state: str
    asked: int = 0

    @property
    def ref(self) -> str:
        """What people call it: `I-7`."""
        return f"I-{self.number}"


@dataclass(frozen=True, slots=True)
class IdeaNews:
    """Ideas of a window; those that were merged into others are counted as these.

    raised: written down in it
    became: in it they came into the state in which they still are (`considering`, `planned`, `shipped`, `declined`)
    shipped, declined: the latest of these, named
    asked: those for which most conversations of the window ask
    """

    raised: int = 0
    became: Mapping[str, int] | None = None
    shipped: tuple[NamedIdea, ...] = ()
    declined: tuple[NamedIdea, ...] = ()
    asked: tuple[NamedIdea, ...] = ()

    def many(self, state: str) -> int:
        """How many came into this state."""
        return (self.became or {}).get(state, 0)
