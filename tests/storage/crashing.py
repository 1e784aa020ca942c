"""A worker that is killed again and again: run as a program by `test_outbox_crashes.py`.

Imports once and forks: each child is a process of its own that works until it is killed with SIGKILL; the last one may
finish. A handler's effect is a line "name attempt" in a file, as a message in a channel would be.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
import time
from pathlib import Path

from bot.ports import Taken
from storage.dead_letters import OutboxDesk
from storage.worker import Pace, Worker
from tests.databases import opened
from tests.fakes.clock import SystemClock


async def work(url: str, effects: Path) -> None:
    """Work until nothing is left."""
    database = await opened(url)
    await database.wake.start()
    file = os.open(effects, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    async def take_effect(taken: Taken) -> None:
        await asyncio.sleep(random.uniform(0, 0.02))
        os.write(file, f"{taken.work.key or '-'} {taken.work.payload['n']} {taken.attempt}\n".encode())
        await asyncio.sleep(random.uniform(0, 0.02))

    clock = SystemClock()
    pace = Pace(lease=0.5, poll=0.05, free=4, alone=database.name == "sqlite")
    worker = Worker(database, {"effect": take_effect}, clock, pace=pace)
    running = asyncio.create_task(worker.run())
    desk = OutboxDesk(database, clock)
    while await desk.pending():  # noqa: ASYNC110 - what a database holds sends no event
        await asyncio.sleep(0.05)
    await worker.stop()
    await running
    await database.close()


def start(url: str, effects: Path) -> int:
    """Start a process that works; gives its id."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            asyncio.run(work(url, effects))
            status = 0
        finally:
            os._exit(status)
    return child


def main(url: str, effects: Path, seed: int, kills: int) -> int:
    """Kill so many, then let one finish; gives its exit status."""
    dice = random.Random(seed)
    for _ in range(kills):
        child = start(url, effects)
        time.sleep(dice.uniform(0.05, 0.45))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    _, status = os.waitpid(start(url, effects), 0)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])))
