"""`make bench-record`: the whole record of a customer among very many, beside one row by its key; imports beside bare rows."""

from __future__ import annotations

import argparse
import contextlib
import itertools
import os
import random
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import uvloop

from bot.config import parse
from bot.domain.customer import Identity, Purchase
from bot.domain.gathering import gather
from bot.domain.policy import Policies
from bot.domain.visibility import visible
from bot.ports import ImportedCustomer
from bot.views import customer_card
from handlers.admin.customer_import import PORTION
from storage import SqlStorage
from storage.customers import GET
from storage.migrations import migrate
from storage.moments import stamp
from storage.names import normal_handle, normal_phone
from tests.benchmarks import history, seeding
from tests.benchmarks.company import CONFIG
from tests.benchmarks.population import Rows, customers
from tests.benchmarks.posts import name
from tests.benchmarks.report import Figure, table, write
from tests.benchmarks.stores import Store
from tests.benchmarks.wire import quantile
from tests.databases import serve_postgres
from tests.fakes.clock import SetClock

_NAMES = ("customers", "identities", "purchases")
_COLUMNS = {
    "customers": ("id", "name", "since", "attributes", "import_key", "created_at"),
    "identities": ("customer_id", "network", "handle", "norm", "verified", "seen_at"),
    "purchases": ("customer_id", "key", "what", "at", "amount", "currency"),
}


@dataclass(frozen=True)
class Sizes:
    """How much of each."""

    customers: int
    posts: int
    lookups: int
    imported: int


async def measure(store: Store, sizes: Sizes) -> list[Figure]:
    """On one store: the import into it while it is empty, then the look-ups once it is full."""
    kind = "sqlite" if store.is_sqlite else "pg"
    figures = [await _imports(store, sizes, f"import_rows_per_s_{kind}")]
    begun = time.monotonic()
    holders = await seeding.colleagues(store)
    made = history.statements(sizes.posts, sizes.customers, holders, sqlite=store.is_sqlite)
    await seeding.pour(store, customers(sizes.customers, datetime.now(UTC)), tuple(made))
    size = f"{sizes.customers:,} customers with {sizes.posts:,} posts"
    print(f"{size} on {kind}: {time.monotonic() - begun:.0f} s", flush=True)
    figures.append(await _lookups(store, sizes, f"record_lookup_p99_{kind}"))
    return figures


async def _lookups(store: Store, sizes: Sizes, called: str) -> Figure:
    """Found by handle, name or mistyped name, the whole record read, and made into a card; between them bare selects."""
    asked = [w for w in await store.looked_for(2 * sizes.lookups, random.Random(4)) if not w.startswith("B-")]
    config, taken, base, answered = parse(CONFIG), list[float](), list[float](), 0
    storage = await SqlStorage.connect(store.url, policies=Policies(), clock=SetClock())
    try:
        for at, each in enumerate(asked[: sizes.lookups]):
            begun = time.perf_counter()
            async with storage.reading() as uow:
                found = await uow.customers.find(each)
                record = await uow.customers.record(found[0].customer.id) if found else None
                if record is not None:
                    await uow.records.link(record.customer.id, "main")
            if record is None:
                continue
            customer_card(visible(gather(record, ()), frozenset())[0], config)
            answered += 1
            spent = time.perf_counter() - begun
            begun = time.perf_counter()
            async with storage.database.reading() as connection:
                await connection.one(GET, {"id": record.customer.id})
            # The first ones meet an empty cache and statements that are not prepared yet.
            if at >= sizes.lookups // 20:
                taken.append(spent)
                base.append(time.perf_counter() - begun)
    finally:
        await storage.close()
    if answered < 0.9 * min(len(asked), sizes.lookups):
        raise RuntimeError(f"only {answered} of {len(asked)} look-ups found somebody")
    print(f"{called}: median {1000 * quantile(taken, 0.5):.2f} ms, of a select {1000 * quantile(base, 0.5):.2f} ms")
    return Figure(called, 1000 * quantile(taken, 0.99), "ms", 1000 * quantile(base, 0.99))


async def _imports(store: Store, sizes: Sizes, called: str) -> Figure:
    """Rows of customers, identities and purchases a second, into an empty store and taken out again; the same rows bare.

    Bare rows need no look for whom we know already, and nobody finds them by name.
    """
    brought = list(_brought(sizes.imported))
    rows = len(brought) * 4
    storage = await SqlStorage.connect(store.url, policies=Policies(), clock=SetClock())
    try:
        begun = time.perf_counter()
        for start in range(0, len(brought), PORTION):
            async with storage.writing() as uow:
                await uow.customers.bring(brought[start : start + PORTION], datetime.now(UTC))
        taken = time.perf_counter() - begun
    finally:
        await storage.close()
    await _emptied(store)
    begun = time.perf_counter()
    await _bare(store, brought)
    bare = time.perf_counter() - begun
    await _emptied(store)
    return Figure(called, rows / taken, "1/s", rows / bare, "higher")


