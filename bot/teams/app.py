"""Baton on Teams: one door in, one listener behind it, and the platform that the outbox posts with."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web

from bot.dispatch import Commands
from bot.ports import Directory, Storage
from bot.teams.adapter import TeamsAdapter
from bot.teams.door import TeamsDoor
from bot.teams.listener import Joined, Listener
from bot.teams.people import People
from bot.teams.platform import Drawing, TeamsPlatform
from bot.teams.references import ANYWHERE, References
from bot.teams.replies import Wording
from bot.teams.settings import TeamsSettings


class TeamsApp:
    """Everything of Teams. `platform` is what the outbox posts with; `start` and `close` frame its life.

    `channels` are the ids of the channels where cards are shown.
    """

    def __init__(
        self,
        settings: TeamsSettings,
        commands: Commands,
        directory: Directory,
        storage: Storage,
        channels: Sequence[str] = (),
        on_joined: Joined | None = None,
    ) -> None:
        self._channels = tuple(channels)
        self.adapter = TeamsAdapter(settings)
        self._references = References(storage, settings.tenant, ANYWHERE if settings.is_public_cloud else "")
        self.people = People(directory, self.adapter, self._references)
        acts = frozenset(spec.name for spec in commands.specs if not spec.reads)
        drawing = Drawing(self.people, acts, dialogs=not settings.local_client)
        self.platform = TeamsPlatform(self.adapter, self._references, drawing)
        self.listener = Listener(
            commands,
            self.people,
            self._references,
            self.adapter,
            Wording(drawing),
            frozenset(self._channels),
            on_joined,
        )
        self._door = TeamsDoor(settings, self.adapter, self.listener)

    def routes(self) -> list[web.RouteDef]:
        """Where Teams delivers."""
        return self._door.routes()

    async def start(self) -> None:
        """Open what calls are made with."""
        await self.adapter.start()

    async def close(self) -> None:
        """Finish what is under way, close the connections."""
        await self.listener.close()
        await self.adapter.close()

    async def learn_everybody(self) -> int:
        """Meet the members of the channels where cards are shown; raises what calls raise.

        Until somebody has spoken there is nobody to ask, but on the public cloud.
        """
        if not await self._references.can_speak():
            return 0
        return await self.people.learn_everybody(self._channels)
