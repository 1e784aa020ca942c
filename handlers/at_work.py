"""Baton at work: from the moment the first post may come in until it is told to stop, then everything ends in order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Literal, Protocol

import structlog

from handlers.baton import Baton
from handlers.events import source_notices
from handlers.jobs import catch_up_issues, crisis_boards, renew_tokens, unroll, watch_storms, weekly_forecast
from handlers.jobs.clear_away import ClearAway
from handlers.jobs.given_up import TellGivenUp
from handlers.jobs.hear_posts import HearPosts
from handlers.jobs.poll_sources import PollSources
from handlers.jobs.retention import Retention
from handlers.jobs.running import Job, again_and_again, carried_out, clock_of, spare_the_collector, until_told
from handlers.jobs.unroll import Unroll
from handlers.jobs.watch_storms import WatchStorms
from handlers.jobs.weekly_digest import DigestTick
from handlers.jobs.weekly_forecast import ForecastTick
from handlers.timers import DueIdeas, DueTimers

PEOPLE_EVERY, PEOPLE_AGAIN = 6 * 3600.0, 60.0
"""Seconds until everybody is looked up again on the platforms, and until that is tried again when it failed."""

_log = structlog.get_logger("baton")


class Waiter(Protocol):
    """Wakes a loop that has something to look at."""

    async def wait(self, timeout: float | None) -> bool:
        """Until it is woken, or so many seconds."""
        ...


class Worker(Protocol):
    """Drains the outbox."""

    async def run(self) -> None:
        """Until `stop`."""
        ...

    async def stop(self) -> None:
        """Take nothing more, and end what is under way."""
        ...


@dataclass(frozen=True, slots=True)
class Engine:
    """What keeps it going. `door` is open, on `port`, while it is entered; `busy` says that posts are coming in right now;
    `alone`, that no other process works on this store."""

    worker: Worker
    door: AbstractAsyncContextManager[object]
    port: int
    waiter: Callable[[Literal["posts", "timers"]], Waiter]
    busy: Callable[[], bool]
    alone: bool


class AtWork:
    """Runs the bot once. `ready` while posts and people are served."""

    def __init__(self, baton: Baton) -> None:
        self._baton = baton
        self.ready = False

    async def run(self, engine: Engine, stop: asyncio.Event) -> None:
        """Until `stop` is set; then what is under way ends in order."""
        baton, opened = self._baton, self._baton.opened
        storage, config, clock = opened.storage, opened.config, opened.clock
        slack = baton.connections.get("slack")
        async with AsyncExitStack() as stack:
            # Closed after the door: what still came in through it is to be answered.
            await open_teams(baton, stack)
            stack.push_async_callback(baton.crm_desk.close)
            stack.push_async_callback(baton.close_model)
            stack.push_async_callback(baton.networks.close)
            stack.push_async_callback(baton.renew_tokens.close)
            stack.push_async_callback(baton.company_desk.close)
            stack.push_async_callback(baton.opened.painter.close)
            # Posts that wait are read with it, too; where that fails now, the job does it in a minute.
            await carried_out(baton.take_up_learned)
            hearing = HearPosts(storage, config, clock, opened.triage, engine.busy, rolling=baton.rolling)
            timers = DueTimers(storage, config.life_policies, clock)
            await stack.enter_async_context(engine.door)
            if slack is not None:
                stack.push_async_callback(slack.close)
            scheduler = clock_of(timetable(baton))
            scheduler.start()
            stack.callback(scheduler.shutdown, wait=False)
            tasks = [
                asyncio.create_task(engine.worker.run(), name="worker"),
                asyncio.create_task(repeated(engine.waiter("posts"), hearing, 1.0), name="hearing"),
                asyncio.create_task(repeated(engine.waiter("timers"), timers, 1.0), name="timers"),
                asyncio.create_task(polling(baton, alone=engine.alone).run(), name="sources"),
                asyncio.create_task(self._meet(engine.port), name="people"),
            ]
            await until_told(stop, tasks)
            self.ready = False
            await engine.worker.stop()
            for task in tasks:
                task.cancel()
            for ended in await asyncio.gather(*tasks, return_exceptions=True):
                if isinstance(ended, Exception):
                    raise ended

    async def _meet(self, port: int) -> None:
        """Connect to Slack, however long that takes (posts are taken meanwhile); then learn who works here, ever again."""
        connections = self._baton.connections
        if "slack" in connections:
            await connections["slack"].start()
        spare_the_collector()
        self.ready = True
        _log.info("ready", port=port, sources=sorted(self._baton.opened.sources))
        await again_and_again([each.learn_everybody for each in connections.values()], PEOPLE_EVERY, PEOPLE_AGAIN)


async def open_teams(baton: Baton, stack: AsyncExitStack) -> None:
    """From here on, until `stack` is closed, Teams can be called."""
    teams = baton.connections.get("teams")
    if teams is not None:
        stack.push_async_callback(teams.close)
        await teams.start()


def timetable(baton: Baton) -> list[tuple[Job, timedelta]]:
    """What the clock starts, and how often."""
    storage, config, clock = baton.opened.storage, baton.opened.config, baton.opened.clock
    letters = baton.opened.letters
    return [
        (ForecastTick(storage, config, clock), weekly_forecast.EVERY),
        (DigestTick(storage, config, clock), timedelta(seconds=30)),
        (partial(baton.arrivals.flush, storage), timedelta(seconds=5)),
        (ClearAway(storage, letters.purge, clock), timedelta(hours=1)),
        (TellGivenUp(storage, letters, config), timedelta(minutes=1)),
        (crisis_boards.CrisisBoards(storage, config, clock), crisis_boards.EVERY),
        (catch_up_issues.CatchUpIssues(storage, baton.opened.trackers, clock), catch_up_issues.EVERY),
        (DueIdeas(storage, clock), timedelta(seconds=30)),
        (baton.renew_tokens, renew_tokens.EVERY),
        (Retention(storage, config, clock), timedelta(days=1)),
        (baton.take_up_learned, timedelta(minutes=1)),
        (Unroll(storage, config, clock, baton.rolling), timedelta(seconds=unroll.EVERY)),
        (WatchStorms(storage, config, clock, baton.rolling), timedelta(seconds=watch_storms.EVERY)),
        *([(baton.keep_spent, timedelta(seconds=15))] if baton.keep_spent is not None else ()),
    ]


def polling(baton: Baton, *, alone: bool) -> PollSources:
    """What asks the sources that must be asked."""
    return PollSources(
        baton.opened.storage,
        baton.opened.sources.values(),
        baton.opened.clock,
        operators=source_notices.operators(baton.opened.config),
        alone=alone,
        noted=baton.arrivals.note,
    )


async def repeated(waiter: Waiter, job: Job, every: float) -> None:
    """Run a job whenever it is woken, and at least so often (seconds); failures are logged and waited out."""
    while True:
        await carried_out(job)
        await waiter.wait(every)
