"""A worker's hands without the worker, so that a test takes and settles as it likes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

from bot.ports import Lane, Work
from storage.engine import Database
from storage.outbox import SqlOutbox
from storage.taking import Ended, Held, Rate, Taker, Turn
from tests.storage.passing_time import PassingTime

_names = count()


def _no_rate(_key: str, _lane: Lane) -> float:
    return 0.0


class Hands:
    """They take in turns, one transaction each."""

    def __init__(self, database: Database, time: PassingTime, rate: Rate = _no_rate, lease: float = 30.0) -> None:
        self._database = database
        self.taker = Taker(f"hands {next(_names)}", time, rate, lease)

    async def turn(self, *ended: Ended, lanes: int = 64, free: int = 16, sweep: bool = True) -> Turn:
        async with self._database.writing() as connection:
            return await self.taker.turn(connection, ended, lanes=lanes, free=free, sweep=sweep)

    async def take(self, *ended: Ended) -> list[Held]:
        return (await self.turn(*ended)).taken

    async def drain(self) -> list[str]:
        """Everything that can be done now, one after the other."""
        order: list[str] = []
        taken = await self.take()
        while taken:
            order += names(taken)
            taken = await self.take(*(Ended(held) for held in taken))
        return order


def names(taken: Sequence[Held]) -> list[str]:
    return [held.taken.work.payload["name"] for held in taken]


def work(name: str, **more: object) -> Work:
    return Work(**{"kind": "card", "payload": {"name": name}, **more})  # type: ignore[arg-type]


async def put(database: Database, time: PassingTime, *works: Work) -> None:
    async with database.writing() as connection:
        await SqlOutbox(connection, time).put(*works)
