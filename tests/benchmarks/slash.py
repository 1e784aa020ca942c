"""Slash commands: from the signed request to the complete answer, each beside an acknowledgement by stock Bolt."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from tests.benchmarks import stores
from tests.benchmarks.company import USERS
from tests.benchmarks.plan import Plan
from tests.benchmarks.report import Figure
from tests.benchmarks.signing import slash
from tests.benchmarks.stores import Store
from tests.benchmarks.wire import Line, quantile

_READ, _WRITTEN = b'"blocks"', b"You hold"


async def measure(store: Store, baton_port: int, bolt_port: int, plan: Plan) -> list[Figure]:
    """`/baton customer X` and `/baton claim B-n`; every claim is of a conversation that nobody holds, and succeeds."""
    chance = random.Random(1)
    ours, floor = await Line.to(baton_port), await Line.to(bolt_port)
    asked = await store.looked_for(plan.slashes + plan.warmup, chance)
    claimed = await store.on_floor(plan.slashes + plan.warmup)
    held = await store.number(stores.HELD)
    reads = [f"customer {each}" for each in asked]
    writes = [f"claim B-{number}" for number in claimed]
    figures = []
    for name, texts, expected in (("read", reads, _READ), ("write", writes, _WRITTEN)):
        value, base = await _interleaved(ours, floor, texts, lambda body, want=expected: want in body, plan.warmup)  # type: ignore[misc]
        for label, share in (("p50", 0.5), ("p99", 0.99)):
            name_ = f"slash_{name}_{label}{store.suffix}"
            figures.append(Figure(name_, 1000 * quantile(value, share), "ms", 1000 * quantile(base, share)))
    if await store.number(stores.HELD) != held + len(claimed):
        raise RuntimeError("not every claim is in the store")
    ours.close()
    floor.close()
    return figures


async def _interleaved(
    ours: Line, floor: Line, texts: Sequence[str], good: Callable[[bytes], bool], warmup: int
) -> tuple[list[float], list[float]]:
    """Seconds of each command, and of the empty one that was sent beside it, now before and now after."""
    taken: list[float] = []
    base: list[float] = []
    for at, text in enumerate(texts):
        user = USERS[at % len(USERS)]
        for turn in (0, 1):
            if (at + turn) % 2:
                status, body, seconds = await ours.ask(slash(user, text))
                if status != 200 or not good(body):
                    raise RuntimeError(f"/baton {text} was answered {status} {body[:500]!r}")
                taken.append(seconds)
            else:
                status, body, seconds = await floor.ask(slash(user, ""))
                if status != 200:
                    raise RuntimeError(f"Bolt answered {status} {body[:500]!r}")
                base.append(seconds)
    return taken[warmup:], base[warmup:]
