"""Doing a thing once, however often it is delivered."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable


class Once:
    """Remembers the latest keys. A repeated delivery waits for the first one and shares its fate: only what succeeded
    is remembered, so that what failed can be delivered again."""

    def __init__(self, most: int = 10_000) -> None:
        self._most = most
        self._done: OrderedDict[Hashable, asyncio.Future[None]] = OrderedDict()

    async def run(self, key: Hashable, work: Callable[[], Awaitable[None]]) -> bool:
        """Do the work unless it was done under this key; True when it was done now."""
        running = self._done.get(key)
        if running is not None:
            await asyncio.shield(running)
            return False
        mine = self._done[key] = asyncio.get_running_loop().create_future()
        try:
            await work()
        except BaseException as error:
            del self._done[key]
            mine.set_exception(error if isinstance(error, Exception) else RuntimeError("interrupted"))
            mine.exception()
            raise
        mine.set_result(None)
        while len(self._done) > self._most:
            self._done.popitem(last=False)
        return True
