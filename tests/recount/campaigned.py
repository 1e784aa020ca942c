"""Campaigns beside each other and beside all that belongs to none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import median

from tests.recount.counted import Found, Weeks, changed_something, percent
from tests.recount.lives import Life
from tests.recount.named import followers_of
from tests.recount.rows import Rows
from tests.recount.shifted import holm, proportions


async def campaigns(w: Weeks, rows: Rows) -> list[Found]:
    """Nothing where no conversation ever belonged to one."""
    ((ever,),) = await rows.all("SELECT count(*) FROM conversation_campaigns")
    if not ever:
        return []
    followers = await followers_of(rows)
    others = [life for life in w.now if not life.campaigns]
    names = {name for life in w.now for name in life.campaigns}
    every = {name: [life for life in w.now if name in life.campaigns] for name in names}
    ordered = sorted(every.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    there = _moods(others)
    chances = []
    for _, some in ordered:
        here = _moods(some)
        chances.append(proportions(here["negative"], here.total(), there["negative"], there.total()))
    found = [_campaign(name, some, w, followers) for name, some in ordered]
    for each, apart in zip(found, holm(chances), strict=True):
        each["mood_apart"] = apart
    return [*found, {**_campaign(None, others, w, followers), "mood_apart": None}] if found else []


def _moods(some: Sequence[Life]) -> Counter[str]:
    return Counter(life.mood for life in some if life.mood)


def _campaign(name: str | None, some: Sequence[Life], w: Weeks, followers: Counter[tuple[str, str]]) -> Found:
    moods = _moods(some)
    waits = [(at - life.opened_at).total_seconds() for life in some if (at := life.first(w.end)) is not None]
    changed = sum(changed_something(life, w.end) for life in some)
    networks = Counter(life.network for life in some)
    reach = []
    for network, heard in sorted(networks.items(), key=lambda pair: (-pair[1], pair[0])):
        wrote = {life.customer for life in some if life.network == network}
        seen = sum(followers[customer, network] for customer in wrote)
        reach.append({"network": network, "heard": heard, "accounts": len(wrote), "followers": seen})
    return {
        "name": name,
        "heard": len(some),
        "sure": moods.total(),
        "negative": percent(moods["negative"], moods.total()),
        "positive": percent(moods["positive"], moods.total()),
        "touched": len(waits),
        "touched_share": percent(len(waits), len(some)),
        "changed": changed,
        "changed_share": percent(changed, len(some)),
        "first_human_seconds": round(median(waits)) if waits else None,
        "networks": reach,
    }
