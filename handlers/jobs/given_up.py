"""Looks for entries that a CRM did not take in all the time there was, and has it said once for each spell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.config import Config
from bot.ports import DeadLetter, DeadLetters, Storage, UnitOfWork
from handlers.events import crm_notices
from handlers.events.write_record import KIND

SPELL = timedelta(days=1)
"""Entries that are given up within so long of each other are one spell, and one notice. A spell is over when none is left."""

MOST = 1_000
"""So many of the newest are looked at."""


class TellGivenUp:
    """Run now and then, by as many replicas as there are."""

    def __init__(self, storage: Storage, letters: DeadLetters, config: Config) -> None:
        self._storage = storage
        self._letters = letters
        self._config = config

    async def __call__(self) -> None:
        """Look at every CRM for which there are, or were, entries that were given up."""
        by_crm: dict[str, list[DeadLetter]] = {}
        for letter in await self._letters.dead(MOST, KIND):
            by_crm.setdefault(str(letter.payload.get("crm", "")), []).append(letter)
        async with self._storage.reading() as uow:
            known = {crm: await uow.setting(_key(crm)) for crm in {*self._config.crm, *by_crm}}
        for crm, before in known.items():
            letters = sorted(by_crm.get(crm, ()), key=lambda letter: letter.died_at, reverse=True)
            now = letters[0].died_at.isoformat() if letters else ""
            if now != (before or ""):
                async with self._storage.writing() as uow:
                    await self._changed(uow, crm, before, now, letters)

    async def _changed(
        self, uow: UnitOfWork, crm: str, before: str | None, now: str, letters: Sequence[DeadLetter]
    ) -> None:
        if not await uow.swap_setting(_key(crm), before, now) or not letters:
            return
        last = datetime.fromisoformat(before) if before else None
        for letter in letters:
            if last is None or letter.died_at > last:
                await _keep(uow, crm, letter)
        if last is None or letters[0].died_at - last > SPELL:
            await uow.outbox.put(*crm_notices.given_up(crm, letters, crm_notices.readers(self._config)))


async def _keep(uow: UnitOfWork, crm: str, letter: DeadLetter) -> None:
    """What waited until then failed: so the conversation says."""
    entry = await uow.records.entry(crm, str(letter.payload.get("key", "")))
    if entry is not None and entry.state == "waiting":
        await uow.records.put(replace(entry, state="failed", error=letter.error))


def _key(crm: str) -> str:
    return f"crm_given_up:{crm}"