def _brought(count: int) -> Iterator[ImportedCustomer]:
    chance = random.Random(5)
    for at in range(count):
        first, last = name(chance)
        yield ImportedCustomer(
            key=f"key-{at}",
            name=f"{first} {last}",
            identities=(
                Identity("email", f"{first}.{last}.{at}@import.example"),
                Identity("phone", f"+49 151 {at:07d}"),
            ),
            attributes={"tier": "gold", "city": "Lyon"},
            purchases=(Purchase(f"order-{at}", "Trail 30 backpack", datetime(2026, 1, 2, tzinfo=UTC), 89.5, "EUR"),),
        )


def _rows(brought: Sequence[ImportedCustomer]) -> Rows:
    now = stamp(datetime.now(UTC))
    rows: Rows = {table: [] for table in _NAMES}
    for each in brought:
        id_ = f"01B{each.key:>23}"
        rows["customers"].append((id_, each.name, None, '{"tier":"gold","city":"Lyon"}', each.key, now))
        for identity in each.identities:
            norm = normal_phone(identity.handle) or normal_handle(identity.handle)
            rows["identities"].append((id_, identity.network, identity.handle, norm, False, now))
        for bought in each.purchases:
            rows["purchases"].append((id_, bought.key, bought.what, stamp(bought.at), bought.amount, bought.currency))
    return rows


async def _bare(store: Store, brought: Sequence[ImportedCustomer]) -> None:
    """In transactions of as many, by the driver alone, as fast as it inserts."""
    batches = (_rows(brought[start : start + PORTION]) for start in range(0, len(brought), PORTION))
    if store.is_sqlite:
        with contextlib.closing(sqlite3.connect(store.url.partition("///")[2], isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous = FULL")
            for rows in batches:
                connection.execute("BEGIN")
                for table_name, its in rows.items():
                    places = ", ".join("?" * len(_COLUMNS[table_name]))
                    columns = ", ".join(_COLUMNS[table_name])
                    connection.executemany(f"INSERT INTO {table_name} ({columns}) VALUES ({places})", its)
                connection.execute("COMMIT")
        return
    pooled = await asyncpg.connect(store.url)
    try:
        for rows in batches:
            async with pooled.transaction():
                for table_name, its in rows.items():
                    places = ", ".join(f"${at}" for at in range(1, len(_COLUMNS[table_name]) + 1))
                    columns = ", ".join(_COLUMNS[table_name])
                    await pooled.executemany(f"INSERT INTO {table_name} ({columns}) VALUES ({places})", its)
    finally:
        await pooled.close()


async def _emptied(store: Store) -> None:
    gone = ("purchases", "identities", "customer_words", "word_pieces", "customers")
    if store.is_sqlite:
        with contextlib.closing(sqlite3.connect(store.url.partition("///")[2])) as connection:
            for each in gone:
                connection.execute(f"DELETE FROM {each}")
            connection.commit()
        return
    opened = await asyncpg.connect(store.url)
    await opened.execute(f"TRUNCATE {', '.join(gone)} CASCADE")
    await opened.close()


@asynccontextmanager
async def _stores(kind: str, folder: Path) -> AsyncIterator[Store]:
    if kind == "sqlite":
        store = Store(f"sqlite:///{folder / 'record.db'}", folder)
        await migrate(store.url)
        yield store
        return
    with contextlib.contextmanager(serve_postgres)(durable=True) as server:
        yield Store(await server.fresh(), folder)


async def run(kinds: Sequence[str], sizes: Sizes, folder: Path) -> list[Figure]:
    """Everything that is asked for."""
    figures: list[list[Figure]] = []
    for kind in kinds:
        async with _stores(kind, folder) as store:
            figures.append(await measure(store, sizes))
    return list(itertools.chain.from_iterable(figures))


def main(words: Sequence[str] | None = None) -> int:
    """Measure, print, and say whether the goals are reached."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.record", description=__doc__)
    parser.add_argument("--full", action="store_true", help="a million customers, ten million posts (some 25 GB)")
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--posts", type=int, default=1_000_000)
    parser.add_argument("--lookups", type=int, default=2_000)
    parser.add_argument("--imported", type=int, default=20_000, help="customers that are imported, of four rows each")
    parser.add_argument("--only", nargs="+", choices=("sqlite", "postgres"), default=("sqlite", "postgres"))
    parser.add_argument("--out", type=Path, help="a file for the figures")
    options = parser.parse_args(words)
    people, posts = (1_000_000, 10_000_000) if options.full else (options.customers, options.posts)
    sizes = Sizes(people, posts, options.lookups, options.imported)
    begun, folder = time.monotonic(), Path(tempfile.mkdtemp(prefix="baton-record-"))
    os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(prefix="baton-")
    try:
        figures = uvloop.run(run(options.only, sizes, folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(os.environ["XDG_RUNTIME_DIR"], ignore_errors=True)
    print(f"\n{table(figures)}\n\n{(time.monotonic() - begun) / 60:.1f} minutes")
    if options.out is not None:
        write(figures, options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
