"""Finding a customer and reading the whole record, beside the least a store can be asked: one row by its key."""

from __future__ import annotations

import random
import time

from bot.domain.policy import Policies
from storage import SqlStorage
from storage.customers import GET
from tests.benchmarks.plan import Plan
from tests.benchmarks.report import Figure
from tests.benchmarks.stores import Store
from tests.benchmarks.wire import quantile
from tests.fakes.clock import SetClock


async def measure(store: Store, plan: Plan) -> list[Figure]:
    """By handle, by name and by a mistyped name in turn; both through the same storage and its driver."""
    asked = [each for each in await store.looked_for(2 * plan.lookups, random.Random(4)) if not each.startswith("B-")]
    storage = await SqlStorage.connect(store.url, policies=Policies(), clock=SetClock())
    taken: list[float] = []
    base: list[float] = []
    try:
        for each in asked[: plan.lookups]:
            begun = time.perf_counter()
            async with storage.reading() as uow:
                found = await uow.customers.find(each)
                record = await uow.customers.record(found[0].customer.id) if found else None
            taken.append(time.perf_counter() - begun)
            if record is None:
                continue
            begun = time.perf_counter()
            async with storage.database.reading() as connection:
                await connection.one(GET, {"id": record.customer.id})
            base.append(time.perf_counter() - begun)
    finally:
        await storage.close()
    if len(base) < 0.9 * len(taken):
        raise RuntimeError(f"only {len(base)} of {len(taken)} look-ups found somebody")
    name = f"customer_lookup_p99{store.suffix}"
    return [Figure(name, 1000 * quantile(taken, 0.99), "ms", 1000 * quantile(base, 0.99))]
