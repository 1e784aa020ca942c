"""A provider of OpenID Connect beside the product, in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.fakes.openid import OpenIdProvider


@contextmanager
def beside(provider: OpenIdProvider) -> Iterator[OpenIdProvider]:
    """Served for the block."""
    up, loop = threading.Event(), asyncio.new_event_loop()
    over = asyncio.Event()

    async def serve() -> None:
        async with provider.served():
            up.set()
            await over.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), daemon=True)
    thread.start()
    assert up.wait(10)
    try:
        yield provider
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(10)
        loop.close()
