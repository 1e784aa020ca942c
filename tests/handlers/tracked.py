"""A company whose ideas become issues of a pretended tracker, behind the real door, outbox and store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

from bot.config import Config
from bot.domain import idea_events as e
from bot.domain.idea import Idea
from bot.domain.tracking import IdeaLink
from handlers.tracker_arrivals import TrackerArrivals
from integrations.http import Http
from integrations.tracker_door import TrackerDoor
from integrations.trackers import CONNECTORS
from integrations.tracking import open_trackers
from storage import SqlStorage
from tests.contract.trackers import PRETENDED
from tests.fakes.clock import SetClock
from tests.fakes.trackers.pretend import PretendTracker
from tests.handlers.company import Company, staffed


@dataclass
class Floor:
    """A company whose ideas become issues of a pretended tracker."""

    company: Company
    server: PretendTracker
    arrivals: TrackerArrivals
    url: str

    async def idea(self, number: int = 1) -> Idea:
        async with self.company.storage.reading() as uow:
            found = await uow.ideas.get(number)
        assert found is not None
        return found

    async def trail(self, number: int = 1) -> list[e.Event]:
        async with self.company.storage.reading() as uow:
            return await uow.ideas.trail(number)

    async def links(self, number: int = 1) -> list[IdeaLink]:
        async with self.company.storage.reading() as uow:
            return await uow.idea_links.of(number)

    async def tracked(self) -> str:
        """I-1 has an issue, made for it; gives its ref."""
        await self.company.say("ana", "track I-1")
        await self.company.work()
        await self.server.deliver()
        await self.company.work()
        return self.server.refs()[0]

    async def heard(self) -> list[int]:
        """What waits there is delivered and carried out."""
        statuses = await self.server.deliver()
        drained = await self.company.work()
        assert drained.failed == []
        return statuses


@asynccontextmanager
async def tracked_floor(kind: str, storage: SqlStorage, clock: SetClock) -> AsyncIterator[Floor]:
    """B-1 and B-2 ask for I-1."""
    async with PRETENDED[kind](clock.now) as server, Http(timeout=1.0, tries=1) as http:
        config = staffed(Config.model_validate({"trackers": {"app": server.settings}}))
        company = await Company(storage, clock, config).staff()
        company.trackers.update(open_trackers(CONNECTORS, config, server.environment, http))
        arrivals = TrackerArrivals(storage, clock)
        door = TrackerDoor(company.trackers, arrivals.heard, arrivals.note, clock, longest=100_000)
        app = web.Application()
        app.add_routes(door.routes())
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        server.hook = f"{url}/trackers/app"
        await company.opened("would love a gift wrap option", "can you wrap gifts", "longer opening hours please")
        await company.say("ana", "idea B-1 gift wrap at checkout")
        await company.say("ana", "idea I-1 B-2")
        yield Floor(company, server, arrivals, url)
        await runner.cleanup()


def kinds(events: list[e.Event]) -> list[str]:
    """What happened, in order."""
    return [event.kind for event in events]
