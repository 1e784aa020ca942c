"""The sender in docs/generic-webhook.md works as it stands."""

from __future__ import annotations

import asyncio
import base64
import os
import re
import sys
from pathlib import Path

from aiohttp import web
from aiohttp.test_utils import TestServer

from integrations.http import Http
from integrations.networks.generic import GenericWebhook
from integrations.source import SourceSettings
from integrations.webhooks import FrontDoor
from tests.fakes.clock import SystemClock
from tests.fakes.inbox import MemoryInbox

PAGE = Path(__file__).parent.parent.parent / "docs" / "generic-webhook.md"


async def test_the_sender_on_the_page_delivers_a_post() -> None:
    example = re.search(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert example is not None
    secret = "whsec_" + base64.b64encode(os.urandom(24)).decode()
    inbox, app = MemoryInbox(), web.Application()
    desk = GenericWebhook(SourceSettings("desk", secret=secret), Http())
    app.add_routes(FrontDoor({"desk": desk}, inbox, SystemClock()).routes())
    async with TestServer(app) as server:
        environment = os.environ | {"DESK_SECRET": secret, "BATON_URL": str(server.make_url("")).rstrip("/")}
        sender = await asyncio.create_subprocess_exec(
            sys.executable, "-c", example[1], env=environment, stdout=asyncio.subprocess.PIPE
        )
        said, _ = await sender.communicate()
    assert sender.returncode == 0
    assert said.decode().strip() == '{"accepted":1,"duplicates":0}'
    assert [event.external_id for event in inbox.events] == ["112233"]
