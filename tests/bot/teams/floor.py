"""A whole Baton on Teams: store, dispatcher and outbox are the real ones, and Teams at the other end is the fake one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.config import Config, PersonPart, Surface
from bot.domain.people import Role
from bot.teams.app import TeamsApp
from bot.teams.door import MESSAGES_PATH
from bot.teams.settings import teams_settings
from handlers.events import FOLLOWS
from storage import SqlStorage
from tests.databases import Sqlite
from tests.fakes.clock import SetClock
from tests.fakes.teams import Delivered, FakeTeams
from tests.fakes.teams_talk import Colleague, Json, Room
from tests.handlers.company import Company

STAFF = (("Ana Lima", "support"), ("Ben Roth", "product"), ("Lena Vogt", "logistics"))


@dataclass
class TeamsFloor:
    """People of Acme in a Teams channel where cards are shown."""

    company: Company
    teams: FakeTeams
    app: TeamsApp
    channel: Room

    def who(self, given_name: str) -> Colleague:
        """Somebody of the staff."""
        return next(each for each in self.teams.colleagues.values() if each.given_name.lower() == given_name)

    async def opened(self, *texts: str) -> list[str]:
        """As many conversations with their cards in the channel; gives the cards' messages."""
        await self.company.opened(*texts)
        return [str((await self.company.posting(number)).message) for number in range(1, len(texts or [""]) + 1)]

    async def mention(self, who: str, text: str, thread: str | None = None) -> Delivered:
        """`@Baton …` in the channel or under a card."""
        room = self.channel.thread(thread) if thread is not None else self.channel
        return (await self.teams.say(self.who(who), room, text, mention=True))[1]

    def chat(self, who: str) -> Room:
        """Somebody's chat with Baton."""
        return self.teams.personal(self.who(who))

    def told(self, room: Room) -> list[str]:
        """What Baton has said there, as bare words."""
        return [words(each.card) for each in self.teams.said_in(room)]

    def card(self, message: str) -> Json:
        """What a message shows now."""
        return self.teams.messages[message].card


def words(element: Any) -> str:
    """Every text of a card in the order in which it is read."""
    if isinstance(element, list):
        return "\n".join(filter(None, map(words, element)))
    if not isinstance(element, dict):
        return ""
    own = [str(element[name]) for name in ("text", "title", "label", "value") if isinstance(element.get(name), str)]
    runs = "".join(str(run.get("text", "")) for run in element.get("inlines", ()))
    inner = [words(element.get(name)) for name in ("body", "items", "columns", "actions")]
    return "\n".join(filter(None, [*own, runs, *inner]))


def buttons(element: Any) -> dict[str, Json]:
    """Every action of a card by its title."""
    found: dict[str, Json] = {}
    if isinstance(element, list):
        for each in element:
            found |= buttons(each)
    elif isinstance(element, dict):
        if str(element.get("type", "")).startswith("Action."):
            found[str(element.get("title"))] = element
        for name in ("body", "items", "columns", "actions"):
            found |= buttons(element.get(name))
    return found


@asynccontextmanager
async def teams_floor(folder: Path, clock: SetClock) -> AsyncIterator[TeamsFloor]:
    """Open it."""
    async with FakeTeams() as teams:
        people = [teams.colleague(name) for name, _ in STAFF]
        channel = teams.channel("acme", "floor", *people)
        parts = [
            PersonPart(email=each.email, department=department, roles=frozenset({Role.LEAD}))
            for each, (_, department) in zip(people, STAFF, strict=True)
        ]
        surface = Surface(name="teams-floor", platform="teams", channel=channel.id)
        config = Config(surfaces=(surface,), people=tuple(parts))
        url = await Sqlite(folder).fresh()
        storage = await SqlStorage.connect(url, policies=config.life_policies, clock=clock, follows=FOLLOWS)
        company = Company(storage, clock, config)
        settings = teams_settings(teams.environment())
        assert settings is not None

        async def joined(tenant: str, room: str) -> None:
            await company.greeter.joined("teams", tenant, room)

        app = TeamsApp(settings, company.dispatcher, company.directory, storage, [channel.id], joined)
        company.platforms["teams"] = app.platform
        application = web.Application()
        application.add_routes(app.routes())
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        teams.bot_url = f"http://127.0.0.1:{runner.addresses[0][1]}{MESSAGES_PATH}"
        await app.start()
        try:
            for each in people:
                await teams.say(each, channel, "hello", mention=True)
            yield TeamsFloor(company, teams, app, channel)
        finally:
            await app.close()
            await runner.cleanup()
            await storage.close()
