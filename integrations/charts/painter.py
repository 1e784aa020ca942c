"""Painting charts in a process of its own, started with the first picture and ended when none was asked for in a while.

So nothing of matplotlib is in our own process: not the second it takes to load, not its memory, not the time it keeps
everybody else waiting. And labels are words of strangers: a font library that stumbles over them ends nothing of ours.
The process gets none of our environment.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import pickle
import struct
import sys
from asyncio.subprocess import PIPE, Process
from collections import OrderedDict
from typing import Literal

from bot.cards import Chart
from bot.errors import PermanentError, RetriableError
from bot.ports import ChartPainter, Picture, Theme
from integrations.charts.looks import HEIGHT, WIDTH

_LENGTH = struct.Struct(">I")
_KEPT = 32
"""Pictures that are kept: whoever looks at the same numbers soon after waits for nothing."""

_Wanted = tuple[Chart, Theme, Literal["png", "svg"]]


class MatplotlibPainter(ChartPainter):
    """`seconds` is how long a picture may take, the start of the process included; after `idle` seconds it is ended."""

    def __init__(self, seconds: float = 20.0, idle: float = 120.0) -> None:
        self._seconds = seconds
        self._idle = idle
        self._turn = asyncio.Lock()
        self._process: Process | None = None
        self._end: asyncio.TimerHandle | None = None
        self._kept: OrderedDict[_Wanted, Picture] = OrderedDict()

    async def paint(self, chart: Chart, theme: Theme = "light", form: Literal["png", "svg"] = "png") -> Picture:
        """The chart as a picture of `WIDTH` × `HEIGHT`; raises `RetriableError` where it takes too long."""
        wanted = (chart, theme, form)
        async with self._turn:
            if (kept := self._kept.get(wanted)) is not None:
                self._kept.move_to_end(wanted)
                return kept
            data = await self._painted(wanted)
            picture = Picture(data, "image/png" if form == "png" else "image/svg+xml", WIDTH, HEIGHT)
            self._kept[wanted] = picture
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
            return picture

    async def close(self) -> None:
        """End the process, if there is one."""
        async with self._turn:
            self._stop_waiting()
            await self._kill()

    async def _painted(self, wanted: _Wanted) -> bytes:
        self._stop_waiting()
        asked = pickle.dumps(wanted)
        try:
            async with asyncio.timeout(self._seconds):
                answer = await self._answer(_LENGTH.pack(len(asked)) + asked)
        except TimeoutError as error:
            await self._kill()
            raise RetriableError(f"Painting a chart takes longer than {self._seconds:g} seconds.") from error
        except (OSError, asyncio.IncompleteReadError) as error:
            await self._kill()
            raise RetriableError(f"The process that paints charts ended: {type(error).__name__}.") from error
        except BaseException:
            # Half an answer may be under way, and would be taken for the next one's.
            await self._kill()
            raise
        self._end = asyncio.get_running_loop().call_later(self._idle, self._end_it)
        if answer[:1] != b"\1":
            raise PermanentError(f"A chart could not be painted: {answer[1:].decode('utf-8', 'replace')}")
        return answer[1:]

    async def _answer(self, asked: bytes) -> bytes:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "integrations.charts.worker"),
                stdin=PIPE,
                stdout=PIPE,
                env={
                    "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
                    "PYTHONUTF8": "1",
                    # Threads of numpy's, which a picture has no use for, take addresses.
                    "OPENBLAS_NUM_THREADS": "1",
                },
            )
        asks, answers = self._process.stdin, self._process.stdout
        if asks is None or answers is None:
            raise ConnectionError("no pipes")
        asks.write(asked)
        await asks.drain()
        (length,) = _LENGTH.unpack(await answers.readexactly(_LENGTH.size))
        return await answers.readexactly(length)

    def _stop_waiting(self) -> None:
        if self._end is not None:
            self._end.cancel()
            self._end = None

    def _end_it(self) -> None:
        """Without its input the process ends by itself."""
        if not self._turn.locked() and self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            self._process = None

    async def _kill(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
        await process.wait()
