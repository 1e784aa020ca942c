"""Channels of our own in Slack: opening one, filling it, its pins and its topic. Safe to repeat after a lost answer."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import PermanentError
from bot.ports import Account, SentMessage
from bot.slack.calls import Answer, ChannelClosed, Refused, called
from bot.slack.outside import escape, one_line
from bot.words import cut

PLATFORM = "slack"
NAME = 80
LINE = 250
"""Characters of a topic or a purpose, counted as they are sent, where `<` is `&lt;`."""

AT_ONCE = 100
"""People in one invitation."""

_MOST_NAMES = 20
_PAGE = 1000
_MOST_PAGES = 50
_NOT_IN_A_NAME = re.compile(r"[^\w-]+")
_LINK = re.compile(r"<[^<>|]*\|([^<>]*)>|<([^<>|]*)>")
_EMOJI_NAME = re.compile(r":[a-z+-][\w+'-]*:")
_NO_WORD = re.compile(r"\W+")

_THERE_ALREADY = frozenset({"already_in_channel", "cant_invite_self"})
_KEPT_OUT = frozenset(
    {
        "cant_invite",
        "invitee_cant_see_channel",
        "no_external_invite_permission",
        "ura_max_channels",
        "user_is_restricted",
        "user_is_ultra_restricted",
        "user_not_found",
        "user_team_not_in_channel",
    }
)
"""Why Slack does not let one person in; everything else is wrong with the call."""

_Channel = Mapping[str, Any]


class Rooms:
    """One workspace's channels, as far as they are ours."""

    def __init__(self, client: AsyncWebClient, team: str = "") -> None:
        self._client = client
        self._team = team if team.startswith("T") else None
        self._own = ""

    async def open(self, name: str, purpose: str) -> str:
        """The id of a public channel with this name and purpose: a new one, or the one that an earlier try has made.

        Where others have the name, it gets a number behind it.
        """
        said = line(purpose)
        ours: dict[str, _Channel] | None = None
        for number in range(1, _MOST_NAMES + 1):
            wanted = channel_name(name, number)
            channel = await self._create(wanted)
            if channel is None:
                ours = ours if ours is not None else await self._made_by_us()
                channel = ours.get(wanted)
            if channel is not None and _core(_says(channel, "purpose")) in {"", _core(said)}:
                await self._say_purpose(channel, said)
                return str(channel["id"])
        raise PermanentError(f"There are {_MOST_NAMES} channels named like #{channel_name(name)} already.")

    async def is_ours(self, channel: str) -> bool:
        """Did we make this channel?"""
        known = await called("conversations.info", self._client.conversations_info(channel=channel))
        return bool(known["channel"].get("creator") == await self._own_user())

    async def invite(self, channel: str, accounts: Sequence[Account]) -> list[Account]:
        """Bring people in; gives those who could not be: their account is gone, or Slack does not let them in."""
        here = list(dict.fromkeys(account.user for account in accounts if account.platform == PLATFORM))
        kept_out: set[str] = set()
        for start in range(0, len(here), AT_ONCE):
            kept_out |= await self._invite(channel, here[start : start + AT_ONCE])
        return [account for account in accounts if account.platform != PLATFORM or account.user in kept_out]

    async def pin(self, sent: SentMessage) -> None:
        """Pin a message; raises `MessageGone` when somebody deleted it."""

        def call() -> Awaitable[Answer]:
            return called("pins.add", self._client.pins_add(channel=sent.channel, timestamp=sent.message))

        try:
            await self._inside(sent.channel, call)
        except Refused as refused:
            if refused.word != "already_pinned":
                raise

    async def describe(self, channel: str, topic: str) -> None:
        """Set a channel's topic, unless it is that already: Slack tells the channel of every change."""
        said = line(topic)
        known = await called("conversations.info", self._client.conversations_info(channel=channel))
        if _core(_says(known["channel"], "topic")) == _core(said):
            return

        def call() -> Awaitable[Answer]:
            change = self._client.conversations_setTopic(channel=channel, topic=said)
            return called("conversations.setTopic", change)

        await self._inside(channel, call)

    async def _create(self, name: str) -> _Channel | None:
        """The channel that was made; None where the name is taken."""
        try:
            call = self._client.conversations_create(name=name, is_private=False, team_id=self._team)
            made: _Channel = (await called("conversations.create", call))["channel"]
            return made
        except Refused as refused:
            if refused.word != "name_taken":
                raise
            return None

    async def _made_by_us(self) -> dict[str, _Channel]:
        """Our own public channels by name. An archived one is none: nobody can be brought in there."""
        own = await self._own_user()
        found: dict[str, _Channel] = {}
        cursor: str | None = None
        for _ in range(_MOST_PAGES):
            call = self._client.conversations_list(
                types="public_channel", exclude_archived=True, limit=_PAGE, cursor=cursor, team_id=self._team
            )
            answer = await called("conversations.list", call)
            found |= {str(each["name"]): each for each in answer.get("channels") or () if each.get("creator") == own}
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or None
            if cursor is None:
                break
        return found

    async def _own_user(self) -> str:
        if not self._own:
            self._own = str((await called("auth.test", self._client.auth_test()))["user_id"])
        return self._own

    async def _say_purpose(self, channel: _Channel, said: str) -> None:
        if _core(_says(channel, "purpose")) == _core(said):
            return
        place = str(channel["id"])

        def call() -> Awaitable[Answer]:
            return called(
                "conversations.setPurpose", self._client.conversations_setPurpose(channel=place, purpose=said)
            )

        await self._inside(place, call)

    async def _invite(self, channel: str, users: Sequence[str]) -> set[str]:
        """Those of at most `AT_ONCE` users who are kept out.

        With `force` Slack lets in whom it can and names the others, beside an ok or as a refusal. Where a refusal names
        nobody, each is invited alone. Source: conversations.invite at docs.slack.dev.
        """

        def call() -> Awaitable[Answer]:
            invitation = self._client.conversations_invite(channel=channel, users=users, force=True)
            return called("conversations.invite", invitation)

        if not users:
            return set()
        try:
            words = _words_of((await self._inside(channel, call)).data)
        except Refused as refused:
            named = {user: word for user, word in _words_of(refused.answer).items() if user in users}
            words = named or ({users[0]: refused.word} if len(users) == 1 else {})
            if not {refused.word, *words.values()} & (_THERE_ALREADY | _KEPT_OUT):
                raise
            unheard = [user for user in users if user not in words]
            if words:
                return _kept_out(words) | await self._invite(channel, unheard)
            return {user for each in unheard for user in await self._invite(channel, [each])}
        return _kept_out(words)

    async def _inside(self, channel: str, call: Callable[[], Awaitable[Answer]]) -> Answer:
        """The call's answer; where Baton is not in the channel, it joins first."""
        try:
            return await call()
        except ChannelClosed:
            await called("conversations.join", self._client.conversations_join(channel=channel))
            return await call()


