"""The front door: one route → source.verify → source.parse → the inbox → 200. What is answered with 200 is committed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

import structlog
from aiohttp import web

from bot.domain.delivery import Challenge, Delivery, Inbound, Reject
from bot.domain.post import SourceEvent
from bot.errors import BatonError, ConfigError, PermanentError, RetriableError
from bot.ports import Clock, Inbox, Source
from integrations.doorway import JSON, LONGEST, PATIENCE, Doorway, refusal

_log = structlog.get_logger(__name__)

PREPARING = 5.0
"""Seconds that a delivery waits for what its source must fetch first; whoever sends it wants an answer soon."""

Noted = Callable[[str, Sequence[SourceEvent], Sequence[bool]], None]
"""Is told what came from a source, and which of it was new."""


class FrontDoor(Doorway):
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
        super().__init__(longest, patience)
        self._sources = {(source.kind, name): source for name, source in sources.items()}
        self._inbox = inbox
        self._clock = clock
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
        return refusal(404, "unknown_source", f"There is no source “{match['name']}” of kind “{match['kind']}”.")

    async def _receive(self, source: Source, request: web.Request) -> web.Response:
        body = await self._read(request)
        if isinstance(body, web.Response):
            return body
        inbound = Inbound(request.method, request.headers, request.query, body)
        verdict = source.verify(inbound, self._clock.now())
        if isinstance(verdict, Reject) and verdict.status == 503:
            verdict = await self._prepared(source, inbound)
        if isinstance(verdict, Challenge):
            return web.Response(text=verdict.answer, content_type=verdict.content_type)
        if isinstance(verdict, Reject):
            _log.info("delivery_rejected", source=source.name, status=verdict.status, error=verdict.error)
            return refusal(verdict.status, verdict.error, verdict.detail, 1.0 if verdict.status == 503 else None)
        try:
            events = source.parse(verdict)
            fresh = await self._inbox.accept(events, source.name)
        except PermanentError as error:
            _log.warning("delivery_not_understood", source=source.name, delivery=verdict.id, why=str(error))
            return refusal(400, "bad_delivery", str(error))
        except RetriableError as error:
            _log.warning("inbox_busy", source=source.name, why=str(error))
            return refusal(503, "busy", "Not kept. Send it again.", error.retry_after or 1.0)
        self._noted(source.name, events, fresh)
        accepted = sum(fresh)
        return web.Response(body=b'{"accepted":%d,"duplicates":%d}' % (accepted, len(fresh) - accepted), headers=JSON)

    async def _prepared(self, source: Source, inbound: Inbound) -> Challenge | Delivery | Reject:
        """The verdict once the source has fetched what it lacked, where it can in a moment."""
        try:
            async with asyncio.timeout(PREPARING):
                await source.prepare()
        except (BatonError, TimeoutError) as error:
            _log.warning("source_not_prepared", source=source.name, why=str(error) or type(error).__name__)
        return source.verify(inbound, self._clock.now())


async def listen(runner: web.AppRunner, host: str, port: int) -> None:
    """Serve on an address; raises `ConfigError` where that is not possible."""
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        said = f"Baton cannot listen on {host}:{port}: {error.strerror or error}."
        raise ConfigError(said, "Set BATON_PORT to a free port, BATON_HOST to an address of this machine.") from error
