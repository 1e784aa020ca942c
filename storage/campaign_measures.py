"""Campaigns, counted by the database; the medians are found in the spans alone."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from statistics import median
from typing import Any

from sqlalchemy import BigInteger, and_, cast, func, select

from bot.domain.campaign_measures import OTHERS, CampaignCount, Reach, compared
from bot.domain.measures import Window
from storage.engine import NOTHING
from storage.measure_statements import HEARD, RESOLVED, TOUCHED
from storage.moments import stamp
from storage.narrowed import Asks
from storage.tables import conversation_campaigns, conversations, identities

c = conversations.c
_tagged = conversations.outerjoin(conversation_campaigns, conversation_campaigns.c.number == c.number)
_campaign = func.coalesce(conversation_campaigns.c.campaign, OTHERS)

ANY = select(conversation_campaigns.c.number).limit(1)

COUNTS = (
    select(
        _campaign,
        func.count(),
        func.count(c.mood),
        func.count().filter(c.mood == "negative"),
        func.count().filter(c.mood == "positive"),
        func.count().filter(TOUCHED),
        func.count().filter(and_(RESOLVED, c.changed.is_(True))),
    )
    .select_from(_tagged)
    .where(*HEARD)
    .group_by(_campaign)
)

WAITS = select(_campaign, c.first_human_at - c.opened_at).select_from(_tagged).where(*HEARD, TOUCHED)

_wrote = (
    select(_campaign.label("campaign"), c.network, c.customer_id, func.count().label("many"))
    .select_from(_tagged)
    .where(*HEARD)
    .group_by(_campaign, c.network, c.customer_id)
    .subquery()
)
_followers = (
    select(func.coalesce(func.max(identities.c.followers), 0))
    .where(identities.c.customer_id == _wrote.c.customer_id, identities.c.network == _wrote.c.network)
    .scalar_subquery()
)
_seen = select(_wrote.c.campaign, _wrote.c.network, _wrote.c.many, _followers.label("followers")).subquery()
REACH = (
    select(
        _seen.c.campaign,
        _seen.c.network,
        cast(func.sum(_seen.c.many), BigInteger),
        func.count(),
        cast(func.sum(_seen.c.followers), BigInteger),
    )
    .group_by(_seen.c.campaign, _seen.c.network)
    .order_by(_seen.c.campaign, func.sum(_seen.c.many).desc(), _seen.c.network)
)


async def campaigns(connection: Asks, window: Window) -> tuple[CampaignCount, ...]:
    """Every campaign of which something was heard in the window, and the others; empty where no conversation has one."""
    if await connection.one(ANY, NOTHING) is None:
        return ()
    then: dict[str, Any] = {"start": stamp(window.start), "end": stamp(window.end)}
    counts, waits, reach = await connection.several((COUNTS, then), (WAITS, then), (REACH, then))
    spans: dict[str, list[int]] = defaultdict(list)
    for name, wait in waits:
        spans[name].append(wait)
    networks: dict[str, list[Reach]] = defaultdict(list)
    for name, *seen in reach:
        networks[name].append(Reach(*seen))
    return compared(
        CampaignCount(
            *(name, heard, sure, negative, positive, touched, changed),
            first_human=timedelta(microseconds=median(spans[name])) if spans[name] else None,
            networks=tuple(networks[name]),
        )
        for name, heard, sure, negative, positive, touched, changed in counts
    )
