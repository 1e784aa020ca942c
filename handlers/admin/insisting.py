"""Asking somebody else's system again while it says “not now”, for whoever waits at a terminal."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.errors import RetriableError, UserError

TRIES = 8
"""So often the same is asked for."""

LONGEST_PAUSE = 120.0
"""Seconds. Who is told to wait longer than this, as until tomorrow, had better come again."""

T = TypeVar("T")


async def insist(name: str, ask: Callable[[], Awaitable[T]], hint: str) -> T:
    """What `ask` gives in the end; raises `UserError` with the hint where that takes too long."""
    for tried in range(1, TRIES + 1):
        try:
            return await ask()
        except RetriableError as error:
            pause = error.retry_after if error.retry_after is not None else float(min(2**tried, 60))
            if tried == TRIES or pause > LONGEST_PAUSE:
                raise UserError(f"{name} does not go on now: {error}", hint) from error
            await asyncio.sleep(pause)
    raise AssertionError("a try ends with a return or an error")
