"""Learning from the company's own claims and passes: what can be taught, and where it is kept."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.domain.learning import Learning


class Learner(Protocol):
    """Triage that can be taught who takes which posts."""

    def telling(self, text: str) -> frozenset[int]:
        """The words of a text that something can be learned from, as numbers (`bot.domain.learning.numbers`)."""
        ...

    def count(self, words: Collection[int], department: str, weight: float) -> None:
        """One post more for a department, or less where the weight is below 0."""
        ...

    def take_up(self, learning: Learning) -> None:
        """From now on, read with this instead of what was learned before."""
        ...


@dataclass(frozen=True, slots=True)
class Taught:
    """Of a department: how many posts it took, how many words are known of them, and what changes with each lesson."""

    posts: float
    lessons: int


class Lessons(Protocol):
    """What was learned from all conversations: counts of numbers, no word among them."""

    async def of(self, number: int) -> tuple[str, float] | None:
        """The department that a conversation has been counted for, and as how much of a post."""
        ...

    async def teach(self, number: int, words: Collection[int], department: str | None, weight: float) -> None:
        """Count a conversation's words for a department, instead of what it was counted for before; None: for nobody."""
        ...

    async def taught(self) -> Mapping[str, Taught]:
        """What departments were taught; it differs from an earlier answer when anything was learned or forgotten."""
        ...

    async def words(self, after: tuple[int, str], limit: int) -> Sequence[tuple[int, str, float]]:
        """Words in order, from the one behind `after` on: number, department, in how many of its posts it stood."""
        ...

    async def known(self) -> Mapping[str, int]:
        """How many words are known of each department."""
        ...

    async def number_anew(self, anew: Callable[[int], int]) -> None:
        """Keep every word under another number; words that get the same one are counted together."""
        ...

    async def reset(self, department: str | None = None) -> None:
        """Forget what was learned of a department, or everything."""
        ...
