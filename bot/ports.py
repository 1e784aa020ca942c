"""What the core asks of the outside: small protocols, implemented in storage, integrations and the platforms.

A unit of work is one transaction. `Storage.reading()` gives a snapshot that cannot write; `Storage.writing()` commits
when its block ends without an error. No network call happens inside a writing block.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from bot.cards import Card
from bot.domain.conversation import Conversation, Timer
from bot.domain.customer import Customer, CustomerRecord, Identity, PastConversation, Purchase, Ticket
from bot.domain.delivery import Capabilities, Challenge, Delivery, Inbound, Polled, Reject
from bot.domain.events import Event, Opened
from bot.domain.people import Person, PersonRef
from bot.domain.post import Author, Post, SourceEvent, StoredPost


class Clock(Protocol):
    """The time, so that tests can set it."""

    def now(self) -> datetime:
        """Now, aware, UTC."""
        ...


@dataclass(frozen=True, slots=True)
class Line:
    """A conversation as one line of a list."""

    conversation: Conversation
    customer_name: str
    text: str


@dataclass(frozen=True, slots=True)
class Sight:
    """Everything a conversation's card shows. `posts` holds the first and the latest ones, oldest first."""

    conversation: Conversation
    customer: Customer
    identity: Identity
    posts: tuple[StoredPost, ...]
    notes: int = 0


Which = Literal["open", "floor", "mine", "waiting", "department", "asked"]
"""`open` is all but resolved; `asked` are passes that wait for this person's answer."""


@dataclass(frozen=True, slots=True)
class Browse:
    """Which conversations a list shows; `snoozed` ones are left out unless asked for."""

    which: Which = "open"
    person: PersonRef | None = None
    department: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A comment by a colleague; `message` is (platform, channel, message id) of the thread message behind it."""

    id: str
    number: int
    by: PersonRef
    at: datetime
    text: str
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    message: tuple[str, str, str] | None = None


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
        """Urgent first, then newest first."""
        ...

    async def count(self, browse: Browse) -> int:
        """How many conversations `browse` would show without a limit."""
        ...

    async def opened_between(self, start: datetime, end: datetime) -> list[Conversation]:
        """Conversations heard in [start, end), oldest first: what the measures count."""
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


PostKey = tuple[str, str, str]
"""What makes a post one post: (network, account, external_id)."""


class Posts(Protocol):
    """What customers wrote."""

    async def accept(self, events: Sequence[SourceEvent], source: str, at: datetime) -> list[bool]:
        """Store what a source delivered, each once; True where it is new."""
        ...

    async def unheard(self, limit: int) -> list[StoredPost]:
        """Stored posts that have no conversation yet, oldest first, locked against other workers."""
        ...

    async def by_key(self, keys: Sequence[PostKey]) -> dict[PostKey, StoredPost]:
        """Stored posts by (network, account, external_id)."""
        ...

    async def threads(self, wanted: Sequence[tuple[PostKey, str | None]]) -> dict[tuple[PostKey, str | None], int]:
        """For each (key, customer id): the first conversation with a post that names this key as its parent or root.

        The post behind the key need not be stored. With a customer id only that customer's posts count, with None all.
        """
        ...

    async def place(self, placed: Sequence[tuple[str, int, str]]) -> None:
        """Record (post id, conversation number, customer id) of posts that have been heard."""
        ...

    async def changes(self, limit: int) -> list[tuple[str, SourceEvent, StoredPost | None]]:
        """Edits, deletes and metrics waiting to be applied, as (change id, event, post), in order of arrival."""
        ...

    async def edit(self, post_id: str, event: SourceEvent, at: datetime) -> StoredPost | None:
        """Keep the old text as a version and take the new one; None when nothing changed or it is older than what we have."""
        ...

    async def erase(self, post_id: str, at: datetime) -> bool:
        """Leave a tombstone: text, versions and raw payload are purged. False when it was one already."""
        ...

    async def measure(self, post_id: str, metrics: Mapping[str, int]) -> None:
        """Take new counts of likes, shares and the like."""
        ...

    async def done(self, change_ids: Sequence[str]) -> None:
        """These changes have been applied."""
        ...

    async def of(self, number: int, limit: int = 50) -> list[StoredPost]:
        """The posts of a conversation, oldest first."""
        ...

    async def versions(self, post_id: str) -> list[tuple[datetime, str]]:
        """Earlier texts with the time each was replaced, oldest first."""
        ...


class Notes(Protocol):
    """What colleagues wrote."""

    async def add(self, note: Note) -> None:
        """Store a note."""
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


@dataclass(frozen=True, slots=True)
class Match:
    """A customer that a look-up found; `confidence` from 0 to 1, `why` in words."""

    customer: Customer
    confidence: float
    why: str


@dataclass(frozen=True, slots=True)
class ImportedCustomer:
    """A customer as a file of the company's own brings it; `key` is the file's own id."""

    key: str
    name: str
    identities: tuple[Identity, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    since: datetime | None = None
    purchases: tuple[Purchase, ...] = ()
    tickets: tuple[Ticket, ...] = ()


class Customers(Protocol):
    """Customers, their identities and what is known of them."""

    async def identify(self, authors: Sequence[tuple[str, Author]], at: datetime) -> list[str]:
        """Customer ids of (network, author) pairs, in order; unknown authors become new customers."""
        ...

    async def get(self, customer_id: str) -> Customer | None:
        """The customer, or None."""
        ...

    async def find(self, query: str, limit: int = 5) -> list[Match]:
        """By handle, e-mail, phone or name (typos tolerated), best first."""
        ...

    async def record(self, customer_id: str) -> CustomerRecord | None:
        """What the 360 degree card shows."""
        ...

    async def bring(self, imported: Sequence[ImportedCustomer], at: datetime) -> int:
        """Insert or update customers from a file, by key; gives how many were new."""
        ...

    async def log_outcome(self, customer_id: str, past: PastConversation, key: str) -> None:
        """Write an outcome to Baton's own record, once per `key`."""
        ...

    async def looked_up(self, customer_id: str, by: PersonRef, via: str, at: datetime) -> None:
        """The audit trail of look-ups."""
        ...


