"""A past that is brought whole: customers and conversations with everything that happened, written at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.conversation import Conversation
from bot.domain.customer import Customer, Identity, PastConversation
from bot.domain.events import Event
from bot.domain.idea import Idea
from bot.domain.idea_events import Event as IdeaEvent
from bot.domain.loops import Loop
from bot.domain.post import Post
from bot.ports.conversations import Note


@dataclass(frozen=True, slots=True)
class Met:
    """A customer with the names by which networks know them, and since when we do."""

    customer: Customer
    identities: tuple[Identity, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """An answer of ours that stands on its network: its id, which post it answers, and the network's id of it."""

    answer_id: str
    post_id: str
    external_id: str


@dataclass(frozen=True, slots=True)
class Lived:
    """A conversation and all that happened to it. `posts` are (id, post, heard at); `kept` the entries on the customer's record.

    The state is what the trail comes to; the first event is its opening.
    """

    conversation: Conversation
    trail: tuple[Event, ...]
    posts: tuple[tuple[int, Post, datetime], ...]
    notes: tuple[Note, ...] = ()
    said: tuple[Said, ...] = ()
    kept: tuple[tuple[str, PastConversation], ...] = ()


@dataclass(frozen=True, slots=True)
class Grown:
    """An idea, all that happened to it, and whether those who asked for it were told, where it shipped."""

    idea: Idea
    trail: tuple[IdeaEvent, ...]
    loops: tuple[Loop, ...] = ()


class Past(Protocol):
    """An open store that takes a past; all of it is kept when the block ends in which it was opened, or nothing."""

    async def beginning(self) -> tuple[int, int]:
        """The number of the next conversation, and the id of the next post."""
        ...

    async def met(self, customers: Sequence[Met]) -> None:
        """Keep these customers, who are new."""
        ...

    async def lived(self, conversations: Sequence[Lived]) -> None:
        """Keep these conversations, whose customers were brought before."""
        ...

    async def first_idea(self) -> int:
        """The number of the next idea."""
        ...

    async def grown(self, ideas: Sequence[Grown]) -> None:
        """Keep these ideas; the conversations that ask for them were brought before."""
        ...
