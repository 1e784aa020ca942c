"""Ideas with their trails, who asks for them, and which of them are alike."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from bot.domain.idea import Idea
from bot.domain.idea_events import Event, Raised
from bot.domain.idea_likeness import Likeness
from bot.domain.loops import Loops
from bot.domain.people import PersonRef
from bot.ports.conversations import Line

IdeaWhich = Literal["open", "all", "new", "considering", "planned", "shipped", "declined", "mine", "asked"]
"""`open` is all but shipped and declined; `mine` are those whose next step a person holds, `asked` passes that wait for them."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks for an idea, counted in the store: of what was merged into it, too, and of those who say the same.

    `networks` counts conversations, the most first. Customers who are one are counted once, forgotten ones still.
    """

    conversations: int = 0
    customers: int = 0
    networks: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class IdeaLine:
    """An idea as one line of a list."""

    idea: Idea
    asking: Asking
    loops: Loops | None = None
    """Of one that shipped, where it was looked at."""


@dataclass(frozen=True, slots=True)
class Alike:
    """An idea whose title, or that of one merged into it, is like another."""

    idea: Idea
    likeness: Likeness


class Ideas(Protocol):
    """Ideas and all that is kept of them."""

    async def get(self, number: int) -> Idea | None:
        """The present state, or None."""
        ...

    async def take(self, number: int) -> Idea:
        """The present state, locked until this unit of work ends; raises `UserError` when there is none."""
        ...

    async def next_number(self) -> int:
        """Reserve a number, beginning with 1."""
        ...

    async def raise_one(self, event: Raised) -> Idea:
        """Keep a new one, with the conversation that asks for it."""
        ...

    async def save(self, idea: Idea, events: Iterable[Event]) -> Idea:
        """Apply events to the state that was taken and append them to the trail; gives the new state.

        What asks for it is kept with `AskedFor` and dropped with `NoLongerAsked`.
        """
        ...

    async def trail(self, number: int, limit: int | None = None, offset: int = 0) -> list[Event]:
        """The latest events, oldest first; `offset` of the latest are left out."""
        ...

    async def browse(
        self, which: IdeaWhich = "open", person: PersonRef | None = None, limit: int = 10, offset: int = 0
    ) -> list[IdeaLine]:
        """Most asked for first; what was merged into another is left out."""
        ...

    async def count(self, which: IdeaWhich = "open", person: PersonRef | None = None) -> int:
        """How many `browse` would show without a limit."""
        ...

    async def asking(self, number: int) -> Asking:
        """Who asks for it."""
        ...

    async def named(self, number: int, conversations: Collection[int]) -> list[int]:
        """Which of these conversations were said to ask for exactly this idea."""
        ...

    async def conversations(self, number: int, after: int = 0, limit: int = 100) -> list[int]:
        """Numbers of all that ask for it, from the one behind `after` on, in order."""
        ...

    async def lines(self, number: int, limit: int = 10, offset: int = 0) -> list[Line]:
        """Those who ask for it, without those who say the same as one of them, the newest first."""
        ...

    async def merged(self, number: int) -> list[Idea]:
        """What was merged into it."""
        ...

    async def of_conversation(self, number: int) -> list[Idea]:
        """The ideas that a conversation, or the one that stands for it, asks for, the newest first."""
        ...

    async def similar(self, words: str, limit: int = 5, beside: Collection[int] = ()) -> list[Alike]:
        """Those that have words in common, the most alike first; `beside` these. A merged one is found as what it is merged
        into."""
        ...

    async def due(self, at: datetime, limit: int = 100) -> list[int]:
        """Numbers of those with which time has something to do, the oldest first."""
        ...

    async def put_off(self, number: int) -> None:
        """Time has nothing to do with it, but for what stands in its state."""
        ...
