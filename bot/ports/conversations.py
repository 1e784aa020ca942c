"""Conversations with their trails and notes, and the ways of looking at them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from bot.domain.conversation import Conversation, Timer
from bot.domain.customer import Customer, Identity
from bot.domain.events import Event, Opened
from bot.domain.people import PersonRef
from bot.domain.post import StoredPost


@dataclass(frozen=True, slots=True)
class Line:
    """A conversation as one line of a list."""

    conversation: Conversation
    customer_name: str
    text: str


@dataclass(frozen=True, slots=True)
class Sight:
    """Everything a conversation's card shows. `posts` holds the first and the latest ones, oldest first;
    `praises` counts the customer's conversations that ended as praise."""

    conversation: Conversation
    customer: Customer
    identity: Identity
    posts: tuple[StoredPost, ...]
    notes: int = 0
    praises: int = 0


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard in a span: conversations by network, mood and topic, the most first; `loudest` are the numbers of those
    that most others say the same as, `departments` whom most concern."""

    conversations: int
    networks: Mapping[str, int]
    moods: Mapping[str, int]
    topics: Mapping[str, int]
    loudest: tuple[int, ...]
    departments: tuple[str, ...]


Which = Literal["open", "floor", "mine", "waiting", "department", "department_floor", "asked", "campaign"]
"""`open` is all but resolved; `department` is what concerns one now, `department_floor` that part of it which lies on the floor;
`asked` are passes that wait for this person's answer; `campaign` is what belongs to one."""


@dataclass(frozen=True, slots=True)
class Browse:
    """Which conversations a list shows; `snoozed` ones are left out unless asked for."""

    which: Which = "open"
    person: PersonRef | None = None
    department: str | None = None
    campaign: str | None = None


class Conversations(Protocol):
    """The conversations with their trails."""

    async def get(self, number: int) -> Conversation | None:
        """The present state, or None."""
        ...

    async def take(self, number: int) -> Conversation:
        """The present state, locked until this unit of work ends; raises `UserError` when there is none."""
        ...

    async def open(self, opened: Sequence[Opened]) -> list[Conversation]:
        """Store new conversations; their numbers come from `next_numbers`."""
        ...

    async def next_numbers(self, count: int) -> range:
        """Reserve numbers, without gaps in a committed unit of work, beginning with 1."""
        ...

    async def save(self, conversation: Conversation, events: Iterable[Event]) -> Conversation:
        """Apply events to the state that was taken, append them to the trail, reconcile the timers; gives the new state."""
        ...

    async def trail(self, number: int) -> list[Event]:
        """All events, oldest first."""
        ...

    async def browse(self, browse: Browse, limit: int = 20, offset: int = 0) -> list[Line]:
        """Crises first, then what is urgent, then the newest."""
        ...

    async def count(self, browse: Browse) -> int:
        """How many conversations `browse` would show without a limit."""
        ...

    async def opened_between(self, start: datetime, end: datetime) -> list[Conversation]:
        """Conversations heard in [start, end), oldest first, without filed ones: what the measures count."""
        ...

    async def count_between(self, start: datetime, end: datetime) -> tuple[int, int]:
        """How many conversations began in [start, end), and how many of them said the same as another."""
        ...

    async def heard_between(self, start: datetime, end: datetime) -> Heard:
        """The conversations that began in [start, end), those that say the same as another included, counted."""
        ...

    async def sight(self, number: int) -> Sight | None:
        """What its card shows."""
        ...

    async def due(self, at: datetime, limit: int = 100) -> list[tuple[int, Timer]]:
        """Timers that are due, oldest first."""
        ...

    async def settle(self, number: int, timer: Timer) -> None:
        """Drop a due timer that had nothing left to do."""
        ...


@dataclass(frozen=True, slots=True)
class Note:
    """A comment by a colleague; `message` is (platform, channel, message id) of the thread message behind it.

    `posting` is the card under which it was written; `via` is the platform of one that was given by a command.
    """

    id: str
    number: int
    by: PersonRef
    at: datetime
    text: str
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    message: tuple[str, str, str] | None = None
    posting: str | None = None
    via: str | None = None

    @property
    def platform(self) -> str | None:
        """Where it was written."""
        return self.message[0] if self.message is not None else self.via


class Notes(Protocol):
    """What colleagues wrote."""

    async def add(self, note: Note) -> None:
        """Store a note."""
        ...

    async def get(self, note_id: str) -> Note | None:
        """One note, also a deleted one."""
        ...

    async def at_message(self, message: tuple[str, str, str]) -> Note | None:
        """The note behind a thread message."""
        ...

    async def edit(self, note_id: str, text: str, at: datetime) -> None:
        """The colleague edited it."""
        ...

    async def erase(self, note_id: str, at: datetime) -> None:
        """The colleague deleted it: its text is gone."""
        ...

    async def of(self, number: int) -> list[Note]:
        """The notes of a conversation, oldest first, deleted ones left out."""
        ...
