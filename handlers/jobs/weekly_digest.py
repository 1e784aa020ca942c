"""The weekly digest, once a week at the configured local time, however many replicas tick; caught up after downtime."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.config import WEEKDAYS, Config
from bot.errors import RetriableError
from bot.ports import ChatPlatform, Clock, Storage, Taken, Work
from bot.views import digest_card
from handlers.digest import last_full_week, make_digest, zone_of

KIND = "digest"

LATEST = timedelta(days=3)
"""A digest that was missed by more than this is left out: the next one is nearer than the last."""

NOT_CONNECTED = 60.0
"""Seconds after which a digest is tried again whose platform is not configured yet."""


def last_due(now: datetime, config: Config) -> datetime:
    """The most recent time at which a digest was due, in UTC. A local time that a clock change skips is as much later."""
    zone = ZoneInfo(zone_of(config))
    local = now.astimezone(zone)
    at: time = config.digest.at
    back = (local.weekday() - WEEKDAYS.index(config.digest.day)) % 7
    day = local.date() - timedelta(days=back)
    due = datetime.combine(day, at, zone)
    if due.astimezone(UTC) > now:
        due = datetime.combine(day - timedelta(days=7), at, zone)
    return due.astimezone(UTC)


class DigestTick:
    """What the clock starts: asks for the digest that is due, if nobody has yet."""

    def __init__(self, storage: Storage, config: Config, clock: Clock) -> None:
        self._storage = storage
        self._config = config
        self._clock = clock

    async def __call__(self) -> None:
        """Put the digest into the outbox; the key of its time makes it one, whoever ticks."""
        now = self._clock.now()
        async with self._storage.reading() as uow:
            begun = await uow.setting(BEGUN)
        if begun is None:
            await self._begin(now)
            return
        due = last_due(now, self._config)
        if now - due > LATEST or due < datetime.fromisoformat(begun):
            return
        mark = f"cron:{KIND}:{due.isoformat()}"
        surface = self._config.digest.surface
        async with self._storage.writing() as uow:
            work = Work(KIND, {"due": due.isoformat(), "mark": mark}, key=surface, lane="post", priority=1, once=mark)
            await uow.outbox.put(work)

    async def _begin(self, now: datetime) -> None:
        """A new installation owes no digest for the time before it."""
        async with self._storage.writing() as uow:
            if await uow.setting(BEGUN) is None:
                await uow.set_setting(BEGUN, now.isoformat())


BEGUN = "digest:begun"


class DigestSender:
    """Makes the digest and posts it to the management's surface."""

    def __init__(self, storage: Storage, platforms: Mapping[str, ChatPlatform], config: Config) -> None:
        self._storage = storage
        self._platforms = platforms
        self._config = config

    async def __call__(self, taken: Taken) -> None:
        """Post one digest; a lost answer is looked up first."""
        due = datetime.fromisoformat(str(taken.work.payload["due"]))
        mark = str(taken.work.payload["mark"])
        surface = self._config.surface(self._config.digest.surface)
        platform = self._platforms.get(surface.platform) if surface is not None else None
        if surface is None:
            return
        if platform is None:
            raise RetriableError(f"there is no connection to {surface.platform}", NOT_CONNECTED)
        if taken.attempt > 1 and await platform.find(surface.channel, mark, taken.created_at) is not None:
            return
        async with self._storage.reading() as uow:
            digest = await make_digest(uow, last_full_week(due, self._config), self._config)
        await platform.post(surface.channel, digest_card(digest, self._config), mark)
