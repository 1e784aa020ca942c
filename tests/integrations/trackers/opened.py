"""A connector opened as the program opens it, against a pretended server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from multidict import CIMultiDict

from bot.config import Config
from bot.domain.delivery import Inbound
from integrations.http import Http
from integrations.trackers import CONNECTORS
from integrations.tracking import TrackerConnector, open_trackers
from tests.fakes.trackers.pretend import PretendTracker, Sending


@asynccontextmanager
async def opened(server: PretendTracker, **more: Any) -> AsyncIterator[TrackerConnector]:
    """The connector of the server's kind; further settings replace the server's."""
    config = Config.model_validate({"trackers": {"main": {**server.settings, **more}}})
    async with Http(timeout=1.0, tries=1) as http:
        yield open_trackers(CONNECTORS, config, server.environment, http)["main"]


def inbound(sending: Sending, changed: Mapping[str, str] | None = None) -> Inbound:
    """A webhook as it reaches the door."""
    return Inbound("POST", CIMultiDict({**sending.headers, **(changed or {})}), {}, sending.body)


def at_noon() -> datetime:
    """A moment at which a server may begin."""
    return datetime.fromisoformat("2026-11-03T12:00:00Z")
