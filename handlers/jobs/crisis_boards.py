"""Boards of open crises are brought up to date while things change, a few seconds after they do."""

from __future__ import annotations

from datetime import timedelta

from bot.config import Config
from bot.domain.crisis import CrisisState
from bot.ports import Clock, Storage
from handlers.events.crisis_cards import board_id, card_of
from handlers.events.refresh_cards import fingerprint

EVERY = timedelta(seconds=4)
"""So often it is looked at whether a board is still true."""


class CrisisBoards:
    """What the clock starts: compares what each board shows with what the store counts."""

    def __init__(self, storage: Storage, config: Config, clock: Clock) -> None:
        self._storage = storage
        self._config = config
        self._clock = clock

    async def __call__(self) -> None:
        """Ask for those that are not true any more; nothing is written while nothing changes."""
        now = self._clock.now()
        stale: list[int] = []
        async with self._storage.reading() as uow:
            for crisis in await uow.crises.live():
                board = await uow.crises.posting(board_id(crisis.number))
                if crisis.state is not CrisisState.OPEN or board is None or board.channel is None:
                    continue
                # Not there yet: that is asked for already, or it failed for good and waits for an operator.
                if board.message is None:
                    continue
                if fingerprint(await card_of(uow, crisis, board, self._config, now)) != board.shown:
                    stale.append(crisis.number)
        if not stale:
            return
        async with self._storage.writing() as uow:
            for number in stale:
                await uow.crises.refresh(number, "board", soon=False)
