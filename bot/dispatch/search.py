"""Looking for a customer or a conversation while one types, for platforms that have a search box of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.cards import Card
from bot.dispatch.grammar import read_ref
from bot.domain.people import Person
from bot.ports import Browse, Line, Storage, UnitOfWork, Which
from bot.views import found_conversation_card, found_customer_card
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
    """Finds nothing for guests. What is shown to choose by is not a look-up of the record; pressing the card's button is."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def find(self, actor: Person, sought: Sought, query: str) -> list[Found]:
        """The best matches; of conversations also those of a customer who is named."""
        if actor.outsider:
            return []
        async with self._storage.reading() as uow:
            if sought == "customer":
                return await _customers(uow, query)
            return [_conversation(line) for line in await _lines(uow, actor, query)]


async def _customers(uow: UnitOfWork, query: str) -> list[Found]:
    if not query.strip():
        return []
    matches = await uow.customers.find(query, limit=MOST)
    return [Found(customer_name(each.customer), one_line(each.why, 100), found_customer_card(each)) for each in matches]


def _conversation(line: Line) -> Found:
    c = line.conversation
    pressing = " · Crisis" if c.crisis else " · Urgent" if c.urgent else ""
    title = f"{c.ref}{pressing} · {one_line(line.customer_name, 40) or 'Somebody'}"
    return Found(title, one_line(line.text, 100) or network_name(c.network), found_conversation_card(line))


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
