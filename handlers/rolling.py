"""Which new conversations get cards at once and which are rolled up, surface by surface, as they are heard."""

from __future__ import annotations

from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.config import Config
from bot.domain.conversation import Conversation, State
from bot.domain.rolling import Queue, has_card
from bot.domain.surge import ALIKE, Surge, compared
from bot.ports import Lane, Showing, UnitOfWork
from handlers.showing import show, showing

Pace = Callable[[str, Lane], float]
"""Seconds from one message of a surface to the next; 0 where there is no limit."""

_COUNTED = 2_000
"""So many waiting cards are counted; with more, a queue is long anyway."""

_BELONGING = 2_000
"""So many of those that are about the same are known, the latest: a crisis that is proposed begins with them."""

_KNOWN = 20_000
"""Of so many conversations, the newest, it is remembered how much they were about what many wrote."""


class Rolling:
    """Knows what the last minute spoke of, so that in a storm what is urgent for another reason goes first.

    `common` are words, of any language, that say nothing of what a text is about.
    """

    def __init__(self, config: Config, pace: Pace, common: Collection[str] = ()) -> None:
        self.surge = Surge(compared((*common, *config.company.name.split())))
        self._config = config
        self._pace = pace
        self._likeness: OrderedDict[int, float] = OrderedDict()
        self._alike: deque[tuple[datetime, int]] = deque(maxlen=_BELONGING)
        self._unkept: tuple[frozenset[tuple[str, str]], list[tuple[datetime, int]]] = (frozenset(), [])
        self.crises: dict[str, int] = {}
        """The crisis that is proposed or open on a surface: what is one of many goes with it."""

    def heard(self, new: Sequence[tuple[Conversation, str]], at: datetime) -> None:
        """New conversations, each with the text that it begins with; `kept` says that they are there to stay."""
        # What says the same as another has a card with it: passed on often enough, any one post would be what many write.
        said = [(c.number, _language(c), text) for c, text in new if c.echo_of is None]
        # Of a batch that is started over the texts were heard already; the numbers may be those of others by now.
        before, _ = self._unkept
        self.surge.hear(at, [(language, text) for _, language, text in said if (language, text) not in before])
        for c, text in new:
            self._likeness[c.number] = self.surge.likeness(_language(c), text)
        while len(self._likeness) > _KNOWN:
            self._likeness.popitem(last=False)
        alike = [(at, number) for number, _, _ in said if self.likeness(number) >= ALIKE]
        self._unkept = before | {(language, text) for _, language, text in said}, alike

    def kept(self) -> None:
        """What was heard last is in the store."""
        self._alike.extend(self._unkept[1])
        self._unkept = frozenset(), []

    def likeness(self, number: int) -> float:
        """How much a conversation was about what many wrote when it began, of 1; 0 where that is not known any more."""
        return self._likeness.get(number, 0.0)

    def alike(self, since: datetime | None = None) -> list[int]:
        """The latest conversations that are about what many write, or those of them that were heard since then."""
        return [number for at, number in self._alike if since is None or at >= since]

    async def show_new(self, uow: UnitOfWork, new: Sequence[Showing], at: datetime) -> None:
        """Have new conversations shown, by a card or on the surface's rollup card; what is about something else goes first."""
        if not new:
            return
        queues = await self._queues(uow, {name for wanted in new for name in wanted.surfaces})
        rolled: dict[str, list[int]] = defaultdict(list)
        cards = dict[int, list[str]]()
        for wanted in sorted(new, key=lambda each: self.likeness(each.number)):
            cards[wanted.number] = []
            for name in wanted.surfaces:
                if has_card(queues[name], urgent=wanted.urgent, likeness=self.likeness(wanted.number)):
                    queues[name] = queues[name].with_one(urgent=wanted.urgent)
                    cards[wanted.number].append(name)
                else:
                    queues[name] = replace(queues[name], rolling=True)
                    rolled[name].append(wanted.number)
        await uow.postings.want_new([replace(wanted, surfaces=cards[wanted.number]) for wanted in new])
        await self._to_their_crisis(uow, new, at)
        for name, those in sorted(rolled.items()):
            await uow.rollups.roll(await uow.rollups.begin(name, at), sorted(those))

    async def show(self, uow: UnitOfWork, wanted: Showing, at: datetime) -> None:
        """Have a conversation shown that stands by itself now, or that other surfaces may want."""
        there = {posting.surface: posting for posting in await uow.postings.of(wanted.number)}
        without = [name for name in wanted.surfaces if name not in there or there[name].rollup is not None]
        queues = await self._queues(uow, without)
        likeness = self.likeness(wanted.number)
        waits = [name for name in without if not has_card(queues[name], urgent=wanted.urgent, likeness=likeness)]
        for name in sorted(waits):
            await uow.rollups.roll(await uow.rollups.begin(name, at), [wanted.number])
        cards = [name for name in wanted.surfaces if name not in waits]
        await uow.postings.want(wanted.number, cards, urgent=wanted.urgent)

    async def _to_their_crisis(self, uow: UnitOfWork, new: Sequence[Showing], at: datetime) -> None:
        for name, crisis in self.crises.items():
            theirs = [each.number for each in new if name in each.surfaces and self.likeness(each.number) >= ALIKE]
            # It may have ended since it was looked at which there are: then its record is being written.
            its = await uow.crises.get(crisis) if theirs else None
            if its is not None and its.is_live:
                await uow.crises.add(crisis, theirs, at)

    async def _queues(self, uow: UnitOfWork, names: Iterable[str]) -> dict[str, Queue]:
        wanted = sorted(set(names))
        if not wanted:
            return {}
        waiting = await uow.rollups.waiting(wanted, _COUNTED)
        open_ones = {rollup.surface for rollup in await uow.rollups.open(staying=True)}
        return {name: self.queue(name, *waiting[name], rolling=name in open_ones) for name in wanted}

    def queue(self, name: str, urgent: int, in_all: int, *, rolling: bool) -> Queue:
        """The queue of a surface, as the rules want it."""
        surface = self._config.surface(name)
        longest = surface.rollup_after if surface is not None else 0.0
        return Queue(urgent, in_all, self._pace(name, "post"), longest, rolling)


async def show_anew(
    uow: UnitOfWork, config: Config, rolling: Rolling | None, conversations: Iterable[Conversation], at: datetime
) -> None:
    """Have conversations shown that stand by themselves now, or that other surfaces may want."""
    for c in conversations:
        if rolling is None or c.state is State.ECHO:
            await show(uow, config, c)
        else:
            await rolling.show(uow, await showing(uow, config, c), at)


def _language(c: Conversation) -> str:
    return c.reading.language.name if c.reading is not None else ""
