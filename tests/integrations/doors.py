"""A front door on a free port, with deliveries signed as a sender would sign them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from standardwebhooks import Webhook

from bot.ports import Inbox
from integrations.doorway import LONGEST, PATIENCE
from integrations.http import Http
from integrations.networks.generic import GenericWebhook
from integrations.source import SourceSettings
from integrations.webhooks import FrontDoor
from tests.fakes.clock import SystemClock

SECRET = "whsec_ZnJvbnQgZG9vciB0ZXN0IHNlY3JldA=="


@dataclass
class Door:
    """The address, and a client."""

    url: str
    session: ClientSession
    sent: int = field(default=0)

    async def deliver(
        self,
        content: Any,
        *,
        name: str = "demo",
        secret: str | bytes = SECRET,
        age: timedelta = timedelta(0),
        id_: str = "",
    ) -> tuple[int, dict[str, Any]]:
        """Sign and send JSON, or bytes as they are; gives the status and the answer's JSON."""
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.sent += 1
        headers = signed(body, secret, age, id_ or f"msg_{self.sent}")
        async with self.session.post(f"{self.url}/hooks/generic/{name}", data=BytesIO(body), headers=headers) as answer:
            return answer.status, await answer.json()


def signed(
    body: bytes, secret: str | bytes = SECRET, age: timedelta = timedelta(0), id_: str = "msg_1"
) -> dict[str, str]:
    """The headers of a delivery."""
    at = datetime.now(UTC) - age
    return {
        "webhook-id": id_,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(id_, at, body.decode("utf-8", "replace")),
    }


def post(number: int = 1, **more: Any) -> dict[str, Any]:
    """A post as a sender writes it."""
    written = {
        "network": "mastodon",
        "account": "acme",
        "external_id": str(number),
        "author": {"handle": "maya"},
        "text": f"post {number}",
        "posted_at": "2026-03-02T09:00:00Z",
    }
    return written | more


@asynccontextmanager
async def front_door(
    inbox: Inbox, longest: int = LONGEST, secret: str = SECRET, patience: float = PATIENCE
) -> AsyncIterator[Door]:
    """A server with the source `demo`."""
    demo = GenericWebhook(SourceSettings("demo", secret=secret, secret_env="BATON_HOOK_SECRET"), Http())
    app = web.Application()
    app.add_routes(FrontDoor({"demo": demo}, inbox, SystemClock(), longest, patience).routes())
    async with TestServer(app) as server, ClientSession() as session:
        yield Door(str(server.make_url("")).rstrip("/"), session)