@dataclass(frozen=True, slots=True)
class Account:
    """A person's account on a chat platform."""

    platform: str
    team: str
    user: str


@dataclass(frozen=True, slots=True)
class Profile:
    """What a chat platform says of an account."""

    account: Account
    name: str
    handle: str = ""
    email: str | None = None
    timezone: str = "UTC"
    outsider: bool = False
    groups: tuple[str, ...] = ()


class Directory(Protocol):
    """Colleagues across platforms. Department and roles come from the configuration, else from the platform."""

    async def person(self, account: Account) -> Person | None:
        """The colleague behind an account that has been met; None for one that has not."""
        ...

    async def meet(self, profile: Profile) -> Person:
        """Learn or refresh an account."""
        ...

    async def meet_all(self, profiles: Sequence[Profile]) -> int:
        """Learn or refresh many accounts at once; gives how many were new or had changed."""
        ...

    async def find(self, typed: str) -> Person | None:
        """By `slack:U123`, e-mail, handle or name, when it is unambiguous."""
        ...

    async def by_id(self, person_id: str) -> Person | None:
        """By Baton's own id."""
        ...

    async def colleagues(self, limit: int = 100) -> list[Person]:
        """Colleagues who have been met, by name; no outsiders."""
        ...

    async def members(self, department: str) -> list[Person]:
        """Colleagues of a department, leads first."""
        ...

    async def told_at(self, rung: int, department: str | None) -> list[Person]:
        """Who is told at an escalation rung: the department's lead (any lead without a department), coordinator, sponsor."""
        ...

    async def accounts(self, person_id: str) -> list[Account]:
        """The person's accounts on chat platforms."""
        ...

    async def set_department(self, person_id: str, department: str) -> None:
        """The person said which department they are in; the configuration wins over it."""
        ...

    async def set_muted(self, person_id: str, muted: bool) -> None:
        """No notices to this person."""
        ...

    async def is_muted(self, person_id: str) -> bool:
        """Has this person asked for no notices?"""
        ...


@dataclass(frozen=True, slots=True)
class Posting:
    """Our one message on a surface for one conversation; `message` is the platform's id once it is there."""

    id: str
    number: int
    surface: str
    channel: str | None = None
    message: str | None = None
    shown: str | None = None


class Postings(Protocol):
    """Where conversations are shown."""

    async def want(self, number: int, surfaces: Sequence[str], *, urgent: bool) -> None:
        """Show a conversation on these surfaces, and bring those that are there up to date: one pending work item each."""
        ...

    async def refresh(self, number: int, *, soon: bool) -> None:
        """Bring every posting up to date; `soon` for what a person just caused."""
        ...

    async def get(self, posting_id: str) -> Posting | None:
        """One posting."""
        ...

    async def of(self, number: int) -> list[Posting]:
        """All postings of a conversation."""
        ...

    async def at(self, channel: str, message: str) -> int | None:
        """The conversation whose card this message is."""
        ...

    async def sent(self, posting_id: str, channel: str, message: str, shown: str) -> None:
        """The card is there; `shown` is a digest of what it shows."""
        ...


Lane = Literal["post", "update", "other"]


@dataclass(frozen=True, slots=True)
class Work:
    """A side effect to carry out once the change that caused it is committed.

    `key` and `lane` order work and hold its rate: items of one key and lane run one at a time, `priority` first (0 what
    a person just caused, 1 urgent, 2 the rest), then in order. Work without a key runs in parallel.

    A pending item with the same kind and `dedup` makes this one a no-op, but for the better priority, the sooner `due`
    and the newer key and lane, which it takes over. `once` outlives the work: a second item with the same `once` never
    comes to be, whether the first is pending, done or dead (`cron:digest:2026-03-02T09:00Z` for what a clock starts).
    """

    kind: str
    payload: Mapping[str, Any]
    key: str | None = None
    lane: Lane = "other"
    priority: int = 2
    dedup: str | None = None
    due: datetime | None = None
    once: str | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """Work in a worker's hands. `attempt` counts from 1: above 1, an earlier try may have taken effect."""

    id: int
    work: Work
    attempt: int
    created_at: datetime


