"""Webhook posts a second: verified, deduplicated, committed and answered; and how fast what came is heard."""

from __future__ import annotations

import random
import statistics
import time

from tests.benchmarks import stores
from tests.benchmarks.plan import Plan
from tests.benchmarks.posts import deliveries
from tests.benchmarks.report import Figure
from tests.benchmarks.stores import Store
from tests.benchmarks.wire import pour

FIRST = 10_000_000
"""Posts of this part are numbered from here."""


async def measure(store: Store, baton_port: int, floor_port: int, plan: Plan) -> list[Figure]:
    """Rounds with Baton and the floor in turn. A round begins when everything of the one before has been heard."""
    chance, number = random.Random(3), FIRST
    taken: list[float] = []
    base: list[float] = []
    heard: list[float] = []
    for at in range(-1, plan.rounds):
        count = plan.posts if at >= 0 else plan.posts // 8 + 1
        requests = list(deliveries(count, number, chance))
        number += count
        base.append(await _poured(floor_port, requests, plan))
        before = await store.number(stores.POSTS)
        taken.append(await _poured(baton_port, requests, plan))
        heard.append(await _heard(store))
        if await store.number(stores.POSTS) != before + count:
            raise RuntimeError("not every post that was answered is stored, or one is stored twice")
    kind = "" if store.is_sqlite else "_pg"
    name = f"{kind}{store.suffix}"
    floor = statistics.median(base[1:])
    return [
        Figure(f"ingest_per_s{name}", statistics.median(taken[1:]), "1/s", floor, "higher"),
        Figure(f"heard_per_s{name}", statistics.median(heard[1:]), "1/s", floor, "higher"),
    ]


async def _poured(port: int, requests: list[bytes], plan: Plan) -> float:
    poured = await pour(port, requests, plan.connections)
    if poured.good != len(requests):
        raise RuntimeError(f"{len(requests) - poured.good} posts were not accepted: {poured.other}")
    return poured.per_second


async def _heard(store: Store) -> float:
    """Posts heard a second from now on, until none is left."""
    begun, left = time.perf_counter(), await store.number(stores.UNHEARD)
    await store.until_none(stores.UNHEARD)
    return max(1, left) / (time.perf_counter() - begun)
