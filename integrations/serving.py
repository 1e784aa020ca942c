"""What is served at Baton's address: the front doors of sources and platforms, /healthz and /metrics."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager

from aiohttp import web

from integrations.webhooks import listen

ENDING = 5.0
"""Seconds that requests under way have to end once the bot is told to; what was not answered is sent again."""


def application(
    routes: Iterable[web.RouteDef], ready: Callable[[], bool], metrics: Callable[[], Awaitable[bytes]], kind: str
) -> web.Application:
    """These routes, and beside them whether Baton is ready and what Prometheus reads (of this content type)."""

    async def healthz(_request: web.Request) -> web.Response:
        up = ready()
        return web.Response(status=200 if up else 503, text="ready\n" if up else "starting\n")

    async def scraped(_request: web.Request) -> web.Response:
        return web.Response(body=await metrics(), headers={"Content-Type": kind})

    served = web.Application()
    served.add_routes([*routes, web.get("/healthz", healthz), web.get("/metrics", scraped)])
    return served


@asynccontextmanager
async def serving(served: web.Application, host: str, port: int) -> AsyncIterator[None]:
    """Served on an address for the block; raises `ConfigError` where that is not possible."""
    # What is signed is looked at as it came, so nothing is unpacked before.
    runner = web.AppRunner(
        served, access_log=None, handler_cancellation=False, auto_decompress=False, shutdown_timeout=ENDING
    )
    await runner.setup()
    try:
        await listen(runner, host, port)
        yield
    finally:
        await runner.cleanup()
