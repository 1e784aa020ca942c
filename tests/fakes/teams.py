"""Teams with no Microsoft account: people of one tenant who talk, press buttons and search, all delivered to the bot as Teams does.

What the bot may call is in `teams_service.py`, what it is sent in `teams_talk.py`, who sends it in `teams_identity.py`.
"""

from __future__ import annotations

import asyncio
import json
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

import aiohttp

from tests.fakes.teams_service import Message, TeamsService
from tests.fakes.teams_talk import Colleague, Json, Room, message_payload


@dataclass(frozen=True)
class Delivered:
    """What the bot answered."""

    status: int
    body: Any
    seconds: float


class FakeTeams(TeamsService):
    """A tenant with people, chats, teams and the bot, whose door is at `bot_url`."""

    def __init__(self, rate: tuple[int, float] | None = None) -> None:
        super().__init__(rate)
        self.bot_url = ""
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession()
        return await super().__aenter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()
        await super().__aexit__(kind, error, at)

    # Who and what is there.

    def colleague(self, name: str) -> Colleague:
        """Somebody of the tenant; made when they are first named."""
        if name not in self.colleagues:
            number = len(self.colleagues) + 1
            self.colleagues[name] = Colleague(
                name,
                f"29:1{number:03d}-{name.replace(' ', '')}",
                f"00000000-0000-4000-8000-{number:012d}",
                f"{_ascii(name.split(maxsplit=1)[0]).lower()}@acme.example",
                self.tenant,
            )
        return self.colleagues[name]

    def group(self, name: str, *people: Colleague) -> Room:
        """A group chat that the bot is in."""
        return self._room(Room("groupChat", f"19:{name}@thread.v2", self.tenant), list(people))

    def channel(self, team: str, name: str, *people: Colleague) -> Room:
        """A channel of a team that the bot is in."""
        room = Room("channel", f"19:{team}-{name}@thread.tacv2", self.tenant, f"19:{team}-General@thread.tacv2")
        return self._room(room, list(people))

    def leave(self, room: Room) -> None:
        """The bot is no longer in a conversation."""
        self.inside[room.base].remove(self.bot)

    def come_back(self, room: Room) -> None:
        """The bot is in a conversation again."""
        self.inside[room.base].append(self.bot)

    def said_in(self, room: Room) -> list[Message]:
        """The bot's messages in a conversation (or in a thread of it) that are still there."""
        return [
            each for each in self.messages.values() if each.room == room.id and each.by == self.bot and not each.deleted
        ]

    async def until(self, true: Callable[[], Any], within: float = 10.0) -> Any:
        """Wait until something has come of the bot's calls; gives what `true` gives. Raises `TimeoutError`."""
        async with asyncio.timeout(within):
            while not (found := true()):
                self._changed.clear()
                await self._changed.wait()
        return found

    # What happens there, and is delivered to the bot at `bot_url`.

    async def say(
        self, who: Colleague, room: Room, text: str, *, mention: bool = False, id: str = ""
    ) -> tuple[str, Delivered]:
        """Somebody says something; in a channel, under no message, it begins a thread. Gives the message's id."""
        number = id or self._number()
        if room.kind == "channel" and room.id == room.base:
            room = room.thread(number)
        activity = self.scene.message(who, room, text, number, _now(), mention=mention)
        self.messages[number] = Message(number, room.id, who.id, [activity])
        return number, await self.deliver(activity)

    async def edit(self, who: Colleague, message: str, text: str) -> Delivered:
        """Somebody changes their message."""
        found = self.messages[message]
        activity = self.scene.edited(who, self._room_of(found), text, message, _now())
        found.versions.append(activity)
        return await self.deliver(activity)

    async def delete(self, who: Colleague, message: str) -> Delivered:
        """Somebody deletes their message."""
        found = self.messages[message]
        found.deleted = True
        return await self.deliver(self.scene.deleted(who, self._room_of(found), message, _now()))

    async def undelete(self, who: Colleague, message: str) -> Delivered:
        """Somebody takes the deletion of their message back."""
        found = self.messages[message]
        found.deleted = False
        text = str(found.now.get("text", ""))
        return await self.deliver(self.scene.edited(who, self._room_of(found), text, message, _now(), undeleted=True))

    async def press(self, who: Colleague, message: str, verb: str, data: Json) -> Delivered:
        """A button with `Action.Execute`."""
        room = self._room_of(self.messages[message])
        return await self.deliver(self.scene.pressed(who, room, message, verb, data, self._invoke(), _now()))

    async def dialog(self, step: str, who: Colleague, room: Room, data: Json, message: str = "") -> Delivered:
        """`fetch` asks for a dialog, `submit` sends one."""
        return await self.deliver(self.scene.dialog(step, who, room, data, self._invoke(), _now(), message))

    async def search(self, who: Colleague, room: Room, command: str, text: str) -> Delivered:
        """The message extension's search."""
        return await self.deliver(self.scene.searched(who, room, command, text, self._invoke(), _now()))

    async def act_on(
        self, step: str, who: Colleague, message: str, command: str, data: Json | None = None
    ) -> Delivered:
        """The message extension's action on a message: `fetchTask`, then `submitAction` with `data`."""
        found = self.messages[message]
        room = self._room_of(found)
        by = next((each for each in self.colleagues.values() if each.id == found.by), who)
        link = f"https://teams.microsoft.com/l/message/{room.base}/{message}"
        payload = message_payload(by, str(found.now.get("text", "")), message, _now(), link)
        return await self.deliver(
            self.scene.extension_action(step, who, room, command, self._invoke(), _now(), payload, data)
        )

    async def add_bot(self, who: Colleague, room: Room) -> list[Delivered]:
        """The app is installed, and the bot comes into a conversation."""
        joined = self.scene.members(who, room, f"f:{self._number()}", _now(), added=[self.bot], removed=[])
        return [
            await self.deliver(self.scene.installed(who, room, f"f:{self._number()}", _now())),
            await self.deliver(joined),
        ]

    async def deliver(self, activity: Json, token: str | None = None) -> Delivered:
        """Send an activity to the bot, signed as Teams signs unless another token is given."""
        assert self._session is not None
        made = token if token is not None else self.identity.token(self.service_url)
        begun = time.perf_counter()
        async with self._session.post(
            self.bot_url, json=activity, headers={"Authorization": f"Bearer {made}"}
        ) as answer:
            body = await answer.read()
            return Delivered(answer.status, json.loads(body) if body else None, time.perf_counter() - begun)

    def _invoke(self) -> str:
        return f"f:{self._number()}"


def _ascii(name: str) -> str:
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
