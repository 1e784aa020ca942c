"""A door to Teams, open on this machine, and the Teams at the other end of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.teams.adapter import Answer, TeamsAdapter
from bot.teams.door import MESSAGES_PATH, TeamsDoor
from bot.teams.settings import TeamsSettings, teams_settings
from tests.fakes.teams import FakeTeams


@dataclass
class Open:
    """The door, what came in through it, and what invokes are answered with."""

    adapter: TeamsAdapter
    teams: FakeTeams
    heard: list[Mapping[str, Any]] = field(default_factory=list)
    answer: Answer | None = None
    raises: Exception | None = None

    async def logic(self, activity: Mapping[str, Any]) -> Answer | None:
        """Notes what comes in."""
        self.heard.append(activity)
        if self.raises is not None:
            raise self.raises
        return self.answer


@asynccontextmanager
async def open_door(teams: FakeTeams, settings: TeamsSettings | None = None) -> AsyncIterator[Open]:
    """Serve a door for this Teams, and tell it where."""
    settings = settings or teams_settings(teams.environment())
    assert settings is not None
    adapter = TeamsAdapter(settings)
    opened = Open(adapter, teams)
    application = web.Application(client_max_size=10_000)
    application.add_routes(TeamsDoor(settings, adapter, opened.logic).routes())
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    teams.bot_url = f"http://127.0.0.1:{runner.addresses[0][1]}{MESSAGES_PATH}"
    await adapter.start()
    try:
        yield opened
    finally:
        await adapter.close()
        await runner.cleanup()
