"""Loops: who asked for what shipped, and whether they were told."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.domain.conversation import Conversation
from bot.domain.loops import Loop, Loops, LoopState
from bot.domain.post import Visibility


@dataclass(frozen=True, slots=True)
class Batch:
    """So many drafts of an idea are the same: what goes out, on which network, seen by whom.

    `language` is the customers' where the text is in another one.
    """

    text: str
    network: str
    audience: Visibility | None
    language: str
    translated: bool
    many: int


@dataclass(frozen=True, slots=True)
class LoopLine:
    """A loop as one line of a list, with its conversation as it stands."""

    loop: Loop
    conversation: Conversation
    customer_name: str


class LoopBook(Protocol):
    """One row for each idea that shipped and each conversation that asked for it."""

    async def get(self, idea: int, number: int) -> Loop | None:
        """One of them."""
        ...

    async def of_conversation(self, number: int) -> list[Loop]:
        """All of a conversation, those of the newest idea first."""
        ...

    async def page(self, idea: int, states: Collection[LoopState], after: int = 0, limit: int = 50) -> list[Loop]:
        """Those of an idea in one of these states, by conversation, from the one behind `after` on."""
        ...

    async def lines(self, idea: int, states: Collection[LoopState], after: int = 0, limit: int = 50) -> list[LoopLine]:
        """The same with their conversations and the customers' names."""
        ...

    async def keep(self, loop: Loop) -> None:
        """It is like this now; a new one is added."""
        ...

    async def drop(self, idea: int, number: int) -> None:
        """The conversation does not ask for it any more, or it has not shipped after all."""
        ...

    async def counts(self, ideas: Sequence[int]) -> Mapping[int, Loops]:
        """Of each of these ideas, how many were told and how many not; an idea without askers is left out."""
        ...

    async def batches(self, idea: int) -> list[Batch]:
        """Its drafts, put together where they are the same, the most first."""
        ...
