"""The worker: drains the outbox, giving each item to the handler of its kind."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
import socket
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from bot.errors import BatonError, RetriableError, UnknownResultError
from bot.ports import Clock, Lane, Taken
from storage.engine import Database
from storage.patience import Again, Dead, Patience, after_failure, describe
from storage.taking import Ended, Held, Rate, Taker

log = logging.getLogger(__name__)

T = TypeVar("T")

WENT_BACK = timedelta(seconds=10)
"""From this on, a clock was set back: it did not just stutter."""

RECORDING = 5.0
"""Seconds that a stopping worker has to record how its last handlers ended."""

Handler = Callable[[Taken], Awaitable[None]]
"""Carries work out. It returns when the work is done, and raises one of `bot.errors` when it is not.

It is called at least once for each item: with `attempt` above 1 an earlier call may have taken effect. Its own units of
work are separate from the one that records the end.
"""


def full_speed(_key: str, _lane: Lane) -> float:
    """No rate: a lane's items start one after the other as fast as they end."""
    return 0.0


@dataclass(frozen=True, slots=True)
class Pace:
    """How a worker goes about it. Times in seconds.

    `lease`: how long after a worker's death its items are taken by others; leases are renewed three times as often.
    `poll`: how often the outbox is looked at when nothing was heard. `timeout`: how long a handler may take.
    `free`, `lanes`: how many handlers of work without a key, and of lanes, run at once.
    `alone`: no other worker uses this database and its clock is ours. What an earlier process left unfinished is taken at
    once; afterwards no lease ends but by its handler, however the clock is set meanwhile.
    """

    lease: float = 30.0
    poll: float = 1.0
    timeout: float = 120.0
    free: int = 16
    lanes: int = 64
    alone: bool = False


@dataclass(slots=True)
class _Flight:
    held: Held
    task: asyncio.Task[None]
    lost: bool = False


