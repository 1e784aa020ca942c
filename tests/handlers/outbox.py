"""Carries out what is in the outbox, one item after the other, until nothing can be done before the clock moves."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from bot.errors import BatonError
from bot.ports import Clock, Lane, Taken
from storage.engine import Database
from storage.patience import Again, Dead, Patience, after_failure
from storage.taking import Ended, Held, Taker

Handler = Callable[[Taken], Awaitable[None]]


@dataclass
class Drained:
    """What was carried out, by kind, and what failed on the way."""

    done: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


class Hands:
    """A worker whose every step a test decides: the same taking and the same patience, without tasks and waiting."""

    def __init__(
        self,
        database: Database,
        handlers: Mapping[str, Handler],
        clock: Clock,
        patience: Mapping[str, Patience] | None = None,
    ) -> None:
        self._database = database
        self._handlers = handlers
        self._patience = patience or {}
        self._taker = Taker("test", clock, _as_fast_as_it_goes, 30.0)

    async def drain(self) -> Drained:
        """Until nothing is ready; what waits for its time is left."""
        drained = Drained()
        ended: list[Ended] = []
        while True:
            async with self._database.writing() as connection:
                turn = await self._taker.turn(connection, ended, lanes=1, free=1)
            if not turn.taken and (turn.next_in is None or turn.next_in > 0):
                return drained
            ended = [Ended(held, await self._carry_out(held, drained)) for held in turn.taken]

    async def lose(self) -> None:
        """Take and carry out what is ready, then die before any of it is recorded; others take it over."""
        async with self._database.writing() as connection:
            turn = await self._taker.turn(connection, [], lanes=64, free=64)
        for held in turn.taken:
            with contextlib.suppress(BatonError):
                await self._handlers[held.taken.work.kind](held.taken)
        await self.take_over()

    async def take_over(self) -> None:
        """Whoever was at work died: what they had taken is there to be taken again."""
        async with self._database.writing() as connection:
            await self._taker.abandon_all(connection)

    async def _carry_out(self, held: Held, drained: Drained) -> Again | Dead | None:
        kind = held.taken.work.kind
        try:
            await self._handlers[kind](held.taken)
        except Exception as error:
            drained.failed.append(f"{kind}: {error}")
            return after_failure(error, held.tries, held.age, self._patience.get(kind, Patience()))
        drained.done.append(kind)
        return None


def _as_fast_as_it_goes(_key: str, _lane: Lane) -> float:
    return 0.0
