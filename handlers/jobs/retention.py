"""What is older than the configuration lets it be kept is purged, once a day, in small portions."""

from __future__ import annotations

import asyncio

from bot.config import Config, RetentionPart
from bot.ports import Clock, Storage

PORTION = 200
"""Posts in one transaction: others write meanwhile."""

REST = 0.05
"""Seconds between two portions."""


class Retention:
    """What the clock starts."""

    def __init__(self, storage: Storage, config: Config, clock: Clock) -> None:
        self._storage = storage
        self._config = config
        self._clock = clock

    async def __call__(self) -> None:
        """Every rule, each from where it stopped the last time."""
        for rule in self._config.retention:
            seen = PORTION
            while seen == PORTION:
                seen = await self._portion(rule)
                await asyncio.sleep(REST)

    async def _portion(self, rule: RetentionPart) -> int:
        key = f"retention:{rule.what}:{','.join(sorted(rule.networks))}"
        before = self._clock.now() - rule.after
        async with self._storage.writing() as uow:
            after = await uow.setting(key) or ""
            seen, last = await uow.privacy.expire(rule.what, rule.networks, before, after, PORTION)
            await uow.set_setting(key, last)
        return seen
