"""What pretended CRMs that speak HTTP share: a server on a free port of loopback, with troubles on demand.

A subclass answers in `handle`. It tells `self.took_effect` when a request changed something: only such requests hang or lose
their answer. `is_signing_in` says which requests are let through whatever the script of troubles holds.
"""

from __future__ import annotations

import asyncio
import itertools
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.fakes.crms.pretend import Troubles


class LoopbackCrm:
    """Base of pretended CRMs; `asked` are the requests so far, oldest first."""

    kind = ""

    def __init__(self) -> None:
        self.troubles = Troubles()
        self.asked: list[str] = []
        self.given = 0
        self.largest_page = 10_000
        self._ids = itertools.count(1001)
        self._tokens: set[str] = set()
        self._over = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self._port = 0
        self._changed = False

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._troubled)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def signed_in(self) -> int:
        return self.given

    def expire_tokens(self) -> None:
        self._tokens.clear()

    def next_id(self) -> int:
        return next(self._ids)

    def give_token(self) -> str:
        """A fresh token that is taken until `expire_tokens`."""
        self.given += 1
        token = f"{self.kind}-token-{self.given:06}"
        self._tokens.add(token)
        return token

    def has_token(self, request: web.Request) -> bool:
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        return kind.lower() == "bearer" and token in self._tokens

    def took_effect(self) -> None:
        """Something was changed by the present request."""
        self._changed = True

    def is_signing_in(self, request: web.Request, body: Any) -> bool:
        """Whether the request asks for a token."""
        return False

    async def handle(self, request: web.Request, body: Any) -> web.StreamResponse:
        """The vendor's answer; `body` is the request's JSON, or None where it has none."""
        raise NotImplementedError

    async def _troubled(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(f"{request.method} {request.rel_url}")
        try:
            body = await request.json() if "json" in request.content_type and request.can_read_body else None
        except ValueError:
            return web.json_response({"error": "Unparsable JSON"}, status=400)
        if self.troubles.script and not self.is_signing_in(request, body):
            status, headers = self.troubles.script.pop(0)
            return web.Response(status=status, headers=dict(headers))
        self._changed = False
        answer = await self.handle(request, body)
        if self._changed and self.troubles.hang > 0:
            self.troubles.hang -= 1
            await self._over.wait()
        if self._changed and self.troubles.lose > 0:
            self.troubles.lose -= 1
            return web.Response(status=502, text="Bad gateway")
        return answer
