"""Group commit on the way in: deliveries that come together share one transaction, and each is answered after it."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from bot.domain.post import SourceEvent
from bot.errors import ConflictError, PermanentError, RetriableError, quoted
from bot.ports import Clock, Inbox
from storage.engine import Database
from storage.post_intake import UNSTORABLE, Arrival, all_posts, arrive, store, store_new

CONFLICTS = 5
"""How often a transaction that met another replica's is started over."""

MANY, STREAM = 8, 0.05
"""After a transaction of so many requests, more of them are on their way for so many seconds."""


@dataclass(frozen=True, slots=True)
class _Request:
    arrival: Arrival
    answer: asyncio.Future[list[bool]]


class GroupInbox(Inbox):
    """The inbox of a process.

    An idle inbox commits at once. While a transaction is under way, what comes gathers for the next one, of at most
    `rows` events; when several came the last time, the next one waits for as many, up to `linger` seconds and not longer
    than half of what a transaction takes: where the disk is quick, one is committed while the next ones are read. More
    than `limit` waiting events are turned away.
    """

    def __init__(
        self, database: Database, clock: Clock, *, rows: int = 400, linger: float = 0.002, limit: int = 10_000
    ) -> None:
        self._database = database
        self._clock = clock
        self._rows = rows
        self._linger = linger
        self._limit = limit
        self._waiting: deque[_Request] = deque()
        self._events = 0
        self._expected = 1
        self._took = linger
        self._ended_at = 0.0
        self._enough = asyncio.Event()
        # PostgreSQL takes a second transaction while it waits for the disk with the first.
        self._parallel = 2 if database.name == "postgresql" else 1
        self._committing: set[asyncio.Task[None]] = set()

    @property
    def busy(self) -> bool:
        """Is anything waiting for its commit, or may be in a moment, since much comes? Work that can wait should, then."""
        return self._events > 0 or (self._expected >= MANY and time.monotonic() - self._ended_at < STREAM)

    async def accept(self, events: Sequence[SourceEvent], source: str) -> list[bool]:
        """Store what a source delivered and wait for the commit; True where it is new.

        Raises `RetriableError` when too much waits already or the database cannot be reached, `PermanentError` when the
        contents cannot be stored.
        """
        if not events:
            return []
        if self._events and self._events + len(events) > self._limit:
            raise RetriableError("more is coming in than can be stored", retry_after=1)
        try:
            arrival = arrive(events, source, self._clock.now())
        except ValueError as error:
            raise PermanentError(f"this cannot be stored: {quoted(error)}") from error
        answer: asyncio.Future[list[bool]] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Request(arrival, answer))
        self._events += len(events)
        if len(self._waiting) >= self._expected:
            self._enough.set()
        many = len(self._committing) < self._parallel and len(self._waiting) >= self._expected
        if many or not self._committing:
            self._committing.add(asyncio.create_task(self._commit_waiting()))
        return await answer

    async def close(self) -> None:
        """Wait until all that was accepted is committed."""
        while self._committing:
            await asyncio.wait(self._committing)

    async def _commit_waiting(self) -> None:
        try:
            while self._waiting:
                await self._gather()
                if self._waiting:  # or else another transaction took them
                    await self._commit_next()
        finally:
            # Here and not in a callback: whoever comes in the next moment must not believe that somebody will see them.
            self._committing.discard(cast("asyncio.Task[None]", asyncio.current_task()))

    async def _commit_next(self) -> None:
        requests, begun = self._next(), time.monotonic()
        try:
            await self._commit(requests)
        finally:
            self._ended_at = time.monotonic()
            self._took = self._ended_at - begun
            self._events -= sum(len(request.arrival.names) for request in requests)
            self._expected = max(1, len(requests), len(self._waiting))

    async def _gather(self) -> None:
        """Let those come who are on their way: whoever was answered last time may be back in a moment."""
        linger = min(self._linger, self._took / 2)
        if len(self._waiting) < self._expected and linger > 0:
            self._enough.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(linger):
                    await self._enough.wait()

    def _next(self) -> list[_Request]:
        requests = [self._waiting.popleft()]
        rows = len(requests[0].arrival.names)
        while self._waiting and rows + len(self._waiting[0].arrival.names) <= self._rows:
            requests.append(self._waiting.popleft())
            rows += len(requests[-1].arrival.names)
        return requests

    async def _commit(self, requests: list[_Request]) -> None:
        try:
            answers = await self._store(requests)
        except RetriableError as error:
            _refuse(requests, error)
        except Exception as error:
            if len(requests) == 1:
                _refuse(requests, _explained(error))
                return
            # One of them cannot be stored; the others must not suffer for it.
            for request in requests:
                await self._commit([request])
        else:
            for request, answer in zip(requests, answers, strict=True):
                if not request.answer.done():
                    request.answer.set_result(answer)

    async def _store(self, requests: list[_Request]) -> list[list[bool]]:
        arrivals = [request.arrival for request in requests]
        if all_posts(arrivals):
            with contextlib.suppress(ConflictError):  # one of them is known: find out which
                return await store_new(self._database, arrivals)
        for _ in range(CONFLICTS):
            with contextlib.suppress(ConflictError):
                async with self._database.writing() as connection:
                    return await store(connection, arrivals)
        raise RetriableError("the database is busy with the same posts", retry_after=1)


def _explained(error: Exception) -> Exception:
    if isinstance(error, UNSTORABLE):
        explained = PermanentError(f"this cannot be stored: {quoted(error)}")
        explained.__cause__ = error
        return explained
    return error


def _refuse(requests: list[_Request], error: Exception) -> None:
    for request in requests:
        if not request.answer.done():
            request.answer.set_exception(error)
