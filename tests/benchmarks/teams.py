"""A claim on Teams: from the signed delivery until it is committed, the answer is in the chat and the delivery is answered.

Beside each, the same message to stock botbuilder, which says it back.
"""

from __future__ import annotations

import time

from tests.benchmarks import stores
from tests.benchmarks.company import teams_people
from tests.benchmarks.plan import Plan
from tests.benchmarks.pretend_teams import PretendTeams
from tests.benchmarks.report import Figure
from tests.benchmarks.stores import Store
from tests.benchmarks.wire import Line, quantile
from tests.fakes.teams_talk import Colleague

_CLAIMED, _ECHOED = b"You hold", b"You said"


async def measure(store: Store, baton_port: int, stock_port: int, teams: PretendTeams, plan: Plan) -> list[Figure]:
    """`claim B-n` in the chat with Baton alone; every claim is of a conversation that nobody holds, and succeeds."""
    ours, stock = await Line.to(baton_port), await Line.to(stock_port)
    people = teams_people()
    numbers = await store.on_floor(plan.turns + plan.warmup)
    held = await store.number(stores.HELD)
    taken: list[float] = []
    base: list[float] = []
    for at, number in enumerate(numbers):
        who, text = people[at % len(people)], f"claim B-{number}"
        for turn in (0, 1):
            if (at + turn) % 2:
                taken.append(await _turn(ours, teams, who, text, _CLAIMED))
            else:
                base.append(await _turn(stock, teams, who, text, _ECHOED))
    if await store.number(stores.HELD) != held + len(numbers):
        raise RuntimeError("not every claim is in the store")
    ours.close()
    stock.close()
    taken, base = taken[plan.warmup :], base[plan.warmup :]
    return [
        Figure(f"teams_turn_{label}{store.suffix}", 1000 * quantile(taken, share), "ms", 1000 * quantile(base, share))
        for label, share in (("p50", 0.5), ("p99", 0.99))
    ]


async def _turn(line: Line, teams: PretendTeams, who: Colleague, text: str, expected: bytes) -> float:
    """Seconds until both are there: the answer in the chat, and that of the delivery."""
    request, arrival = teams.message(who, text), teams.arrival(who, expected)
    begun = time.perf_counter()
    status, body, seconds = await line.ask(request)
    if status not in {200, 201}:
        raise RuntimeError(f"{text} was answered {status} {body[:500]!r}")
    return max(await arrival - begun, seconds)
