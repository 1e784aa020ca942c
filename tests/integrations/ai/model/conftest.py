"""A scripted model, and a client of the real package that asks it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from integrations.ai.model.client import ModelClient
from integrations.ai.model.ledger import Ledger
from integrations.ai.model.reader import ModelReader
from integrations.ai.model.readings import Choices
from integrations.ai.model.rest import Rest
from integrations.ai.model.settings import ModelSettings
from tests.fakes.clock import SetClock
from tests.fakes.model_server import KEY, MODEL, ModelServer, serving

CHOICES = Choices(("support", "product", "legal"), ("delivery", "price"))


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    """On loopback, until the test ends."""
    async with serving() as server:
        yield server


@pytest.fixture
def clock() -> SetClock:
    """Moved by hand."""
    return SetClock()


@pytest.fixture
async def client(server: ModelServer, clock: SetClock) -> AsyncIterator[ModelClient]:
    """Asks that server."""
    settings = ModelSettings(MODEL, server.url, KEY, timeout=5.0)
    client = ModelClient(settings, Ledger(1_000, 1_000_000, clock.now), Rest(clock.now))
    yield client
    await client.close()


@pytest.fixture
def reader(client: ModelClient) -> ModelReader:
    """Reads with three departments and two topics."""
    return ModelReader(client, CHOICES)
