"""Waiting for what comes a moment later, without sleeping longer than needed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any


async def until(look: Callable[[], Any], seconds: float = 5.0) -> Any:
    """Calls or awaits `look` again and again until it finds something; raises `TimeoutError` after `seconds`."""
    async with asyncio.timeout(seconds):
        while True:
            seen = look()
            found = await seen if isinstance(seen, Awaitable) else seen
            if found:
                return found
            await asyncio.sleep(0.01)
