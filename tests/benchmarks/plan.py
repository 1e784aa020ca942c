"""How much is measured: enough for figures that hold still, or just enough to see that everything works."""

from __future__ import annotations

from dataclasses import dataclass

PARTS = ("slash", "teams", "post_to_card", "ingest", "ingest_pg", "customer_lookup")


@dataclass(frozen=True)
class Plan:
    """Sizes of the parts. `seeded` is how many posts and customers the large store has."""

    slashes: int = 800
    turns: int = 400
    warmup: int = 100
    cards: int = 100
    posts: int = 8_000
    rounds: int = 5
    connections: int = 32
    lookups: int = 2_000
    seeded: int = 1_000_000


FULL = Plan()
QUICK = Plan(slashes=12, turns=12, warmup=4, cards=3, posts=60, rounds=1, connections=4, lookups=12, seeded=300)
