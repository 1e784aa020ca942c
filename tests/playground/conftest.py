"""A fresh playground for each test, people in it, and apps made with Slack's own framework."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.playground.process import APP_TOKEN, SIGNING_SECRET, People, PlaygroundProcess


@pytest.fixture
def playground(tmp_path: Path) -> Iterator[PlaygroundProcess]:
    """A playground without a manifest, so that everything is delivered over Socket Mode."""
    with PlaygroundProcess(tmp_path, PLAYGROUND_RETRY_SECONDS="0.2,0.4,0.6") as process:
        yield process


@pytest.fixture
async def people(playground: PlaygroundProcess) -> AsyncIterator[People]:
    """The people of the workspace."""
    async with People(playground.url) as people:
        yield people


@pytest.fixture
def client(playground: PlaygroundProcess) -> AsyncWebClient:
    """The official client with the bot token."""
    return playground.client()


@pytest.fixture
def app(playground: PlaygroundProcess) -> AsyncApp:
    """An app without listeners, made with Bolt for Python."""
    return AsyncApp(client=playground.client(), signing_secret=SIGNING_SECRET, process_before_response=True)


class Connection:
    """One app's Socket Mode connection."""

    def __init__(self, app: AsyncApp, playground: PlaygroundProcess) -> None:
        self._handler: Any = AsyncSocketModeHandler(app, APP_TOKEN, web_client=playground.client(APP_TOKEN))

    async def open(self) -> None:
        await self._handler.connect_async()

    async def close(self) -> None:
        await self._handler.close_async()


Connect = Callable[[AsyncApp], Awaitable[Connection]]


@pytest.fixture
async def connect(playground: PlaygroundProcess) -> AsyncIterator[Connect]:
    """Connects apps over Socket Mode until the test ends."""
    connections: list[Connection] = []

    async def connect(app: AsyncApp) -> Connection:
        connection = Connection(app, playground)
        connections.append(connection)
        await connection.open()
        return connection

    yield connect
    for connection in connections:
        await connection.close()
