"""Fills an empty, migrated store with a large population: secondary indexes are dropped, rows poured in, indexes made anew."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import chain

from bot.config import parse
from bot.domain.people import PersonRef
from bot.domain.policy import Policies
from bot.domain.replay import replay
from bot.ports import Account
from bot.slack.people import profile
from storage import SqlStorage, StoredDirectory
from storage.pouring import pouring
from tests.benchmarks.company import CONFIG, TEAM, USERS, slack_users
from tests.benchmarks.population import COLUMNS, Rows, conversations, customers
from tests.benchmarks.stores import Store
from tests.fakes.clock import SystemClock


async def seed(store: Store, count: int) -> None:
    """So many posts, and so many customers."""
    holders, now = await colleagues(store), datetime.now(UTC)
    population = chain(customers(count, now), conversations(count, count, holders, now))
    await pour(store, population)
    await _check(store, count)


async def colleagues(store: Store) -> list[PersonRef]:
    """Meet everybody, as Baton does when it starts."""
    config = parse(CONFIG)
    storage = await SqlStorage.connect(store.url, policies=Policies(), clock=SystemClock())
    try:
        directory = StoredDirectory(storage.database, config, SystemClock())
        await directory.meet_all([profile(Account("slack", TEAM, str(user["id"])), user) for user in slack_users()])
        found = [await directory.person(Account("slack", TEAM, user)) for user in USERS]
    finally:
        await storage.close()
    return [person.ref for person in found if person is not None]


async def pour(store: Store, population: Iterator[Rows], statements: Sequence[str] = ()) -> None:
    """Rows, then what statements make of them inside the database; indexes are made at the end."""
    async with pouring(store.url, careless=True) as poured:
        for rows in population:
            for table, its in rows.items():
                await poured.insert(table, COLUMNS[table], its)
        for statement in statements:
            await poured.execute(statement)


async def _check(store: Store, count: int) -> None:
    """Baton reads what was poured in: trails replay to their conversations, cards have all they show."""
    chance = random.Random(17)
    storage = await SqlStorage.connect(store.url, policies=Policies(), clock=SystemClock())
    try:
        async with storage.reading() as uow:
            counts = await uow.counts()
            if counts.posts != count or counts.customers != count:
                raise RuntimeError(f"{counts.posts} posts and {counts.customers} customers were stored")
            for number in (1, counts.conversations, *chance.sample(range(1, counts.conversations), 50)):
                conversation = await uow.conversations.get(number)
                sight = await uow.conversations.sight(number)
                if conversation is None or sight is None or len(sight.posts) != conversation.posts:
                    raise RuntimeError(f"B-{number} is not whole")
                if replay(await uow.conversations.trail(number)) != conversation:
                    raise RuntimeError(f"the trail of B-{number} says something else than its state")
                if await uow.customers.record(conversation.customer_id) is None:
                    raise RuntimeError(f"the customer of B-{number} is not there")
    finally:
        await storage.close()
