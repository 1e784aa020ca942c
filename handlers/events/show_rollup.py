"""Brings a surface's rollup card up to date: it is made from what the store holds at that moment."""

from __future__ import annotations

from collections.abc import Mapping

from bot.cards import Card
from bot.config import Config, Surface
from bot.languages import speaking_to
from bot.ports import ChatPlatform, Clock, Rollup, SentMessage, Storage, Taken, UnitOfWork
from bot.views import NAMED, rollup_card
from handlers.events.refresh_cards import bring_up_to_date, fingerprint, no_connection

KIND = "rollup"


class RollupShower:
    """Posts a rollup card or shows its present state in it."""

    def __init__(self, storage: Storage, platforms: Mapping[str, ChatPlatform], config: Config, clock: Clock) -> None:
        self._storage = storage
        self._platforms = platforms
        self._config = config
        self._clock = clock

    async def __call__(self, taken: Taken) -> None:
        """Nothing is sent where the card shows the present state already, nor one that ended before it was ever shown."""
        async with self._storage.reading() as uow:
            rollup = await uow.rollups.get(str(taken.work.payload["rollup"]))
        surface = self._config.surface(rollup.surface) if rollup is not None else None
        if rollup is None or surface is None:
            return
        with speaking_to(self._config.language_on(surface)):
            await self._show(taken, rollup, surface)

    async def _show(self, taken: Taken, rollup: Rollup, surface: Surface) -> None:
        async with self._storage.reading() as uow:
            card = await self._card(uow, rollup)
        if rollup.message is None and rollup.ended_at is not None and taken.attempt == 1:
            return
        platform = self._platforms.get(surface.platform)
        if platform is None:
            raise no_connection(surface.platform)
        shown = fingerprint(card)
        if rollup.message is not None and rollup.shown == shown and taken.attempt == 1:
            return
        there = SentMessage(rollup.channel, rollup.message) if rollup.channel and rollup.message else None
        sent = await bring_up_to_date(platform, there, surface.channel, card, rollup.id, taken)
        async with self._storage.writing() as uow:
            await uow.rollups.sent(rollup.id, sent.channel, sent.message, shown)

    async def _card(self, uow: UnitOfWork, rollup: Rollup) -> Card:
        tallies = await uow.rollups.tallies(rollup.id)
        urgent = await uow.rollups.browse(rollup.id, urgent=True, limit=NAMED) if tallies.urgent else []
        return rollup_card(rollup, tallies, urgent, self._config, now=self._clock.now())
