"""What was heard on each day, by network: one way through the index of a span, put into days by their own midnights."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from math import gcd

from sqlalchemy import BigInteger, bindparam, func, select

from bot.domain.forecasting import Day
from bot.domain.measures import Window
from storage.measure_statements import HEARD
from storage.moments import stamp
from storage.narrowed import Asks
from storage.tables import conversations

c = conversations.c

_slots = (
    select((c.opened_at // bindparam("slot", type_=BigInteger())).label("slot"), c.network, c.mood)
    .where(*HEARD)
    .subquery()
)
DAILY = select(
    _slots.c.slot,
    _slots.c.network,
    func.count(),
    func.count(_slots.c.mood),
    func.count().filter(_slots.c.mood == "negative"),
).group_by(_slots.c.slot, _slots.c.network)


async def daily(asks: Asks, window: Window) -> list[Day]:
    """The days on which anything was heard, by network, in order."""
    ends = [stamp(at) for at in window.day_ends]
    # The longest slot that every midnight falls on the edge of: a day in UTC, an hour in most zones with two times a year.
    slot = gcd(stamp(window.start), *ends)
    rows = await asks.all(DAILY, {"start": stamp(window.start), "end": stamp(window.end), "slot": slot})
    counts: dict[tuple[int, str], Counter[str]] = {}
    for at, network, heard, sure, negative in rows:
        there = counts.setdefault((bisect_right(ends, at * slot), network), Counter())
        there.update(heard=heard, sure=sure, negative=negative)
    return [
        Day(day, network, there["heard"], there["sure"], there["negative"])
        for (day, network), there in sorted(counts.items())
    ]
