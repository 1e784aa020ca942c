"""Slack as the outbox sees it: post, update, find and address messages. One try each; the outbox repeats."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.cards import Card, Chart, mentioned
from bot.errors import PermanentError
from bot.ports import Account, ChatPlatform, Finding, SentMessage
from bot.slack.calls import Answer, ChannelClosed, called
from bot.slack.checkup import examine
from bot.slack.limits import Json
from bot.slack.people import People
from bot.slack.pictures import Pictures
from bot.slack.render import home, message
from bot.slack.rooms import Rooms
from bot.slack.spans import Spelling

EVENT_TYPE = "baton_posting"
"""The metadata that marks our own postings, so that one whose answer was lost can be found instead of repeated."""

_SKEW = timedelta(minutes=10)
"""By which our clock and Slack's may differ: a mark is looked for from that much earlier on."""

_PAGE = 200
_MOST_PAGES = 20


class SlackPlatform(ChatPlatform):
    """Posts under the app's name in one workspace (or org)."""

    name = "slack"

    def __init__(
        self, client: AsyncWebClient, people: People, team: str = "", pictures: Pictures | None = None
    ) -> None:
        self._client = client
        self._people = people
        self._pictures = pictures or Pictures(client, None)
        self._team = team
        self._channels: dict[str, str] = {}
        self.rooms = Rooms(client, team)

    async def post(self, channel: str, card: Card, mark: str, thread: str | None = None) -> SentMessage:
        """Send a message that carries `mark` unseen."""
        place = await self._channel(channel)

        def send(content: Json) -> Awaitable[Answer]:
            call = self._client.chat_postMessage(channel=place, thread_ts=thread, **content)
            return called("chat.postMessage", call)

        try:
            answer = await self._shown(card, mark, send)
        except ChannelClosed:
            await called("conversations.join", self._client.conversations_join(channel=place))
            answer = await self._shown(card, mark, send)
        return SentMessage(str(answer["channel"]), str(answer["ts"]))

    async def update(self, sent: SentMessage, card: Card, mark: str) -> None:
        """Show another card in the same message; raises `MessageGone` when somebody deleted it."""

        def send(content: Json) -> Awaitable[Answer]:
            call = self._client.chat_update(channel=sent.channel, ts=sent.message, **content)
            return called("chat.update", call)

        await self._shown(card, mark, send)

    async def delete(self, sent: SentMessage) -> None:
        """Take a message of ours away; raises `MessageGone` when somebody did so before."""
        await called("chat.delete", self._client.chat_delete(channel=sent.channel, ts=sent.message))

    async def find(self, channel: str, mark: str, since: datetime, thread: str | None = None) -> SentMessage | None:
        """Our message with this mark, sent since then."""
        place = await self._channel(channel)
        async for sent in self._messages(place, since, thread):
            metadata = sent.get("metadata") or {}
            ours = bool(sent.get("bot_id")) and metadata.get("event_type") == EVENT_TYPE
            if ours and (metadata.get("event_payload") or {}).get("mark") == mark:
                return SentMessage(place, str(sent["ts"]))
        return None

    async def direct(self, account: Account) -> str:
        """The channel for messages to one person."""
        answer = await called("conversations.open", self._client.conversations_open(users=account.user))
        return str(answer["channel"]["id"])

    async def replace_home(self, account: Account, card: Card) -> None:
        """Publish a person's Home tab; Slack keeps what was published until somebody publishes it anew."""

        async def publish(pictures: Mapping[Chart, str]) -> Answer:
            view = home(card, Spelling({}, pictures))
            return await called("views.publish", self._client.views_publish(user_id=account.user, view=view))

        await self._pictures.shown(card.blocks, publish)

    async def open_room(self, name: str, purpose: str) -> str | None:
        """A public channel of our own with this name."""
        return await self.rooms.open(name, purpose)

    async def invite(self, channel: str, accounts: Sequence[Account]) -> Sequence[Account]:
        """Bring people into a channel; gives those who could not be."""
        return await self.rooms.invite(await self._channel(channel), accounts)

    async def pin(self, sent: SentMessage) -> None:
        """Pin a message of ours to its channel; raises `MessageGone` when somebody deleted it."""
        await self.rooms.pin(sent)

    async def describe(self, channel: str, topic: str) -> None:
        """The topic of a channel."""
        await self.rooms.describe(await self._channel(channel), topic)

    async def examine(self, channels: Sequence[str]) -> list[Finding]:
        """Does Slack know us, have we the scopes we need, and may we write to these channels?"""
        return [*await examine(self._client, self._channel, channels), *self._pictures.examine()]

    async def _shown(self, card: Card, mark: str, send: Callable[[Json], Awaitable[Answer]]) -> Answer:
        """Sends the card as a message that carries the mark."""
        users = await self._people.users(mentioned(card.blocks), self._team)
        marked = {"metadata": {"event_type": EVENT_TYPE, "event_payload": {"mark": mark}}}
        return await self._pictures.shown(
            card.blocks, lambda pictures: send(message(card, Spelling(users, pictures)) | marked)
        )

    async def _messages(self, channel: str, since: datetime, thread: str | None) -> AsyncIterator[Mapping[str, Any]]:
        cursor: str | None = None
        oldest = f"{(since - _SKEW).timestamp():.6f}"
        for _ in range(_MOST_PAGES):
            common: Json = {"channel": channel, "oldest": oldest, "inclusive": True, "limit": _PAGE}
            common |= {"include_all_metadata": True, "cursor": cursor}
            if thread is not None:
                call = self._client.conversations_replies(ts=thread, **common)
                answer = await called("conversations.replies", call)
            else:
                answer = await called("conversations.history", self._client.conversations_history(**common))
            for found in answer.get("messages") or ():
                yield found
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or None
            if cursor is None:
                return

    async def _channel(self, channel: str) -> str:
        """The id of `#name`; ids are taken as they are."""
        if not channel.startswith("#"):
            return channel
        name = channel[1:].lower()
        if name not in self._channels:
            await self._read_channels()
        if name not in self._channels:
            raise PermanentError(
                f"There is no channel {channel} that Baton can see. Create it, or invite Baton to it if it is private."
            )
        return self._channels[name]

    async def _read_channels(self) -> None:
        cursor: str | None = None
        for _ in range(_MOST_PAGES):
            call = self._client.conversations_list(
                types="public_channel,private_channel", exclude_archived=True, limit=1000, cursor=cursor
            )
            answer = await called("conversations.list", call)
            for channel in answer.get("channels") or ():
                self._channels[str(channel["name"]).lower()] = str(channel["id"])
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or None
            if cursor is None:
                return