class Worker:
    """Runs until it is cancelled or stopped. Several may run, in one process or in many."""

    def __init__(
        self,
        database: Database,
        handlers: Mapping[str, Handler],
        clock: Clock,
        *,
        rate: Rate = full_speed,
        patience: Mapping[str, Patience] | None = None,
        pace: Pace | None = None,
    ) -> None:
        self._database = database
        self._handlers = handlers
        self._patience = patience or {}
        self._pace = pace or Pace()
        name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(6)}"
        self._clock = clock
        self._latest = clock.now()
        self._taker = Taker(name, clock, rate, self._pace.lease)
        self._waiter = database.wake.waiter("outbox")
        self._flights: dict[tuple[int, int], _Flight] = {}
        # What ended and is not recorded yet: kept until the transaction that records it is committed.
        self._ended: list[Ended] = []
        self._stopping = False
        self._stopped = asyncio.Event()
        self._swept_at = 0.0

    async def run(self) -> None:
        """Drain the outbox until `stop`. Failures of the database are logged and waited out."""
        renewing = asyncio.create_task(self._renew())
        try:
            if self._pace.alone:
                await self._insistently(self._take_over)
            while True:
                next_in = await self._insistently(self._turn)
                if self._stopping and not self._flights and not self._ended:
                    return
                # Not too soon: what another transaction has locked stays due until that one ends.
                soon = self._pace.poll if next_in is None else max(0.005, next_in + 0.001)
                await self._waiter.wait(min(self._pace.poll, soon))
        finally:
            renewing.cancel()
            for flight in self._flights.values():
                flight.task.cancel()
            tasks = [flight.task for flight in self._flights.values()]
            await asyncio.gather(renewing, *tasks, return_exceptions=True)
            self._waiter.close()
            self._stopped.set()

    async def stop(self, grace: float = 10.0) -> None:
        """Take nothing more, give handlers `grace` seconds to end, cancel the rest, whose work will be retried.

        Returns when `run` has recorded how everything ended, so that nothing is done again for want of a record.
        """
        self._stopping = True
        self._waiter.fire()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(grace):
                await self._stopped.wait()
        for flight in self._flights.values():
            flight.task.cancel()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(RECORDING):
                await self._stopped.wait()

    async def _turn(self) -> float | None:
        # What ends in the same moment is recorded together.
        await asyncio.sleep(0)
        ended, self._ended = self._ended, []
        lanes = sum(flight.held.lane is not None for flight in self._flights.values())
        free = len(self._flights) - lanes
        sweep = time.monotonic() - self._swept_at >= min(1.0, self._pace.poll)
        try:
            async with self._database.writing() as connection:
                if self._clock_went_back():
                    await self._taker.clock_went_back(connection)
                turn = await self._taker.turn(
                    connection,
                    ended,
                    lanes=0 if self._stopping else self._pace.lanes - lanes,
                    free=0 if self._stopping else self._pace.free - free,
                    sweep=sweep and not self._pace.alone,
                )
        except BaseException:
            self._ended = ended + self._ended
            raise
        if sweep:
            self._swept_at = time.monotonic()
        for held in turn.taken:
            task = asyncio.create_task(self._carry_out(held), name=f"outbox {held.taken.work.kind} {held.taken.id}")
            self._flights[_attempt(held)] = _Flight(held, task)
        return turn.next_in

    def _clock_went_back(self) -> bool:
        """Was the clock set back since the last look? Only where the outbox goes by it: PostgreSQL has its own."""
        before, self._latest = self._latest, self._clock.now()
        went_back = self._pace.alone and before - self._latest > WENT_BACK
        if went_back:
            log.warning("the clock was set back by %s; nothing waits for its old time", before - self._latest)
        return went_back

    async def _carry_out(self, held: Held) -> None:
        taken = held.taken
        verdict: Again | Dead | None = None
        try:
            handler = self._handlers.get(taken.work.kind)
            if handler is None:
                raise RetriableError(f"nothing here carries out work of kind {taken.work.kind}")
            await self._in_time(handler, taken)
        except asyncio.CancelledError:
            if self._flights[_attempt(held)].lost:
                return
            verdict = Again("stopped before the end", 0.0)
        except Exception as error:  # whatever it is, it ends this item and not the worker
            verdict = self._judge(held, error)
        finally:
            if not self._flights.pop(_attempt(held)).lost:
                self._ended.append(Ended(held, verdict))
                self._waiter.fire()

    async def _in_time(self, handler: Handler, taken: Taken) -> None:
        limit = asyncio.timeout(self._pace.timeout)
        try:
            async with limit:
                await handler(taken)
        except TimeoutError as error:
            if limit.expired():
                raise UnknownResultError(f"no end after {self._pace.timeout:g} s") from error
            raise

    def _judge(self, held: Held, error: Exception) -> Again | Dead:
        taken = held.taken
        verdict = after_failure(error, held.tries, held.age, self._patience.get(taken.work.kind, Patience()))
        known = isinstance(error, BatonError)
        gave_up = isinstance(verdict, Dead)
        log.log(
            logging.ERROR if gave_up or not known else logging.INFO,
            "%s %s %d, attempt %d: %s",
            "gave up" if gave_up else "will retry",
            taken.work.kind,
            taken.id,
            taken.attempt,
            describe(error),
            exc_info=None if known else error,
        )
        return verdict

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(self._pace.lease / 3)
            held = [flight.held for flight in self._flights.values()]
            if not held:
                continue
            try:
                async with self._database.writing() as connection:
                    lost = await self._taker.renew(connection, held)
            except Exception:
                log.exception("could not renew leases")
                continue
            for attempt in lost:
                flight = self._flights.get(attempt)
                if flight is not None:
                    log.warning("lost the lease on %s %d", flight.held.taken.work.kind, flight.held.taken.id)
                    flight.lost = True
                    flight.task.cancel()

    async def _take_over(self) -> None:
        async with self._database.writing() as connection:
            left = await self._taker.abandon_all(connection)
        if left:
            log.info("taking over %d items that an earlier process left unfinished", left)

    async def _insistently(self, call: Callable[[], Awaitable[T]]) -> T:
        pause = 0.05
        while True:
            try:
                return await call()
            except Exception as error:
                level = logging.WARNING if isinstance(error, BatonError) else logging.ERROR
                log.log(level, "the outbox cannot be reached: %s", describe(error), exc_info=level == logging.ERROR)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 5.0)


def _attempt(held: Held) -> tuple[int, int]:
    return held.taken.id, held.taken.attempt
