"""Asks each tracker which issues changed: GitHub sends no webhook twice, and some companies let none in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog

from bot.errors import BatonError
from bot.ports import Clock, Storage, Tracker
from handlers.tracking import heard

EVERY = timedelta(minutes=5)

OVERLAP = timedelta(minutes=5)
"""So far back each look goes behind the one before: the tracker's clock may be behind ours."""

FIRST = timedelta(days=1)
"""How far back the first look goes."""

_log = structlog.get_logger("baton")


class CatchUpIssues:
    """Run now and then, by as many replicas as there are; a tracker that does not answer is asked again the next time."""

    def __init__(self, storage: Storage, trackers: Mapping[str, Tracker], clock: Clock) -> None:
        self._storage = storage
        self._trackers = trackers
        self._clock = clock

    async def __call__(self) -> None:
        """Ask all of them, one after the other."""
        for name, tracker in self._trackers.items():
            try:
                await self._ask(name, tracker)
            except BatonError as error:
                _log.info("tracker_not_asked", tracker=name, why=str(error))

    async def _ask(self, name: str, tracker: Tracker) -> None:
        now, key = self._clock.now(), f"tracker_news:{name}"
        async with self._storage.reading() as uow:
            before = await uow.setting(key)
        since = datetime.fromisoformat(before) - OVERLAP if before else now - FIRST
        refs = await tracker.news(since)
        async with self._storage.writing() as uow:
            if await uow.swap_setting(key, before, now.isoformat()):
                await heard(uow, name, f"news:{now.isoformat()}", refs)
