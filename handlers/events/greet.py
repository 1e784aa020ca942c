"""Added to a channel, Baton says one thing, once: what it does, the verbs to know, where help is."""

from __future__ import annotations

from collections.abc import Mapping

from bot.commands import CommandSpec
from bot.errors import RetriableError
from bot.ports import ChatPlatform, Storage, Taken, Work
from bot.views import first_contact_card
from handlers.events.refresh_cards import NOT_CONNECTED

KIND = "greeting"


class Greeter:
    """Greets channels: `joined` asks for it, the call carries it out."""

    def __init__(self, storage: Storage, platforms: Mapping[str, ChatPlatform], specs: tuple[CommandSpec, ...]) -> None:
        self._storage = storage
        self._platforms = platforms
        self._specs = specs

    async def joined(self, platform: str, team: str, channel: str) -> None:
        """Baton was added to a channel; a channel is greeted once, however often it is left and joined."""
        mark = f"greeting:{platform}:{team}:{channel}"
        payload = {"platform": platform, "channel": channel, "mark": mark}
        async with self._storage.writing() as uow:
            await uow.outbox.put(Work(KIND, payload, key=f"{platform}:{channel}", lane="post", once=mark))

    async def __call__(self, taken: Taken) -> None:
        """Say it; a lost answer is looked up first."""
        payload = taken.work.payload
        platform = self._platforms.get(str(payload["platform"]))
        if platform is None:
            raise RetriableError(f"there is no connection to {payload['platform']}", NOT_CONNECTED)
        channel, mark = str(payload["channel"]), str(payload["mark"])
        if taken.attempt > 1 and await platform.find(channel, mark, taken.created_at) is not None:
            return
        await platform.post(channel, first_contact_card(self._specs), mark)
