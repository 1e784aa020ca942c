"""One run: the stores, the servers on them, and the parts that are asked for."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from storage.migrations import migrate
from tests.benchmarks import cards, ingest, lookup, processes, seeding, slash, stores, teams
from tests.benchmarks.plan import Plan
from tests.benchmarks.posts import deliveries
from tests.benchmarks.pretend_slack import PretendSlack
from tests.benchmarks.pretend_teams import PretendTeams
from tests.benchmarks.report import Figure
from tests.benchmarks.stores import Store
from tests.benchmarks.wire import pour
from tests.databases import serve_postgres

FAST = 1000.0
"""The rate of channels while cards are prepared and followed; while commands and posts are measured it is Slack's own."""

PREPARED = 1_000_000
"""Posts whose conversations are claimed are numbered from here."""


async def measure(parts: Sequence[str], plan: Plan, folder: Path) -> list[Figure]:
    """The figures of these parts, on an empty store and on a large one."""
    figures: list[Figure] = []
    async with PretendSlack() as slack:
        for suffix in ("", "_1m"):
            wanted = {part.removesuffix("_1m") for part in parts if part.endswith("_1m") == bool(suffix)}
            if wanted - {"ingest_pg"}:
                store = await _file(folder, suffix, plan)
                figures += await _on_file(store, wanted, slack, plan)
            if "ingest_pg" in wanted:
                async with _postgres(folder, suffix, plan) as store:
                    figures += await _ingest(store, "postgres", store.url, slack, plan)
    return figures


async def _on_file(store: Store, wanted: set[str], slack: PretendSlack, plan: Plan) -> list[Figure]:
    figures: list[Figure] = []
    if wanted & {"slash", "teams", "post_to_card", "customer_lookup"}:
        async with processes.baton(store.url, slack.api_url, store.folder, rate=FAST) as port:
            await _prepare(store, port, plan)
            if "post_to_card" in wanted:
                figures += await _said("post_to_card", store, lambda: cards.measure(store, port, slack, plan))
    if "slash" in wanted:
        async with (
            processes.baton(store.url, slack.api_url, store.folder) as port,
            processes.floor("bolt", slack.api_url) as bolt,
        ):
            figures += await _said("slash", store, lambda: slash.measure(store, port, bolt, plan))
    if "teams" in wanted:
        async with (
            PretendTeams() as pretended,
            processes.baton(store.url, slack.api_url, store.folder, more=pretended.environment()) as port,
            processes.floor("botbuilder", pretended.url) as stock,
        ):
            figures += await _said("teams", store, lambda: teams.measure(store, port, stock, pretended, plan))
    if "customer_lookup" in wanted:
        figures += await _said("customer_lookup", store, lambda: lookup.measure(store, plan))
    if "ingest" in wanted:
        figures += await _ingest(store, "sqlite", str(store.folder / f"floor{store.suffix}.db"), slack, plan)
    return figures


async def _ingest(store: Store, kind: str, address: str, slack: PretendSlack, plan: Plan) -> list[Figure]:
    async with (
        processes.baton(store.url, slack.api_url, store.folder) as port,
        processes.floor(kind, address) as floor,
    ):
        return await _said("ingest", store, lambda: ingest.measure(store, port, floor, plan))


async def _said(what: str, store: Store, measuring: Callable[[], Awaitable[list[Figure]]]) -> list[Figure]:
    """Measure, and say how long it took."""
    begun = time.monotonic()
    figures = await measuring()
    print(f"{what}{store.suffix} on {store.url.partition(':')[0]}: {time.monotonic() - begun:.0f} s", flush=True)
    return figures


async def _prepare(store: Store, port: int, plan: Plan) -> None:
    """Conversations to be claimed, their cards in the channel."""
    requests = deliveries(2 * (plan.slashes + plan.turns + 2 * plan.warmup), PREPARED, random.Random(0))
    poured = await pour(port, requests, plan.connections)
    if poured.other:
        raise RuntimeError(f"a post was answered {poured.other}")
    await store.until_none(stores.UNHEARD)
    await store.until_none(stores.PENDING)


async def _file(folder: Path, suffix: str, plan: Plan) -> Store:
    path = folder / f"baton{suffix}.db"
    store = Store(f"sqlite:///{path}", folder, suffix)
    if not path.exists():
        await migrate(store.url)
        if suffix:
            await _seeded(store, plan)
    return store


async def _seeded(store: Store, plan: Plan) -> None:
    begun = time.monotonic()
    await seeding.seed(store, plan.seeded)
    print(f"{plan.seeded:,} posts and customers: {time.monotonic() - begun:.0f} s", flush=True)


@asynccontextmanager
async def _postgres(folder: Path, suffix: str, plan: Plan) -> AsyncIterator[Store]:
    """A database on a server of its own that waits for the disk, as one in earnest does."""
    with contextlib.contextmanager(serve_postgres)(durable=True) as server:
        store = Store(await server.fresh(), folder, suffix)
        if suffix:
            await _seeded(store, plan)
        yield store
        await asyncio.sleep(0)
