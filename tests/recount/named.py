"""Which conversations, customers and ideas a digest names."""

from __future__ import annotations

from collections import Counter

from tests.recount.counted import Found, Weeks, differ
from tests.recount.rows import Rows

NAMED = 5


async def followers_of(rows: Rows) -> Counter[tuple[str, str]]:
    """How many follow a customer on a network, as it last told."""
    found: Counter[tuple[str, str]] = Counter()
    for customer, network, many in await rows.all(
        "SELECT customer_id, network, max(followers) FROM identities WHERE followers IS NOT NULL GROUP BY 1, 2"
    ):
        found[customer, network] = many
    return found


async def best_unheard(w: Weeks, rows: Rows) -> list[Found]:
    """Urgent ones first, then most followers, most posts, newest."""
    followers = await followers_of(rows)
    posts = {row[0]: row[1] for row in await rows.all("SELECT conversation, count(*) FROM posts GROUP BY 1")}
    names = await _names(rows)
    alone = [life for life in w.now if life.state == "floor" and life.first(life.events[-1][1]) is None]
    alone = [life for life in alone if not any(body.get("by") for _, _, body in life.events)]
    alone.sort(
        key=lambda life: (life.urgent, followers[life.customer, life.network], posts[life.number], life.opened_at),
        reverse=True,
    )
    return [
        {
            "ref": f"B-{life.number}",
            "network": life.network,
            "urgent": life.urgent,
            "opened_at": life.opened_at.isoformat(),
            "customer": names[w.persons[life.customer]],
            "followers": followers[life.customer, life.network],
        }
        for life in alone[:NAMED]
    ]


def named_views(w: Weeks) -> list[Found]:
    """Those whom departments saw differently: most departments first, then the newest."""
    seen = [(life.number, life.views(w.end)) for life in w.now]
    differing = [(number, views) for number, views in seen if len(views) > 1 and differ(list(views.values()))]
    differing.sort(key=lambda each: (-len(each[1]), -each[0]))
    return [{"ref": f"B-{number}", "views": views} for number, views in differing[:NAMED]]


async def named_customers(w: Weeks, rows: Rows) -> Found:
    names = await _names(rows)
    moods: dict[str, Counter[str]] = {}
    for life in (*w.earlier, *w.now):
        moods.setdefault(w.persons[life.customer], Counter())[life.mood or "unsure"] += 1
    heard = {w.persons[life.customer] for life in w.now}
    best = [(who, moods[who]) for who in heard if moods[who]["positive"] >= 2 and not moods[who]["negative"]]
    worst = [
        (who, moods[who])
        for who in heard
        if moods[who]["negative"] >= 2 and moods[who]["negative"] > moods[who]["positive"]
    ]

    def clearest(some: list[tuple[str, Counter[str]]], most: str, other: str) -> list[Found]:
        some.sort(key=lambda pair: (pair[1][other] - pair[1][most], pair[0]))
        return [
            {"customer": names[who], "conversations": mood[most], "otherwise": mood[other]}
            for who, mood in some[:NAMED]
        ]

    return {
        "named_advocates": clearest(best, "positive", "negative"),
        "named_at_risk": clearest(worst, "negative", "positive"),
    }


async def ideas(rows: Rows) -> Found:
    states = Counter(state for (state,) in await rows.all("SELECT state FROM ideas WHERE merged_into IS NULL"))
    return {
        "by_state": {state: states[state] for state in ("new", "considering", "planned", "shipped", "declined")},
    }


async def failures(rows: Rows) -> list[Found]:
    """What was given up after many tries is one line, however much it is; the company here has no sources that could fail."""
    ((dead,),) = await rows.all("SELECT count(*) FROM outbox WHERE state = 'dead'")
    return [{}] if dead else []


async def _names(rows: Rows) -> dict[str, str]:
    return {row[0]: row[1] for row in await rows.all("SELECT id, name FROM customers")}
