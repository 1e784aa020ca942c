"""The front door: one route → source.verify → source.parse → the inbox → 200. What is answered with 200 is committed."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

import orjson
import structlog
from aiohttp import web

from bot.domain.delivery import Challenge, Inbound, Reject
from bot.domain.post import SourceEvent
from bot.errors import ConfigError, PermanentError, RetriableError
from bot.ports import Clock, Inbox, Source

_log = structlog.get_logger(__name__)

LONGEST = 1_000_000
"""Bytes of one delivery, unless configured otherwise."""

PATIENCE = 20.0
"""Seconds in which a delivery must be there as a whole, unless configured otherwise."""

Noted = Callable[[str, Sequence[SourceEvent], Sequence[bool]], None]
"""Is told what came from a source, and which of it was new."""

_JSON = {"Content-Type": "application/json"}


class FrontDoor:
    """`/hooks/<kind>/<name>`: POST for deliveries, GET for the challenges by which some networks check an address.

    Errors are JSON, `{"error", "detail"}`. A source that must repeat a delivery is told so by 503 with Retry-After.
    """

    def __init__(
        self,
        sources: Mapping[str, Source],
        inbox: Inbox,
        clock: Clock,
        longest: int = LONGEST,
        patience: float = PATIENCE,
        noted: Noted = lambda source, events, fresh: None,
    ) -> None:
        self._sources = {(source.kind, name): source for name, source in sources.items()}
        self._inbox = inbox
        self._clock = clock
        self._longest = longest
        self._patience = patience
        self._noted = noted

    def routes(self) -> list[web.RouteDef]:
        """For `web.Application().add_routes`. A path of its own for each source is found without matching a pattern."""
        routes: list[web.RouteDef] = []
        for (kind, name), source in self._sources.items():
            routes += self._routes(f"/hooks/{kind}/{name}", partial(self._receive, source))
        return [*routes, *self._routes("/hooks/{kind}/{name}", self._unknown)]

    def _routes(self, path: str, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> list[web.RouteDef]:
        return [web.post(path, handler, expect_handler=self._expect), web.get(path, handler, allow_head=False)]

    async def _unknown(self, request: web.Request) -> web.Response:
        match = request.match_info
        return _refusal(404, "unknown_source", f"There is no source “{match['name']}” of kind “{match['kind']}”.")

    async def _receive(self, source: Source, request: web.Request) -> web.Response:
        if request.headers.get("Content-Encoding", "identity") != "identity":
            # What is signed is read as it came; unpacking it first would let a stranger choose how much there is to do.
            return _refusal(415, "encoded", "Send the body as it is, without a Content-Encoding.")
        try:
            body = await self._in_time(request)
        except TimeoutError:
            return _refusal(408, "too_slow", f"A delivery must be sent within {self._patience:g} seconds.")
        if body is None:
            return self._too_long()
        verdict = source.verify(Inbound(request.method, request.headers, request.query, body), self._clock.now())
        if isinstance(verdict, Challenge):
            return web.Response(text=verdict.answer, content_type=verdict.content_type)
        if isinstance(verdict, Reject):
            _log.info("delivery_rejected", source=source.name, status=verdict.status, error=verdict.error)
            return _refusal(verdict.status, verdict.error, verdict.detail)
        try:
            events = source.parse(verdict)
            fresh = await self._inbox.accept(events, source.name)
        except PermanentError as error:
            _log.warning("delivery_not_understood", source=source.name, delivery=verdict.id, why=str(error))
            return _refusal(400, "bad_delivery", str(error))
        except RetriableError as error:
            _log.warning("inbox_busy", source=source.name, why=str(error))
            return _refusal(503, "busy", "Not kept. Send it again.", error.retry_after or 1.0)
        self._noted(source.name, events, fresh)
        accepted = sum(fresh)
        return web.Response(body=b'{"accepted":%d,"duplicates":%d}' % (accepted, len(fresh) - accepted), headers=_JSON)

    async def _in_time(self, request: web.Request) -> bytes | None:
        """As `_body`; raises `TimeoutError` when it does not come in time."""
        if request.content.is_eof() and (request.content_length or 0) <= self._longest:
            # It is here already, as most are.
            body = request.content.read_nowait()
            return body if len(body) <= self._longest else None
        async with asyncio.timeout(self._patience):
            return await self._body(request)

    async def _body(self, request: web.Request) -> bytes | None:
        """The whole body, or None as soon as it is known to be too long."""
        if (request.content_length or 0) > self._longest:
            return None
        if not request.can_read_body:
            return b""
        content = request.content
        first = await content.readany()
        if content.at_eof():
            return first if len(first) <= self._longest else None
        body = bytearray(first)
        while len(body) <= self._longest:
            chunk = await content.readany()
            if not chunk:
                return bytes(body)
            body += chunk
        return None

    async def _expect(self, request: web.Request) -> web.StreamResponse | None:
        """`Expect: 100-continue`: a body that is announced as too long need not be sent at all."""
        if (request.content_length or 0) > self._longest:
            return self._too_long()
        if request.headers.get("Expect", "").lower() == "100-continue" and request.transport is not None:
            request.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        return None

    def _too_long(self) -> web.Response:
        return _refusal(413, "too_long", f"A delivery has at most {self._longest:,} bytes. Send fewer posts at once.")


async def listen(runner: web.AppRunner, host: str, port: int) -> None:
    """Serve on an address; raises `ConfigError` where that is not possible."""
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        said = f"Baton cannot listen on {host}:{port}: {error.strerror or error}."
        raise ConfigError(said, "Set BATON_PORT to a free port, BATON_HOST to an address of this machine.") from error


def _refusal(status: int, error: str, detail: str, retry_after: float | None = None) -> web.Response:
    headers = dict(_JSON)
    if retry_after is not None:
        headers["Retry-After"] = str(math.ceil(retry_after))
    return web.Response(status=status, body=orjson.dumps({"error": error, "detail": detail}), headers=headers)
