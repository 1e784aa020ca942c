"""Fills an empty, migrated store with a large population: secondary indexes are dropped, rows poured in, indexes made anew."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import chain

import asyncpg
from sqlalchemy import Dialect
from sqlalchemy.dialects.postgresql.asyncpg import dialect as postgres_dialect
from sqlalchemy.dialects.sqlite.aiosqlite import dialect as sqlite_dialect
from sqlalchemy.schema import CreateIndex

from bot.config import parse
from bot.domain.people import PersonRef
from bot.domain.policy import Policies
from bot.domain.replay import replay
from bot.ports import Account
from bot.slack.people import profile
from storage import SqlStorage, StoredDirectory
from storage.tables import metadata
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


def _indexes(dialect: Dialect) -> dict[str, str]:
    """Every index by name, with what makes it. Those of keys and constraints stay."""
    made = {}
    for table in metadata.tables.values():
        for index in table.indexes:
            made[str(index.name)] = str(CreateIndex(index).compile(dialect=dialect))
    return made


async def pour(store: Store, population: Iterator[Rows], statements: Sequence[str] = ()) -> None:
    """Rows, then what statements make of them inside the database; indexes are made at the end."""
    if store.is_sqlite:
        await asyncio.to_thread(_fill_file, store.url.partition("///")[2], population, statements)
    else:
        await _fill_postgres(store, population, statements)


def _fill_file(path: str, population: Iterator[Rows], statements: Sequence[str]) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -500000", "temp_store = MEMORY"):
        connection.execute(f"PRAGMA {pragma}")
    indexes = _indexes(sqlite_dialect())
    for name in indexes:
        connection.execute(f'DROP INDEX "{name}"')
    connection.execute("BEGIN")
    for rows in population:
        for table, its in rows.items():
            columns = COLUMNS[table]
            places = ", ".join("?" * len(columns))
            connection.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", its)
    for statement in statements:
        connection.execute(statement)
    connection.execute("COMMIT")
    for statement in indexes.values():
        connection.execute(statement)
    for pragma in ("synchronous = FULL", "journal_mode = WAL", "wal_checkpoint(TRUNCATE)"):
        connection.execute(f"PRAGMA {pragma}")
    connection.close()


async def _fill_postgres(store: Store, population: Iterator[Rows], statements: Sequence[str]) -> None:
    connection = await asyncpg.connect(store.url)
    # Rows are consistent by how they are made: references need not be looked up one by one.
    for setting in ("session_replication_role = replica", "synchronous_commit = off", "maintenance_work_mem = '512MB'"):
        await connection.execute(f"SET {setting}")
    indexes = _indexes(postgres_dialect())  # type: ignore[no-untyped-call]
    for name in indexes:
        await connection.execute(f'DROP INDEX "{name}"')
    for rows in population:
        for table, its in rows.items():
            await connection.copy_records_to_table(table, records=its, columns=list(COLUMNS[table]))
    for statement in (*statements, *indexes.values()):
        await connection.execute(statement)
    # What the server would do by itself a little later, in the middle of what is measured.
    await connection.execute("VACUUM ANALYZE")
    await connection.execute("CHECKPOINT")
    await connection.close()


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
