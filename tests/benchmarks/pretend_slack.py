"""A Slack that says yes to everything and notes when what was asked of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import orjson
from aiohttp import web

from tests.benchmarks.company import TEAM, slack_users

Heard = Callable[[str, bytes, float], None]
"""Called with the method, the request's body and the moment (`time.perf_counter`) at which it was there."""


class PretendSlack:
    """The Web API on a free port of this machine, served by the event loop of whoever measures."""

    def __init__(self) -> None:
        self.heard: Heard | None = None
        self.port = 0
        self._sent = 0
        self._runner = web.AppRunner(self._application(), access_log=None)

    @property
    def api_url(self) -> str:
        """The base address of the Web API."""
        return f"http://127.0.0.1:{self.port}/api/"

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self._runner.cleanup()

    def arrival(self, method: str, token: bytes) -> asyncio.Future[float]:
        """When the next call of a method comes whose body contains `token`."""
        found: asyncio.Future[float] = asyncio.get_running_loop().create_future()

        def heard(called: str, body: bytes, at: float) -> None:
            if called == method and token in body and not found.done():
                found.set_result(at)

        self.heard = heard
        return found

    def _application(self) -> web.Application:
        application = web.Application()
        application.add_routes([web.route("*", "/api/{method}", self._call)])
        return application

    async def _call(self, request: web.Request) -> web.Response:
        body = await request.read()
        if self.heard is not None:
            self.heard(request.match_info["method"], body, time.perf_counter())
        return web.Response(
            body=orjson.dumps(self._answer(request.match_info["method"])), content_type="application/json"
        )

    def _answer(self, method: str) -> dict[str, Any]:
        self._sent += 1
        match method:
            case "auth.test":
                return {"ok": True, "team_id": TEAM, "user_id": "U0BATON001", "bot_id": "B0BATON001"}
            case "users.list":
                return {"ok": True, "members": slack_users()}
            case "chat.postMessage" | "chat.update":
                return {"ok": True, "channel": "C0BENCHFL1", "ts": f"1700000000.{self._sent:06d}"}
            case _:
                return {"ok": True}
