"""Keeps what a model cost today, so that neither a restart nor a second replica begins a new budget."""

from __future__ import annotations

from bot.ports import Spending, Storage

KEY = "model:spent"


class KeepSpent:
    """What the clock starts every few seconds: what was spent here joins what others spent."""

    def __init__(self, storage: Storage, spending: Spending) -> None:
        self._storage = storage
        self._spending = spending
        self._read = False

    async def __call__(self) -> None:
        """Of two who keep theirs at once one does, and the other comes next time."""
        if self._read and not self._spending.unkept:
            return
        async with self._storage.writing() as uow:
            before = await uow.setting(KEY)
            after, part = self._spending.merged(before)
            kept = after == before or await uow.swap_setting(KEY, before, after)
        if kept:
            self._spending.kept(after, part)
            self._read = True
