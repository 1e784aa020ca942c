"""Waiting for what comes a moment later, without sleeping longer than needed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

_Found = TypeVar("_Found")


async def until(look: Callable[[], Awaitable[_Found] | _Found], seconds: float = 5.0) -> _Found:
    """Looks again and again until there is something; raises `TimeoutError` after `seconds`."""
    async with asyncio.timeout(seconds):
        while True:
            seen = look()
            found = await seen if isinstance(seen, Awaitable) else seen
            if found:
                return found
            await asyncio.sleep(0.01)
