"""Crises with their timelines, what belongs to them, and our messages about them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from bot.domain.conversation import Conversation
from bot.domain.crisis import Crisis
from bot.domain.crisis_events import Event, Proposed
from bot.ports.conversations import Line

CrisisCard = Literal["board", "proposal", "room", "statement", "cleared"]
"""Our messages about a crisis: the live board, the proposal to a person, where the room is, the statement, the all-clear."""


@dataclass(frozen=True, slots=True)
class CrisisPosting:
    """One message of ours about a crisis; `person` is whom it is sent to, None for one in the room.

    `message` is the platform's id once it is there, `shown` a digest of what it shows, `pinned` whether it is kept at hand.
    """

    id: str
    crisis: int
    card: CrisisCard
    person: str | None = None
    platform: str | None = None
    channel: str | None = None
    message: str | None = None
    shown: str | None = None
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """How a crisis stands now, counted in the store; those who say the same as one of its conversations count with it.

    `states`, `networks`, `moods` and `topics` count conversations; `lately` and `before` are those opened in the last five
    minutes and in the five before. `urgent` are open ones that press, the crises among them first, a few of them.
    """

    conversations: int = 0
    posts: int = 0
    lately: int = 0
    before: int = 0
    states: Mapping[str, int] = field(default_factory=dict)
    networks: Mapping[str, int] = field(default_factory=dict)
    moods: Mapping[str, int] = field(default_factory=dict)
    topics: Mapping[str, int] = field(default_factory=dict)
    pressing: int = 0
    urgent: tuple[Conversation, ...] = ()


class Crises(Protocol):
    """Crises and all that is kept of them."""

    async def get(self, number: int) -> Crisis | None:
        """The present state, or None."""
        ...

    async def take(self, number: int) -> Crisis:
        """The present state, locked until this unit of work ends; raises `UserError` when there is none."""
        ...

    async def next_number(self) -> int:
        """Reserve a number, beginning with 1."""
        ...

    async def propose(self, event: Proposed) -> Crisis:
        """Keep a new one. Where one lives on the same surface, the commit (or the next query) raises `ConflictError`."""
        ...

    async def save(self, crisis: Crisis, events: Iterable[Event]) -> Crisis:
        """Apply events to the state that was taken and append them to the timeline; gives the new state."""
        ...

    async def timeline(self, number: int, limit: int | None = None, offset: int = 0) -> list[Event]:
        """The latest events, oldest first; `offset` of the latest are left out."""
        ...

    async def live(self, surface: str | None = None) -> list[Crisis]:
        """Those that are proposed or open, there or anywhere, the newest first."""
        ...

    async def last_ended(self, surface: str) -> Crisis | None:
        """The one that was dismissed or cleared last there."""
        ...

    async def browse(self, limit: int = 10, offset: int = 0) -> list[Crisis]:
        """All, the newest first."""
        ...

    async def in_room(self, channel: str, message: str | None = None) -> Crisis | None:
        """The crisis whose room is this channel, or the thread under this message."""
        ...

    async def add(self, crisis: int, numbers: Collection[int], at: datetime) -> int:
        """These conversations belong to it from now on; gives how many did not before."""
        ...

    async def conversations(self, crisis: int, after: int = 0, limit: int = 100) -> list[int]:
        """Numbers of what belongs to it, those who say the same included, from the one behind `after` on, in order."""
        ...

    async def lines(self, crisis: int, limit: int = 10) -> list[Line]:
        """What belongs to it and is open, crises first, then what is urgent, then the newest; no others that say the same."""
        ...

    async def of_conversation(self, number: int) -> list[Crisis]:
        """The crises that a conversation belongs to, the newest first."""
        ...

    async def standing(self, crisis: int, at: datetime) -> Standing:
        """How it stands now."""
        ...

    async def want(self, posting: CrisisPosting, *, soon: bool = True) -> None:
        """Show this card, and bring it up to date where it is there: one pending work item."""
        ...

    async def refresh(self, crisis: int, *cards: CrisisCard, soon: bool) -> None:
        """Bring its cards of these kinds up to date; `soon` for what a person just caused."""
        ...

    async def posting(self, posting_id: str) -> CrisisPosting | None:
        """One message."""
        ...

    async def postings(self, crisis: int) -> list[CrisisPosting]:
        """All our messages about it."""
        ...

    async def sent(self, posting: CrisisPosting) -> None:
        """The message is there, and shows this."""
        ...
