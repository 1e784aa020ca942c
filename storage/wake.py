"""Tells waiting loops that there is work: within the process at once, across replicas by PostgreSQL's LISTEN and NOTIFY.

A wake-up is a hint and may be lost (a process dies between its commit and the notice): loops wait with a timeout and
look again, so that a lost hint costs a second and never the work.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Callable
from typing import Literal

import asyncpg

log = logging.getLogger(__name__)

Topic = Literal["outbox", "posts", "timers", "people"]

CHANNEL = "baton_wake"
"""The name that replicas listen on."""

GATHER = 0.01
"""Seconds after a notice before the next one is sent."""

RECONNECT_FIRST, RECONNECT_CAP = 0.1, 10.0
"""Seconds between attempts to reach the database again: doubled from the first to the cap."""


class Waiter:
    """One loop's ear. What was fired since the last `wait` makes the next one return at once: nothing is missed."""

    def __init__(self, forget: Callable[[Waiter], None]) -> None:
        self._event = asyncio.Event()
        self._forget = forget

    def fire(self) -> None:
        """Wake this loop."""
        self._event.set()

    def heard(self) -> bool:
        """Was it fired since the last look?"""
        fired = self._event.is_set()
        self._event.clear()
        return fired

    async def wait(self, timeout: float | None) -> bool:
        """Wait for a wake-up, at most `timeout` seconds (None: as long as it takes); True when there was one."""
        if not self._event.is_set():
            try:
                async with asyncio.timeout(timeout):
                    await self._event.wait()
            except TimeoutError:
                return False
        self._event.clear()
        return True

    def close(self) -> None:
        """Stop hearing."""
        self._forget(self)


class Wake:
    """Wake-ups within one process: enough for SQLite, where one process does everything."""

    def __init__(self) -> None:
        self._waiters: dict[Topic, set[Waiter]] = {}

    def waiter(self, topic: Topic) -> Waiter:
        """An ear for a loop; close it when the loop ends."""
        waiters = self._waiters.setdefault(topic, set())
        waiter = Waiter(waiters.discard)
        waiters.add(waiter)
        return waiter

    def fire(self, topic: Topic) -> None:
        """Something was committed that loops of this topic want to see. Call it after the commit, from the event loop."""
        for waiter in self._waiters.get(topic, ()):
            waiter.fire()

    async def start(self) -> None:
        """Begin to hear other processes."""

    async def close(self) -> None:
        """Stop hearing them."""


class PostgresWake(Wake):
    """Wake-ups across replicas. Needs a direct connection: a pooler in transaction mode loses LISTEN.

    The notice is sent after the commit, on the listening connection, and for a moment afterwards the next ones gather. So
    a busy replica sends a hundred a second at most, and no transaction waits for PostgreSQL's notification lock.
    """

    def __init__(self, dsn: str) -> None:
        """`dsn` in libpq's form (`postgresql://...`), without a driver's name."""
        super().__init__()
        self._dsn = dsn
        self._me = secrets.token_hex(8)
        self._connection: asyncpg.Connection[asyncpg.Record] | None = None
        self._unsent: set[Topic] = set()
        self._something_unsent = asyncio.Event()
        self._lost = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Listen; raises when the database cannot be reached now, and reconnects by itself later."""
        await self._connect()
        self._tasks = [asyncio.create_task(self._stay_connected()), asyncio.create_task(self._send())]

    async def close(self) -> None:
        """Stop listening."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.remove_termination_listener(self._terminated)
            with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
                await connection.close(timeout=2)

    def fire(self, topic: Topic) -> None:
        """Wake this process's loops at once and the other replicas' in a moment."""
        super().fire(topic)
        self._unsent.add(topic)
        self._something_unsent.set()

    async def _connect(self) -> None:
        connection = await asyncpg.connect(self._dsn, timeout=10)
        connection.add_termination_listener(self._terminated)
        await connection.add_listener(CHANNEL, self._heard)
        self._lost.clear()
        self._connection = connection

    def _terminated(self, _connection: object) -> None:
        # The driver raises nothing to a connection that only listens: this call is all we learn.
        self._connection = None
        self._lost.set()

    def _heard(self, _connection: object, _pid: int, _channel: str, notice: object) -> None:
        sender, _, fired = str(notice).partition(" ")
        if sender == self._me:
            return
        for topic in tuple(self._waiters):
            if topic == fired:
                super().fire(topic)

    async def _stay_connected(self) -> None:
        while True:
            await self._lost.wait()
            log.warning("lost the connection that hears other replicas; work is polled until it is back")
            pause = RECONNECT_FIRST
            while self._connection is None:
                try:
                    await self._connect()
                except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, RECONNECT_CAP)
            log.info("hearing other replicas again")
            for topic in tuple(self._waiters):  # notices of the meantime are gone
                super().fire(topic)

    async def _send(self) -> None:
        while True:
            await self._something_unsent.wait()
            self._something_unsent.clear()
            connection, topics = self._connection, sorted(self._unsent)
            self._unsent.clear()
            if connection is None:
                continue
            with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                for topic in topics:
                    await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, f"{self._me} {topic}")
            await asyncio.sleep(GATHER)


__all__ = ["PostgresWake", "Topic", "Waiter", "Wake"]
