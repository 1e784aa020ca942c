"""Which new conversations get cards at once and which are rolled up, surface by surface, as they are heard."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.config import Config
from bot.domain.rolling import Queue, has_card
from bot.domain.surge import ALIKE, Surge, Words, words
from bot.ports import Lane, Showing, UnitOfWork

Pace = Callable[[str, Lane], float]
"""Seconds from one message of a surface to the next; 0 where there is no limit."""

_COUNTED = 2_000
"""So many waiting cards are counted; with more, a queue is long anyway."""


class Rolling:
    """Knows what the last minute spoke of, so that in a storm what is urgent for another reason goes first."""

    def __init__(self, config: Config, pace: Pace) -> None:
        self.surge = Surge()
        self._config = config
        self._pace = pace

    def heard(self, texts: Iterable[str], at: datetime) -> None:
        """New conversations begin with these posts."""
        self.surge.hear(at, [words(text) for text in texts])

    async def show_new(self, uow: UnitOfWork, new: Sequence[tuple[Showing, str]], at: datetime) -> None:
        """Have new conversations shown, each with its first post's text: by a card, or on the surface's rollup card."""
        if not new:
            return
        said = {showing.number: words(text) for showing, text in new}
        queues = await self._queues(uow, {name for showing, _ in new for name in showing.surfaces})
        rolled: dict[str, list[int]] = defaultdict(list)
        cards = dict[int, list[str]]()
        for showing, _ in sorted(new, key=lambda each: self._alike(said[each[0].number])):
            cards[showing.number] = []
            for name in showing.surfaces:
                alike = self._alike(said[showing.number])
                if has_card(queues[name], urgent=showing.urgent, alike=alike):
                    queues[name] = queues[name].with_one(urgent=showing.urgent)
                    cards[showing.number].append(name)
                else:
                    queues[name] = replace(queues[name], rolling=True)
                    rolled[name].append(showing.number)
        await uow.postings.want_new([replace(showing, surfaces=cards[showing.number]) for showing, _ in new])
        for name, numbers in sorted(rolled.items()):
            await uow.rollups.roll(await uow.rollups.begin(name, at), numbers)

    def _alike(self, said: Words) -> bool:
        """Is a post one of many about the same?"""
        return self.surge.likeness(said) >= ALIKE

    async def _queues(self, uow: UnitOfWork, names: set[str]) -> dict[str, Queue]:
        waiting = await uow.rollups.waiting(sorted(names), _COUNTED)
        open_ones = {rollup.surface for rollup in await uow.rollups.open(staying=True)}
        return {name: self.queue(name, *waiting[name], rolling=name in open_ones) for name in names}

    def queue(self, name: str, urgent: int, in_all: int, *, rolling: bool) -> Queue:
        """The queue of a surface, as the rules want it."""
        surface = self._config.surface(name)
        longest = surface.rollup_after if surface is not None else 0.0
        return Queue(urgent, in_all, self._pace(name, "post"), longest, rolling)
