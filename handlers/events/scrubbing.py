"""The database is written anew after somebody was forgotten: once for all who wait for it, however long it takes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class _Run:
    began: float
    task: asyncio.Task[None]


class Scrubber:
    """`scrub` takes minutes on a large database, in which nothing else is written: longer than work may take at a time.

    So it goes on when whoever waits is told to give up; when they come again, they wait for the same run.
    """

    def __init__(self, scrub: Callable[[], Awaitable[None]]) -> None:
        self._scrub = scrub
        self._since: dict[str, float] = {}
        self._run: _Run | None = None

    async def __call__(self, request_id: str) -> None:
        """Returns when a run is over that began after this request first came here."""
        since = self._since.setdefault(request_id, time.monotonic())
        while self._run is None or self._run.began < since:
            if self._run is not None and not self._run.task.done():
                await asyncio.wait([self._run.task])
            else:
                self._run = _Run(time.monotonic(), asyncio.create_task(self._written_anew(), name="scrub"))
        run = self._run
        try:
            await asyncio.shield(run.task)
        except asyncio.CancelledError:
            raise
        except BaseException:
            if self._run is run:
                self._run = None
            raise
        del self._since[request_id]

    async def _written_anew(self) -> None:
        await self._scrub()