def channel_name(name: str, number: int = 1) -> str:
    """A name as Slack takes it: small letters, digits, - and _, at most `NAME` of them; from the second one with a number."""
    cleaned = _NOT_IN_A_NAME.sub("-", unicodedata.normalize("NFKC", name).lower())
    cleaned = re.sub(r"-{2,}", "-", cleaned).strip("-_") or "room"
    ending = f"-{number}" if number > 1 else ""
    return cleaned[: NAME - len(ending)].rstrip("-_") + ending


def line(text: str) -> str:
    """A topic or purpose: one line that pings nobody, and no longer than Slack takes."""
    said = one_line(text)
    room = LINE
    while len(escape(cut(said, room))) > LINE:
        room -= 1
    return escape(cut(said, room))


def _says(channel: _Channel, what: str) -> str:
    return str((channel.get(what) or {}).get("value") or "")


def _core(said: str) -> str:
    """What is left of a topic or purpose however Slack keeps it: it makes links of addresses and names of emoji."""
    return _NO_WORD.sub("", _EMOJI_NAME.sub("", html.unescape(_LINK.sub(r"\1\2", said)))).casefold()


def _words_of(answer: Any) -> dict[str, str]:
    """Why Slack did not let users in, by user."""
    return {
        str(each["user"]): str(each.get("error") or "")
        for each in (answer.get("errors") or ())
        if each.get("user") and not each.get("ok")
    }


def _kept_out(words: Mapping[str, str]) -> set[str]:
    """Those whom it keeps out; a word that is not about a person would keep out everybody, and is not among these."""
    return {user for user, word in words.items() if word not in _THERE_ALREADY}
