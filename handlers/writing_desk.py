"""Has a model write while somebody waits: for a moment only; what comes later is kept for when they are told."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.domain.writing import Announce, Suggest, Summarise, Translate, Writing, Written
from bot.errors import PermanentError, RetriableError
from bot.ports import Clock, Piece, Writer, WritingDesk
from bot.speech import mark

WITHIN = 1.5
"""Seconds that somebody waits before they are told that it takes longer."""

KEPT = timedelta(minutes=10)
"""So long a piece is shown again without being written anew."""

MOST = 200
"""So many pieces are kept, and so many may be under way."""

_log = structlog.get_logger("baton")


@dataclass(frozen=True, slots=True)
class _Ready:
    written: Written
    at: datetime


class LiveWritingDesk(WritingDesk):
    """Two who ask for the same at the same time are one question. `close` before the loop ends."""

    def __init__(self, writer: Writer | None, clock: Clock, within: float = WITHIN) -> None:
        self._writer = writer
        self._clock = clock
        self._within = within
        self._kept: OrderedDict[Writing, _Ready] = OrderedDict()
        self._under_way: dict[Writing, asyncio.Task[Piece]] = {}

    async def ask(self, asked: Writing) -> Piece:
        """What was written within the time there is; never raises."""
        task = self._task(asked)
        if isinstance(task, Piece):
            return task
        done, _ = await asyncio.wait([task], timeout=self._within)
        return _outcome(task) if done else Piece("late")

    async def wait(self, asked: Writing) -> Piece:
        """The same, however long it takes."""
        task = self._task(asked)
        if isinstance(task, Piece):
            return task
        await asyncio.wait([task])
        return _outcome(task)

    async def forget(self, customers: Collection[str]) -> None:
        """Keep nothing of these customers, and stop what is being written about them."""
        for asked in [asked for asked in self._kept if asked.customer_id in customers]:
            del self._kept[asked]
        tasks = [task for asked, task in self._under_way.items() if asked.customer_id in customers]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def close(self) -> None:
        """Drop what is under way."""
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _task(self, asked: Writing) -> asyncio.Task[Piece] | Piece:
        self._drop_old()
        if (ready := self._kept.get(asked)) is not None:
            return Piece("ready", ready.written)
        if self._writer is None:
            return Piece("failed", why=mark("there is no model"))
        if (under_way := self._under_way.get(asked)) is not None:
            return under_way
        if len(self._under_way) >= MOST:
            return Piece("failed", why=mark("too much is being written at once"))
        task = asyncio.create_task(self._write(self._writer, asked), name=f"writing B-{asked.number}")
        self._under_way[asked] = task
        task.add_done_callback(lambda _: self._under_way.pop(asked, None))
        return task

    async def _write(self, writer: Writer, asked: Writing) -> Piece:
        try:
            written = await _written(writer, asked)
        except (RetriableError, PermanentError) as error:
            return Piece("failed", why=str(error))
        except Exception as error:  # a mistake of ours must not leave somebody waiting
            _log.exception("not_written", conversation=asked.number)
            return Piece("failed", why=f"it could not be read ({type(error).__name__})")
        self._kept[asked] = _Ready(written, self._clock.now())
        while len(self._kept) > MOST:
            self._kept.popitem(last=False)
        return Piece("ready", written)

    def _drop_old(self) -> None:
        """What is over goes at once: nothing of a customer stays in memory longer than it is of use."""
        oldest = self._clock.now() - KEPT
        while self._kept and next(iter(self._kept.values())).at < oldest:
            self._kept.popitem(last=False)


async def _written(writer: Writer, asked: Writing) -> Written:
    match asked:
        case Summarise():
            return await writer.summary(asked)
        case Translate():
            return await writer.translation(asked)
        case Suggest():
            return await writer.reply_draft(asked)
        case Announce():
            return await writer.statement(asked)


def _outcome(task: asyncio.Task[Piece]) -> Piece:
    return Piece("failed", why=mark("it was stopped")) if task.cancelled() else task.result()
