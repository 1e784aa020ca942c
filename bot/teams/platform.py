"""Teams as the outbox sees it: posting, changing and taking away messages.

A bot cannot read what it has said (that takes Microsoft Graph), so a message whose answer was lost cannot be looked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from bot.cards import Card, Small, mentioned
from bot.errors import GoneError, PermanentError, RetriableError
from bot.ports import Account, ChatPlatform, Finding, SentMessage
from bot.speech import say
from bot.teams.acts import label
from bot.teams.adapter import TeamsAdapter
from bot.teams.calls import ConversationClosed
from bot.teams.checkup import examine
from bot.teams.limits import SUMMARY, Json
from bot.teams.people import People
from bot.teams.receive import PLATFORM, in_thread, is_of_team
from bot.teams.references import References
from bot.teams.render import adaptive
from bot.teams.spans import Spelling

CARD = "application/vnd.microsoft.card.adaptive"

NOT_THERE = 60.0
"""Seconds after which the first message is tried again in a channel whose team Baton is not in."""


def _taken_away() -> Card:
    return Card(say("Taken away"), (Small((say("What stood here was taken away."),)),))


class Drawing:
    """Makes messages of cards: looks up who is mentioned, and knows which verbs act and whether there are dialogs."""

    def __init__(self, people: People, acts: frozenset[str], *, dialogs: bool) -> None:
        self._people = people
        self.acts = acts
        self.dialogs = dialogs

    async def users(self, people: Iterable[str], tenant: str = "") -> dict[str, str]:
        """The Teams users of colleagues, by Baton's id."""
        return await self._people.users(people, tenant)

    async def spelling(self, card: Card, tenant: str = "") -> Spelling:
        """How to spell what a card mentions; most mention nobody and need no look-up."""
        people = mentioned(card.blocks)
        return Spelling(await self.users(people, tenant) if people else {})

    async def message(self, card: Card, tenant: str = "") -> Json:
        """The card as an activity of its own."""
        content = adaptive(card, await self.spelling(card, tenant), acts=self.acts, dialogs=self.dialogs)
        return said(content, card.summary)


def said(content: Mapping[str, Any], summary: str) -> Json:
    """An Adaptive Card as an activity."""
    words = label(summary, "Baton", SUMMARY)
    return {"type": "message", "summary": words, "attachments": [{"contentType": CARD, "content": content}]}


class TeamsPlatform(ChatPlatform):
    """Posts under the app's name in one tenant."""

    name = PLATFORM

    def __init__(self, adapter: TeamsAdapter, references: References, drawing: Drawing) -> None:
        self._adapter = adapter
        self._references = references
        self._drawing = drawing

    async def post(self, channel: str, card: Card, mark: str, thread: str | None = None) -> SentMessage:
        """Send a message; in a channel without a `thread` it begins one."""
        message = await self._drawing.message(card)
        if thread is None and is_of_team(channel):
            with _waiting(channel, NOT_THERE):
                _, first = await self._adapter.open_thread(await self._references.near(), channel, message)
            return SentMessage(channel, first)
        place = in_thread(channel, thread)
        with _waiting(channel):
            return SentMessage(place, await self._adapter.send(await self._references.at(place), message))

    async def update(self, sent: SentMessage, card: Card, mark: str) -> None:
        """Show another card in the same message; raises `MessageGone` when somebody deleted it."""
        message = await self._drawing.message(card)
        with _waiting(sent.channel):
            await self._adapter.update(await self._references.at(_thread_of(sent)), sent.message, message)

    async def delete(self, sent: SentMessage) -> None:
        """Take a message of ours away; where Teams does not let us, at least what it said."""
        try:
            with _waiting(sent.channel):
                await self._adapter.delete(await self._references.at(_thread_of(sent)), sent.message)
        except GoneError:
            raise
        except PermanentError:
            await self.update(sent, _taken_away(), "")

    async def find(self, channel: str, mark: str, since: datetime, thread: str | None = None) -> SentMessage | None:
        """Nothing: Teams lets a bot read none of its messages."""
        return None

    async def direct(self, account: Account) -> str:
        """The conversation with one person alone; opened where there is none yet."""
        known = await self._references.chat(account.team, account.user)
        if known is not None:
            return known
        opened = await self._adapter.open_chat(await self._references.near(account.team), account.user)
        await self._references.learn_chat(account.team, account.user, opened.conversation)
        return opened.conversation

    async def replace_home(self, account: Account, card: Card) -> None:
        """There is no such tab in Teams."""

    async def open_room(self, name: str, purpose: str) -> str | None:
        """None: a bot makes no channels in Teams (that takes Microsoft Graph)."""
        return None

    async def invite(self, channel: str, accounts: Sequence[Account]) -> Sequence[Account]:
        """Nobody: who is in a channel of Teams is who is in its team, and a bot brings no one there."""
        return accounts

    async def pin(self, sent: SentMessage) -> None:
        """A bot pins nothing in Teams."""

    async def describe(self, channel: str, topic: str) -> None:
        """A bot cannot change what Teams says of a channel."""

    async def examine(self, channels: Sequence[str]) -> list[Finding]:
        """Does Teams know us, and are we in these channels?"""
        return await examine(self._adapter, self._references, channels)


def _thread_of(sent: SentMessage) -> str:
    """A message that stands at the top of a channel is the first one of its own thread."""
    return in_thread(sent.channel, sent.message) if is_of_team(sent.channel) else sent.channel


@contextmanager
def _waiting(channel: str, pause: float | None = None) -> Iterator[None]:
    """What is for a channel of a team waits until Baton is in that team. A person who has removed Baton wants no more of it.

    With `pause` everything for the channel waits so long; without it each message for itself, since the thread alone may
    be what is closed.
    """
    try:
        yield
    except ConversationClosed as error:
        if not is_of_team(channel):
            raise
        raise RetriableError(str(error), pause) from error
