"""How jobs are run, until Baton is told to end: failures are logged and waited out, and who met a change by another replica
tries again."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import random
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.errors import ConflictError

MOST_TRIES = 5
"""How often a job is tried that met a change by another replica."""

AFTER_FAILURE = 1.0
"""Seconds of rest after a job that failed."""

_log = structlog.get_logger("baton")

Job = Callable[[], Awaitable[Any]]


async def until_told(stop: asyncio.Event, tasks: Iterable[asyncio.Task[None]]) -> None:
    """Until `stop`, or until one of the tasks ends by itself: better no bot, which is started again, than half of one."""
    told = asyncio.create_task(stop.wait())
    await asyncio.wait({told, *tasks}, return_when=asyncio.FIRST_COMPLETED)
    told.cancel()


def spare_the_collector() -> None:
    """What was made while starting stays for good: the garbage collector need not look at it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 50)


async def carried_out(job: Job) -> bool:
    """Run a job; was it done? Where another replica does the same at the same moment, the second one tries again."""
    name = getattr(job, "__qualname__", type(job).__name__)
    for tried in range(1, MOST_TRIES + 1):
        try:
            await job()
        except ConflictError as error:
            if tried == MOST_TRIES:
                _log.warning("job_gave_way", job=name, why=str(error))
        except Exception:
            _log.exception("job_failed", job=name)
            await asyncio.sleep(AFTER_FAILURE)
            return False
        else:
            return True
        await asyncio.sleep(random.uniform(0.1, 0.5) * tried)
    return False


async def again_and_again(jobs: Sequence[Job], every: float, again: float) -> None:
    """Run jobs every so often (seconds), and those that failed `again` sooner; for ever."""
    left = jobs
    while True:
        left = [job for job in left if not await carried_out(job)]
        await asyncio.sleep(again if left else every)
        left = left or jobs


def clock_of(jobs: Iterable[tuple[Job, timedelta]]) -> AsyncIOScheduler:
    """A clock that runs each job now and then every so often, once it is started."""
    # However late a job's time is noticed (a busy start, a machine that slept), it is started then, once.
    defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=defaults)
    for job, every in jobs:
        trigger = IntervalTrigger(seconds=int(every.total_seconds()))
        scheduler.add_job(scheduled, trigger, args=(job,), next_run_time=datetime.now(UTC))
    return scheduler


async def scheduled(job: Job) -> None:
    """As `carried_out`. The scheduler cancels what is under way when it ends, and would report that as a failure."""
    with contextlib.suppress(asyncio.CancelledError):
        await carried_out(job)
