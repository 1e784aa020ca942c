"""Looking for a customer or a conversation while one types, for platforms that have a search box of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.cards import Card
from bot.config import Config
from bot.dispatch.grammar import read_ref
from bot.domain.people import Person
from bot.domain.visibility import visible_name
from bot.ports import Browse, Clock, Line, Match, Storage, UnitOfWork, Which
from bot.speech import say
from bot.views import found_conversation_card, found_customer_card, visible_match
from bot.views.said import customer_name
from bot.views.wording import network_name, one_line

MOST = 10

_AT_FIRST: tuple[Which, ...] = ("mine", "asked", "floor")
"""Which conversations are offered before anything is typed."""

Sought = Literal["customer", "conversation"]


@dataclass(frozen=True, slots=True)
class Found:
    """One result: two lines to choose it by, and the card that is put into the message."""

    title: str
    detail: str
    card: Card


class Search:
    """Finds nothing for guests. What it tells of a customer beside the name is in the trail of look-ups, once a day for each
    who saw it; pressing the card's button is a look-up of its own."""

    def __init__(self, storage: Storage, config: Config, clock: Clock) -> None:
        self._storage = storage
        self._config = config
        self._clock = clock

    async def find(self, actor: Person, sought: Sought, query: str) -> list[Found]:
        """The best matches; of conversations also those of a customer who is named."""
        if actor.outsider:
            return []
        hidden = self._config.hidden_from(actor)
        if sought == "customer":
            return await self._customers(actor, query, hidden)
        async with self._storage.reading() as uow:
            lines = await _lines(uow, actor, query)
        return [self._conversation(line, hidden) for line in lines]

    async def _customers(self, actor: Person, query: str, hidden: frozenset[str]) -> list[Found]:
        if not query.strip():
            return []
        async with self._storage.reading() as uow:
            matches = [visible_match(each, hidden) for each in await uow.customers.find(query, limit=MOST)]
        await self._remember(actor, [each.customer.id for each in matches if _tells(each)])
        return [
            Found(customer_name(each.customer), one_line(each.why, 100), found_customer_card(each, self._config))
            for each in matches
        ]

    async def _remember(self, actor: Person, shown: list[str]) -> None:
        """While one types the same customers are found again and again: once a day is told."""
        if not shown:
            return
        now = self._clock.now()
        async with self._storage.writing() as uow:
            for customer_id in shown:
                if await uow.first(f"found:{actor.id}:{customer_id}:{now:%Y-%m-%d}"):
                    await uow.customers.looked_up(customer_id, actor.ref, "search", now)

    def _conversation(self, line: Line, hidden: frozenset[str]) -> Found:
        c = line.conversation
        pressing = say("Crisis") if c.crisis else say("Urgent") if c.urgent else ""
        name = one_line(visible_name(line.customer_name, hidden), 40) or say("Somebody")
        title = " · ".join(filter(None, (c.ref, pressing, name)))
        words = one_line(line.text, 100) or network_name(c.network)
        return Found(title, words, found_conversation_card(line, self._config))


def _tells(match: Match) -> bool:
    """Does what is shown to choose by tell more than a name?"""
    return match.why.startswith(("e-mail ", "phone ", "@"))


async def _lines(uow: UnitOfWork, actor: Person, query: str) -> list[Line]:
    if not query.strip():
        return await _likely(uow, actor)
    ref = read_ref(query.strip())
    if ref is not None:
        return await _by_numbers(uow, [int(ref)])
    numbers: list[int] = []
    for match in await uow.customers.find(query, limit=3):
        record = await uow.customers.record(match.customer.id)
        numbers += [past.number for past in record.conversations] if record is not None else []
    return await _by_numbers(uow, numbers[:MOST])


async def _likely(uow: UnitOfWork, actor: Person) -> list[Line]:
    lines: dict[int, Line] = {}
    for which in _AT_FIRST:
        for line in await uow.conversations.browse(Browse(which, actor.ref, actor.department), limit=MOST):
            lines.setdefault(line.conversation.number, line)
    return list(lines.values())[:MOST]


async def _by_numbers(uow: UnitOfWork, numbers: list[int]) -> list[Line]:
    lines = []
    for number in numbers:
        sight = await uow.conversations.sight(number)
        if sight is not None:
            words = sight.posts[-1].post.text if sight.posts else ""
            lines.append(Line(sight.conversation, sight.customer.name, words))
    return lines
