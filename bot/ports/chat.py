"""Chat platforms, and where conversations are shown on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from bot.cards import Card
from bot.ports.people import Account


@dataclass(frozen=True, slots=True)
class Posting:
    """Our one message on a surface for one conversation; `message` is the platform's id once it is there.

    While it is rolled up it has none: it is counted on the surface's rollup card, `rollup`.
    """

    id: str
    number: int
    surface: str
    channel: str | None = None
    message: str | None = None
    shown: str | None = None
    rollup: str | None = None


@dataclass(frozen=True, slots=True)
class Showing:
    """A conversation that is to be shown on these surfaces."""

    number: int
    surfaces: Sequence[str]
    urgent: bool


class Postings(Protocol):
    """Where conversations are shown."""

    async def want_new(self, showings: Sequence[Showing]) -> None:
        """As `want`, for conversations that have just been opened and are shown nowhere yet."""
        ...

    async def want(self, number: int, surfaces: Sequence[str], *, urgent: bool, leave: bool = True) -> None:
        """Show a conversation on these surfaces, and bring those that are there up to date: one pending work item each.

        What is urgent leaves these surfaces' rollup cards for a card of its own, unless `leave` says otherwise.
        """
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

    async def posting_at(self, channel: str, message: str) -> Posting | None:
        """The posting whose card this message is."""
        ...

    async def sent(self, posting_id: str, channel: str, message: str, shown: str) -> None:
        """The card is there; `shown` is a digest of what it shows."""
        ...


@dataclass(frozen=True, slots=True)
class Copy:
    """A note as it stands in the thread of a posting where it was not written, in our message with this mark.

    Several notes may share a message. Without `message` it is on its way, and it is not known whether it is there;
    `shown` is a digest of what the message shows.
    """

    note_id: str
    posting: str
    mark: str
    made_at: datetime
    channel: str | None = None
    message: str | None = None
    shown: str = ""


class Copies(Protocol):
    """Which notes stand in the threads where they were not written."""

    async def of(self, posting_id: str) -> list[Copy]:
        """All copies in the thread of a posting, in the order in which their messages were made."""
        ...

    async def last_made(self, posting_id: str) -> datetime | None:
        """When the latest message of copies was made there."""
        ...

    async def add(self, copies: Sequence[Copy]) -> None:
        """Copies that are about to be sent, or that join a message that is there."""
        ...

    async def sent(self, mark: str, channel: str, message: str, shown: str) -> None:
        """The message with this mark is there, and shows this."""
        ...

    async def drop(self, mark: str) -> None:
        """The message with this mark is not there, or not any more."""
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

    async def delete(self, sent: SentMessage) -> None:
        """Take a message of ours away; raises `GoneError` when it is not there any more."""
        ...

    async def find(self, channel: str, mark: str, since: datetime, thread: str | None = None) -> SentMessage | None:
        """Our message with this mark, sent since then."""
        ...

    async def direct(self, account: Account) -> str:
        """The channel for messages to one person."""
        ...

    async def replace_home(self, account: Account, card: Card) -> None:
        """Show another card on a person's Home tab, which the platform keeps; nothing where there is no such tab."""
        ...

    async def open_room(self, name: str, purpose: str) -> str | None:
        """A channel of its own with this name, made now or by an earlier try of ours; gives its id.

        What tells the earlier try from another room of ours with that name is `purpose`: say the same on every try, and
        nothing that another room says. Where others took the name, the room gets a number behind it. None where the
        platform lets no bot make channels.
        """
        ...

    async def invite(self, channel: str, accounts: Sequence[Account]) -> Sequence[Account]:
        """Bring these people into a channel; who is there already stays. Gives those who could not be brought in."""
        ...

    async def pin(self, sent: SentMessage) -> None:
        """Keep a message of ours at hand for everybody in its channel; nothing where it is pinned already or the platform
        has no pins. Raises `GoneError` when the message is not there any more."""
        ...

    async def describe(self, channel: str, topic: str) -> None:
        """Say at the head of a channel what it is for now; nothing where it says so already, or the platform has no such
        line. What is too long is cut."""
        ...

    async def examine(self, channels: Sequence[str]) -> list[Finding]:
        """Does the platform know us, and may we write to these channels?"""
        ...


class Examiner(Protocol):
    """Looks at the running installation."""

    async def examine(self) -> list[Finding]:
        """Every check; never raises, a check that fails is a finding."""
        ...
