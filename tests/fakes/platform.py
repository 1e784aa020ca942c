"""A chat platform in memory: keeps what was posted, and fails in the ways a real one does."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.cards import Card
from bot.errors import BatonError, GoneError, PermanentError, UnknownResultError
from bot.ports import Account, ChatPlatform, Clock, Finding, SentMessage


@dataclass
class Room:
    """A channel of its own, as people see it."""

    name: str
    purpose: str
    members: list[Account] = field(default_factory=list)
    pins: list[SentMessage] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)
    """All that was said at its head, the latest last."""


@dataclass
class Shown:
    """One message as people see it; `cards` are all it has shown, the latest last."""

    sent: SentMessage
    mark: str
    thread: str | None
    at: datetime
    cards: list[Card] = field(default_factory=list)

    @property
    def card(self) -> Card:
        """What it shows now."""
        return self.cards[-1]


class FakePlatform(ChatPlatform):
    """Channels are named `C-floor` for `#floor`, and `D-ana` for messages to the account `ana`.

    `failures` are raised by the next calls that send or change something, one each; None lets a call through. An
    `UnknownResultError` is raised after it was done, as when the answer is lost; everything else before.
    """

    def __init__(self, clock: Clock, name: str = "slack") -> None:
        self.name = name
        self.messages: dict[SentMessage, Shown] = {}
        self.homes: dict[str, Card] = {}
        """What was put in place of whatever a person's Home tab showed."""
        self.failures: deque[BatonError | None] = deque()
        self.forbidden: set[str] = set()
        """Calls that are never allowed, by their names."""
        self.calls: list[str] = []
        self.updated: list[str] = []
        """The marks of the messages that were updated, in order."""
        self.rooms: dict[str, Room] = {}
        """Every channel that was opened, filled, described, or has a pin, by its id; `C-crisis-1` for one named so."""
        self.opens_rooms = name == "slack"
        """False for a platform that lets no bot make channels: no members, pins or topics then either."""
        self.uninvitable: set[str] = set()
        """The users who cannot be brought into a channel."""
        self.findings = [Finding("Slack", "ok")]
        self._clock = clock
        self._ids = itertools.count(1)

    async def post(self, channel: str, card: Card, mark: str, thread: str | None = None) -> SentMessage:
        self.calls.append("post")
        lost = self._fail("post")
        sent = SentMessage(_place(channel), f"{next(self._ids)}.000000")
        self.messages[sent] = Shown(sent, mark, thread, self._clock.now(), [card])
        if lost is not None:
            raise lost
        return sent

    async def update(self, sent: SentMessage, card: Card, mark: str) -> None:
        self.calls.append("update")
        lost = self._fail("update")
        if sent not in self.messages:
            raise GoneError("message_not_found")
        self.messages[sent].cards.append(card)
        self.updated.append(mark)
        if lost is not None:
            raise lost

    async def delete(self, sent: SentMessage) -> None:
        self.calls.append("delete")
        lost = self._fail("delete")
        if sent not in self.messages:
            raise GoneError("message_not_found")
        del self.messages[sent]
        if lost is not None:
            raise lost

    async def find(self, channel: str, mark: str, since: datetime, thread: str | None = None) -> SentMessage | None:
        self.calls.append("find")
        for shown in self.messages.values():
            here = shown.sent.channel == _place(channel) and shown.thread == thread
            if here and shown.mark == mark and shown.at >= since:
                return shown.sent
        return None

    async def direct(self, account: Account) -> str:
        return f"D-{account.user}"

    async def replace_home(self, account: Account, card: Card) -> None:
        self.calls.append("replace_home")
        lost = self._fail("replace_home")
        self.homes[account.user] = card
        if lost is not None:
            raise lost

    async def open_room(self, name: str, purpose: str) -> str | None:
        self.calls.append("open_room")
        if not self.opens_rooms:
            return None
        lost = self._fail("open_room")
        free, number = name, 1
        while self.rooms.setdefault(f"C-{free}", Room(free, purpose)).purpose != purpose:
            number += 1
            free = f"{name}-{number}"
        if lost is not None:
            raise lost
        return f"C-{free}"

    async def invite(self, channel: str, accounts: Sequence[Account]) -> Sequence[Account]:
        self.calls.append("invite")
        if not self.opens_rooms:
            return accounts
        lost = self._fail("invite")
        room = self._room(channel)
        left_out = [
            account for account in accounts if account.platform != self.name or account.user in self.uninvitable
        ]
        room.members += [account for account in accounts if account not in (*room.members, *left_out)]
        if lost is not None:
            raise lost
        return left_out

    async def pin(self, sent: SentMessage) -> None:
        self.calls.append("pin")
        if not self.opens_rooms:
            return
        lost = self._fail("pin")
        if sent not in self.messages:
            raise GoneError("message_not_found")
        room = self._room(sent.channel)
        room.pins += [sent] if sent not in room.pins else []
        if lost is not None:
            raise lost

    async def describe(self, channel: str, topic: str) -> None:
        self.calls.append("describe")
        if not self.opens_rooms:
            return
        lost = self._fail("describe")
        room = self._room(channel)
        room.topics += [topic] if topic not in room.topics[-1:] else []
        if lost is not None:
            raise lost

    async def examine(self, channels: Sequence[str]) -> list[Finding]:
        return self.findings

    def remove(self, sent: SentMessage) -> None:
        """Somebody deletes the message."""
        del self.messages[sent]

    def shown_in(self, channel: str, thread: str | None = None) -> list[Shown]:
        """The messages of a channel, or of a thread in it, oldest first."""
        return [shown for shown in self.messages.values() if (shown.sent.channel, shown.thread) == (channel, thread)]

    def _room(self, channel: str) -> Room:
        place = _place(channel)
        return self.rooms.setdefault(place, Room(place.removeprefix("C-"), ""))

    def _fail(self, call: str) -> UnknownResultError | None:
        if call in self.forbidden:
            raise PermanentError(f"{call} is not allowed")
        if not self.failures:
            return None
        failure = self.failures.popleft()
        if failure is None or isinstance(failure, UnknownResultError):
            return failure
        raise failure


def _place(channel: str) -> str:
    return f"C-{channel[1:]}" if channel.startswith("#") else channel
