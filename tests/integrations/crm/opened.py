"""A connector opened as the program opens it, against a pretended server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from bot.config import Config
from bot.domain.record import Activity
from integrations.crm import CONNECTORS
from integrations.http import Http
from integrations.record import CrmConnector, open_crms
from tests.fakes.crms.pretend import PretendCrm


@asynccontextmanager
async def opened(
    server: PretendCrm, environment: dict[str, str] | None = None, **settings: Any
) -> AsyncIterator[CrmConnector]:
    """The connector of the server's kind; further settings replace the server's."""
    config = Config.model_validate({"crm": {"main": {**server.settings, **settings}}})
    async with Http(timeout=1.0, tries=2, patience=2.0) as http:
        yield open_crms(CONNECTORS, config, environment or server.environment, http)["main"]


def outcome(key: str = "B-12/resolved/17", **more: Any) -> Activity:
    """An entry of a resolved conversation."""
    values = {
        "key": key,
        "occasion": "resolved",
        "subject": "B-12 on Mastodon: Fixed",
        "body": "Wanted: parcels that arrive whole",
        "at": datetime(2026, 11, 3, 9, 30, tzinfo=UTC),
    }
    return Activity(**{**values, **more})
