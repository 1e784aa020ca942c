"""How a crisis stands: everything its board counts, in a few queries over what belongs to it."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import Subquery, bindparam, case, func, select, text

from bot.ports import Standing
from storage.bodies import read_conversation
from storage.engine import Connection
from storage.moments import stamp
from storage.tables import conversations, crisis_conversations, posts

LATELY = timedelta(minutes=5)
"""What was opened within so long is compared with what was opened in as long before."""

NAMED = 5
"""So many of those that press are named."""

c = conversations.c


def belonging() -> Subquery:
    """The numbers of what belongs to the crisis `crisis`, with those who say the same as one of them."""
    own = select(crisis_conversations.c.number).where(crisis_conversations.c.crisis == bindparam("crisis"))
    echoes = (
        select(c.number)
        .select_from(crisis_conversations.join(conversations, c.echo_of == crisis_conversations.c.number))
        .where(text("conversations.echo_of IS NOT NULL"), crisis_conversations.c.crisis == bindparam("crisis"))
    )
    return own.union(echoes).subquery("theirs")


_theirs = belonging()
_among = conversations.join(_theirs, _theirs.c.number == c.number)
COUNTS = (
    select(
        c.state,
        c.network,
        c.mood,
        c.topic,
        func.count(),
        func.sum(case((c.opened_at >= bindparam("lately"), 1), else_=0)),
        func.sum(case((c.opened_at.between(bindparam("before"), bindparam("until")), 1), else_=0)),
    )
    .select_from(_among)
    .group_by(c.state, c.network, c.mood, c.topic)
)
POSTS = (
    select(func.count())
    .select_from(posts.join(_theirs, _theirs.c.number == posts.c.conversation))
    .where(text("posts.conversation IS NOT NULL"))
)
_presses = (c.urgent, text("conversations.state NOT IN ('resolved', 'echo')"))
PRESSING = select(func.count()).select_from(_among).where(*_presses)
URGENT = (
    select(c.body)
    .select_from(_among)
    .where(*_presses)
    .order_by(c.crisis.desc(), c.number.desc())
    .limit(bindparam("limit"))
)


async def standing(connection: Connection, crisis: int, at: datetime) -> Standing:
    """The counts of this moment."""
    its = {"crisis": crisis}
    since = {"lately": stamp(at - LATELY), "before": stamp(at - 2 * LATELY), "until": stamp(at - LATELY) - 1}
    counted, written, pressing, urgent = await connection.several(
        (COUNTS, {**its, **since}), (POSTS, its), (PRESSING, its), (URGENT, {**its, "limit": NAMED})
    )
    states: Counter[str] = Counter()
    networks: Counter[str] = Counter()
    moods: Counter[str] = Counter()
    topics: Counter[str] = Counter()
    lately = before = 0
    for state, network, mood, topic, many, new, older in counted:
        states[state] += many
        networks[network] += many
        lately, before = lately + int(new), before + int(older)
        if mood is not None:
            moods[mood] += many
        if topic is not None:
            topics[topic] += many
    return Standing(
        conversations=sum(states.values()),
        posts=int(written[0][0]),
        lately=lately,
        before=before,
        states=_most_first(states),
        networks=_most_first(networks),
        moods=_most_first(moods),
        topics=_most_first(topics),
        pressing=int(pressing[0][0]),
        urgent=tuple(read_conversation(body) for (body,) in urgent),
    )


def _most_first(counts: Counter[str]) -> dict[str, int]:
    """In an order that two counts of the same share."""
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
