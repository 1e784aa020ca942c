"""A fresh playground for each test, people in it, and apps made with Slack's own framework."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

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


Connect = Callable[[AsyncApp], Awaitable[AsyncSocketModeHandler]]


@pytest.fixture
async def connect(playground: PlaygroundProcess) -> AsyncIterator[Connect]:
    """Connects apps over Socket Mode until the test ends."""
    handlers: list[AsyncSocketModeHandler] = []

    async def connect(app: AsyncApp) -> AsyncSocketModeHandler:
        handler = AsyncSocketModeHandler(app, APP_TOKEN, web_client=playground.client(APP_TOKEN))
        handlers.append(handler)
        await handler.connect_async()
        return handler

    yield connect
    for handler in handlers:
        await handler.close_async()
