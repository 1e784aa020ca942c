"""Units of work and where they come from."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.conversation import Conversation
from bot.domain.events import Event
from bot.ports.answers import Answers
from bot.ports.benchmarks import Benchmarks
from bot.ports.chat import Copies, Postings
from bot.ports.conversations import Conversations, Notes
from bot.ports.crises import Crises
from bot.ports.customers import Customers
from bot.ports.digests import KeptDigests
from bot.ports.echoes import Echoes
from bot.ports.forecasts import Forecasts
from bot.ports.ideas import Ideas
from bot.ports.identity import Identities, Likenesses
from bot.ports.learning import Lessons
from bot.ports.loops import LoopBook
from bot.ports.measures import Measures
from bot.ports.people import Links
from bot.ports.posts import Posts
from bot.ports.privacy import Privacy
from bot.ports.records import Records
from bot.ports.rollups import Rollups
from bot.ports.sources import SourceRecords
from bot.ports.tokens import SealedTokens
from bot.ports.trackers import IdeaLinks
from bot.ports.work import Outbox


@dataclass(frozen=True, slots=True)
class Counts:
    """What `stats` reports."""

    posts: int
    posts_by_network: dict[str, int]
    conversations: int
    conversations_by_state: dict[str, int]
    customers: int
    cards: int
    outbox_pending: int
    outbox_dead: int


class UnitOfWork(Protocol):
    """One transaction, with everything in reach."""

    conversations: Conversations
    posts: Posts
    notes: Notes
    copies: Copies
    customers: Customers
    identities: Identities
    likenesses: Likenesses
    postings: Postings
    rollups: Rollups
    links: Links
    outbox: Outbox
    sources: SourceRecords
    answers: Answers
    records: Records
    privacy: Privacy
    echoes: Echoes
    lessons: Lessons
    crises: Crises
    measures: Measures
    forecasts: Forecasts
    benchmarks: Benchmarks
    digests: KeptDigests
    ideas: Ideas
    idea_links: IdeaLinks
    loops: LoopBook
    tokens: SealedTokens

    async def counts(self) -> Counts:
        """Totals for `stats`."""
        ...

    async def setting(self, key: str) -> str | None:
        """A small value kept under a key: cursors, the last digest, whether a channel was greeted."""
        ...

    async def set_setting(self, key: str, value: str) -> None:
        """Keep a small value."""
        ...

    async def swap_setting(self, key: str, old: str | None, new: str) -> bool:
        """Keep a value where it still is the old one (None: there is none yet); of two who try at once, one does."""
        ...

    async def first(self, key: str) -> bool:
        """True for the first committed unit of work that says this key: what is delivered twice is done once."""
        ...

    async def forget_firsts(self, before: datetime) -> None:
        """Keys that were said before then may come again."""
        ...


@dataclass(frozen=True, slots=True)
class Change:
    """A conversation that changed in a unit of work, with the events that did it."""

    conversation: Conversation
    events: tuple[Event, ...]


Follow = Callable[[UnitOfWork, Change], Awaitable[None]]
"""What follows from a change: called inside the transaction, before its commit; it may only write rows."""


class Storage(Protocol):
    """Where units of work come from."""

    def reading(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """A read-only snapshot."""
        ...

    def writing(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """A transaction; raises `ConflictError` when it must be started over."""
        ...
