"""The weekly digest, once a week at the configured local time, however many replicas tick; caught up after downtime."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.config import WEEKDAYS, Config
from bot.domain.measures import Window
from bot.ports import Clock, Storage, Work
from handlers.digest import last_full_week, zone_of
from handlers.digest_kept import KIND, in_words

LATEST = timedelta(days=3)
"""A digest that was missed by more than this is left out: the next one is nearer than the last."""

TOO_SOON = timedelta(days=3, hours=12)
"""One that is due so soon after the last one is left out: its day or time was changed, and most of it would be the same."""

BEGUN, LAST = "digest:begun", "digest:last"
"""Since when digests are owed, and when the last one was due that went into the outbox."""


def last_due(now: datetime, config: Config) -> datetime:
    """The most recent time at which a digest was due, in UTC. A local time that a clock change skips is as much later; of one
    that comes twice it is the first."""
    zone = ZoneInfo(zone_of(config))
    today, wanted = now.astimezone(zone).date(), WEEKDAYS.index(config.digest.day)
    # From tomorrow on: where the clocks go back over midnight, yesterday comes again after today has begun.
    days = (today + timedelta(days=1 - back) for back in range(10))
    dues = (datetime.combine(day, config.digest.at, zone).astimezone(UTC) for day in days if day.weekday() == wanted)
    return max(due for due in dues if due <= now)


class DigestTick:
    """What the clock starts: asks for the digest that is due, if nobody has yet."""

    def __init__(self, storage: Storage, config: Config, clock: Clock) -> None:
        self._storage = storage
        self._config = config
        self._clock = clock

    async def __call__(self) -> None:
        """Put the digest into the outbox, once for each recipient, all of them together or none."""
        now = self._clock.now()
        async with self._storage.reading() as uow:
            begun, last = await uow.setting(BEGUN), await uow.setting(LAST)
        if begun is None:
            await self._begin(now)
            return
        due = last_due(now, self._config)
        if now - due > LATEST or due < datetime.fromisoformat(begun):
            return
        if last is not None and due - datetime.fromisoformat(last) < TOO_SOON:
            return
        async with self._storage.writing() as uow:
            # Of two replicas that tick at the same moment, one does.
            if await uow.swap_setting(LAST, last, due.isoformat()):
                await uow.outbox.put(*works(due, self._config))

    async def _begin(self, now: datetime) -> None:
        """A new installation owes no digest for the time before it."""
        async with self._storage.writing() as uow:
            if await uow.setting(BEGUN) is None:
                await uow.set_setting(BEGUN, now.isoformat())


def works(due: datetime, config: Config) -> list[Work]:
    """One piece of work for each recipient. The window travels along: whatever is configured later, it is the same for all."""
    window = last_full_week(due, config)
    return [_work(due, window, to, key) for to, key in _recipients(config)]


def _recipients(config: Config) -> Iterator[tuple[Mapping[str, str], str]]:
    """Each with the key under which its messages stand in line."""
    for name in config.digest.shown_on:
        if config.surface(name) is not None:
            yield {"surface": name}, name
    for kind, addresses in (("person", config.digest.people), ("mail", config.digest.mail)):
        for address in addresses:
            yield {kind: address}, f"{kind}:{address}"


def _work(due: datetime, window: Window, to: Mapping[str, str], key: str) -> Work:
    [(kind, who)] = to.items()
    mark = f"cron:{KIND}:{due.isoformat()}:{kind}:{who}"
    payload = {"due": due.isoformat(), "window": in_words(window), "mark": mark, **to}
    return Work(KIND, payload, key=key, lane="post", priority=1, once=mark)
