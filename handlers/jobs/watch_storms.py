"""Watches for a storm, far more than this hour's usual and most of it about the same, and proposes a crisis."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.config import Config
from bot.domain.crisis import Crisis, is_left
from bot.domain.crisis_events import Figures
from bot.domain.storm import A_MINUTE, THE_HOUR, Storm, storm
from bot.ports import Clock, Heard, Storage, UnitOfWork
from handlers.crises import is_quiet, propose
from handlers.rolling import Rolling

EVERY = 5.0
"""Seconds from one look to the next."""

_LOOKED_AT = 20
"""So many of what is alike are looked at, old and new, to see on which surface they are."""

_MANY = 1 / 3
"""Part of these that must be on a surface for the storm to be there, too."""

_BEGAN = timedelta(minutes=10)
"""What is alike and was heard so long before belongs to the storm: what is older belonged to another one."""


class WatchStorms:
    """One look. It also tells those that hear which crises there are, so that what belongs to them goes with them."""

    def __init__(self, storage: Storage, config: Config, clock: Clock, rolling: Rolling) -> None:
        self._storage = storage
        self._config = config
        self._clock = clock
        self._rolling = rolling

    async def __call__(self) -> None:
        """Propose a crisis where there is a storm and none is proposed yet."""
        now = self._clock.now()
        self._rolling.surge.forget(now)
        async with self._storage.reading() as uow:
            live = [each for each in await uow.crises.live() if not is_left(each, now)]
            self._rolling.crises = {each.surface: each.number for each in live}
            self._rolling.surge.in_crisis = bool(live)
            found = await self._storm(uow, now)
            if found is None:
                return
            heard = await uow.conversations.heard_between(now - A_MINUTE, now)
            theirs = list(dict.fromkeys((*heard.loudest, *self._rolling.alike(now - _BEGAN))))
            surfaces = await _surfaces(uow, self._config, theirs[:: max(1, len(theirs) // _LOOKED_AT)])
        if not surfaces:
            return
        surface = surfaces[0]
        its = [each for each in live if each.surface == surface or _is_of_it(each, surfaces, now)]
        if its:
            # While the storm lasts, what is alike on its other surfaces goes with its crisis, too.
            self._rolling.crises = {**dict.fromkeys(surfaces, its[0].number), **self._rolling.crises}
            return
        async with self._storage.reading() as uow:
            # What people called none on one of its surfaces is none on the others.
            if any([await is_quiet(uow, name, now) for name in surfaces]):
                return
        theme = self._rolling.surge.theme()
        async with self._storage.writing() as uow:
            crisis = await propose(
                uow,
                self._config,
                at=now,
                title=", ".join(theme),
                why=found.words(theme),
                surface=surface,
                figures=_figures(found, heard),
                conversations=theirs,
            )
        if crisis is not None:
            self._rolling.crises[surface] = crisis.number

    async def _storm(self, uow: UnitOfWork, now: datetime) -> Storm | None:
        lately, echoes = await uow.conversations.count_between(now - A_MINUTE, now)
        before, _ = await uow.conversations.count_between(now - A_MINUTE - THE_HOUR, now - A_MINUTE)
        # Those that say the same as another are not compared by their words: they are alike anyway.
        return storm(lately, before, lambda: (echoes + self._rolling.surge.alike() * (lately - echoes)) / lately)


def _is_of_it(crisis: Crisis, surfaces: Sequence[str], now: datetime) -> bool:
    """A storm on several surfaces is one crisis; what has been open there for long is about something else."""
    return crisis.surface in surfaces and now - crisis.proposed_at < THE_HOUR


async def _surfaces(uow: UnitOfWork, config: Config, numbers: Sequence[int]) -> list[str]:
    """Where most of these are shown, and where many are, too."""
    found: Counter[str] = Counter()
    for number in numbers:
        found.update(posting.surface for posting in await uow.postings.of(number) if config.surface(posting.surface))
    most_first = enumerate(found.most_common())
    return [name for at, (name, count) in most_first if not at or count >= _MANY * len(numbers)]


def _figures(found: Storm, heard: Heard) -> Figures:
    return Figures(
        posts=found.lately,
        within=timedelta(minutes=1),
        usual=found.usual,
        alike=found.alike,
        topics=tuple(heard.topics)[:3],
        moods=heard.moods,
        spread=heard.networks,
        loudest=heard.loudest,
        departments=heard.departments,
    )
