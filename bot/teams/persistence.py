"""Trying a call to Teams again at once, for what answers a person and is not in the outbox. Its answer must not be late, so
the tries are few; which failures are worth one: `calls.py`."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from itertools import count
from typing import TypeVar

from bot.errors import RetriableError

T = TypeVar("T")

MOST_TRIES = 5

WITHIN = 60.0
"""Seconds after which an answer is not waited for any more: whoever asked has asked again."""

FIRST_PAUSE = 0.5
"""Seconds at most before the second try; the next ones wait up to twice as long each."""


async def persistently(call: Callable[[], Awaitable[T]], within: float = WITHIN) -> T:
    """What the call gives. It is tried again where that may help, after the time that Teams asks for, else after a pause.

    Of a call without an answer nobody knows whether it took effect: an answer said twice is better than none. Raises the
    last failure when tries or time (`within`, in seconds) are over.
    """
    loop = asyncio.get_running_loop()
    ends = loop.time() + within
    for tried in count(1):
        try:
            return await call()
        except RetriableError as error:
            pause = _pause(tried, error.retry_after)
            if tried == MOST_TRIES or loop.time() + pause > ends:
                raise
        await asyncio.sleep(pause)
    raise AssertionError("the loop returns or raises")


def _pause(tried: int, asked: float | None) -> float:
    """Seconds, with jitter: those who were told to wait together must not come back together."""
    most = FIRST_PAUSE * 2 ** (tried - 1)
    return random.uniform(most / 2, most) if asked is None else asked + random.uniform(0, FIRST_PAUSE)