class Outbox(Protocol):
    """Work that follows from changes, put in the same transaction."""

    async def put(self, *work: Work) -> None:
        """Add work."""
        ...


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """Work that was given up. `age` is the time since then."""

    id: int
    kind: str
    key: str | None
    dedup: str | None
    payload: Mapping[str, Any]
    error: str
    tries: int
    created_at: datetime
    died_at: datetime
    age: timedelta


class DeadLetters(Protocol):
    """The outbox from the outside, for whoever looks after it. Every call is a transaction of its own."""

    async def counts(self) -> dict[str, dict[str, int]]:
        """How many items there are by kind and state."""
        ...

    async def dead(self, limit: int = 100) -> list[DeadLetter]:
        """Work that was given up, newest first."""
        ...

    async def replay(self, ids: Sequence[int] | None = None) -> int:
        """Put dead letters back (None: all of them); gives how many."""
        ...


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
    customers: Customers
    postings: Postings
    outbox: Outbox

    async def counts(self) -> Counts:
        """Totals for `stats`."""
        ...

    async def setting(self, key: str) -> str | None:
        """A small value kept under a key: cursors, the last digest, whether a channel was greeted."""
        ...

    async def set_setting(self, key: str, value: str) -> None:
        """Keep a small value."""
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


@dataclass(frozen=True, slots=True)
class SentMessage:
    """Where a message is on its platform."""

    channel: str
    message: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What the doctor found about one thing; `mend` says what to do when it is not `ok`."""

    what: str
    state: Literal["ok", "warn", "fail"]
    detail: str = ""
    mend: str = ""


class ChatPlatform(Protocol):
    """A chat platform as the outbox sees it. Calls raise `RetriableError` (with `retry_after` on 429),
    `UnknownResultError` or `PermanentError`."""

    name: str

    async def post(self, channel: str, card: Card, mark: str, thread: str | None = None) -> SentMessage:
        """Send a message that carries `mark` unseen, so that it can be found again."""
        ...

    async def update(self, sent: SentMessage, card: Card, mark: str) -> None:
        """Show another card in the same message."""
        ...

    async def find(self, channel: str, mark: str, since: datetime, thread: str | None = None) -> SentMessage | None:
        """Our message with this mark, sent since then."""
        ...

    async def direct(self, account: Account) -> str:
        """The channel for messages to one person."""
        ...

    async def examine(self, channels: Sequence[str]) -> list[Finding]:
        """Does the platform know us, and may we write to these channels?"""
        ...


class Examiner(Protocol):
    """Looks at the running installation."""

    async def examine(self) -> list[Finding]:
        """Every check; never raises, a check that fails is a finding."""
        ...


class Inbox(Protocol):
    """Where deliveries are kept before they are acknowledged."""

    async def accept(self, events: Sequence[SourceEvent], source: str) -> list[bool]:
        """Commit what a source delivered; True where it is new. Raises `RetriableError` when it cannot take more now."""
        ...


class Source(Protocol):
    """A network, feed or tool that posts come from. `kind` names the connector, `name` is the key in baton.toml.

    `verify` and `parse` are pure. `parse` raises `PermanentError` that names the record and field which cannot be read;
    what talks to the network raises `RetriableError` or `PermanentError`.
    """

    kind: str
    name: str
    every: timedelta

    def capabilities(self) -> Capabilities:
        """What it can do."""
        ...

    def can_reply(self, post: Post, now: datetime) -> bool:
        """May this post be answered through it now?"""
        ...

    def verify(self, request: Inbound, now: datetime) -> Challenge | Delivery | Reject:
        """Is this from the network? Looks at the raw bytes, before anything is parsed."""
        ...

    def parse(self, delivery: Delivery) -> list[SourceEvent]:
        """What a delivery says."""
        ...

    async def poll(self, cursor: str | None, limit: int) -> Polled:
        """What is new since the cursor, oldest first, `limit` events at most."""
        ...

    def backfill(self, since: datetime) -> AsyncIterator[Sequence[SourceEvent]]:
        """What was posted since then, in portions."""
        ...

    async def reply(self, post: Post, text: str, idempotency_key: str) -> str:
        """Answer a post; gives the answer's external id."""
        ...


class Crm(Protocol):
    """The company's customer record, to which outcomes are written."""

    name: str

    async def log(self, customer: Customer, past: PastConversation, key: str) -> None:
        """Write an outcome; the same `key` twice is one entry."""
        ...


__all__ = [
    "Account",
    "Browse",
    "Change",
    "ChatPlatform",
    "Clock",
    "Conversations",
    "Counts",
    "Crm",
    "Customers",
    "DeadLetter",
    "DeadLetters",
    "Directory",
    "Examiner",
    "Finding",
    "Follow",
    "ImportedCustomer",
    "Inbox",
    "Line",
    "Match",
    "Note",
    "Notes",
    "Outbox",
    "PostKey",
    "Posting",
    "Postings",
    "Posts",
    "Profile",
    "SentMessage",
    "Sight",
    "Source",
    "Storage",
    "Taken",
    "UnitOfWork",
    "Which",
    "Work",
]  # fmt: skip
