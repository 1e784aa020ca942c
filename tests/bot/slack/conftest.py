"""Baton's Slack side at work: against a playground of its own, over HTTP or Socket Mode."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.ports import ChartPainter
from bot.slack.app import SlackApp
from bot.slack.manifest import manifest
from bot.slack.settings import SlackSettings
from tests.bot.slack.doubles import SPECS, Colleagues, NotingCommands
from tests.playground.process import APP_TOKEN, BOT_TOKEN, ROOT, SIGNING_SECRET, People, PlaygroundProcess

TEAM = "T0ACME0001"
SAMPLE_COMPANY = ROOT / "playground" / "sample" / "company.json"
BOTH_WAYS = pytest.mark.parametrize("baton", ["http", "socket"], indirect=True)


@pytest.fixture
def playground(tmp_path: Path) -> Iterator[PlaygroundProcess]:
    """A playground with one channel more than the sample company's, `praise`, that the app is not in."""
    company = json.loads(SAMPLE_COMPANY.read_text(encoding="utf-8"))
    company["channels"].append({"id": "C0PRAISE01", "name": "praise", "topic": "", "members": "all", "app": False})
    path = tmp_path / "company.json"
    path.write_text(json.dumps(company), encoding="utf-8")
    made = PlaygroundProcess(
        tmp_path,
        manifest=manifest(SPECS, socket_mode=True),
        PLAYGROUND_RETRY_SECONDS="0.2,0.4,0.6",
        PLAYGROUND_COMPANY=str(path),
    )
    with made as process:
        yield process


@pytest.fixture
async def people(playground: PlaygroundProcess) -> AsyncIterator[People]:
    """The people of the workspace."""
    async with People(playground.url) as people:
        yield people


@dataclass
class Running:
    """The app under test with everything around it."""

    app: SlackApp
    commands: NotingCommands
    directory: Colleagues
    url: str = ""
    joined: list[tuple[str, str]] = field(default_factory=list)


@asynccontextmanager
async def running(settings: SlackSettings, painter: ChartPainter | None = None) -> AsyncIterator[Running]:
    """The app, started and served."""
    commands, directory = NotingCommands(), Colleagues()
    joined: list[tuple[str, str]] = []

    async def on_joined(team: str, channel: str) -> None:
        joined.append((team, channel))

    app = SlackApp(settings, commands, directory, on_joined, painter)
    site = web.Application()
    site.add_routes(app.routes())
    async with TestServer(site) as server:
        await app.start()
        try:
            yield Running(app, commands, directory, str(server.make_url("")), joined)
        finally:
            await app.close()


@pytest.fixture
async def baton(request: pytest.FixtureRequest, playground: PlaygroundProcess) -> AsyncIterator[Running]:
    """The app at the playground, over HTTP unless a test wants both ways."""
    http = getattr(request, "param", "http") == "http"
    secret, app_token = (SIGNING_SECRET, "") if http else ("", APP_TOKEN)
    async with running(SlackSettings(BOT_TOKEN, secret, app_token, playground.api_url, TEAM)) as baton:
        playground.declare(manifest(SPECS, url=baton.url, socket_mode=not http))
        # The playground looks at the file's time when the next thing happens.
        await asyncio.sleep(0.05)
        yield baton
