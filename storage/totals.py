"""How much there is, for `stats`."""

from __future__ import annotations

from sqlalchemy import func, select, text

from bot.ports import Counts
from storage.engine import NOTHING, Connection
from storage.tables import conversations, customers, outbox, postings, posts

POSTS = select(posts.c.network, func.count()).where(posts.c.same_as.is_(None)).group_by(posts.c.network)
CONVERSATIONS = select(conversations.c.state, func.count()).group_by(conversations.c.state)
CUSTOMERS = select(func.count()).select_from(customers).where(customers.c.merged_into.is_(None))
CARDS = select(func.count()).select_from(postings).where(postings.c.message.is_not(None))
# Each state as text, so that its own index answers however much work was done before.
WAITING = select(func.count()).select_from(outbox).where(text("state = 'waiting'"))
READY = select(func.count()).select_from(outbox).where(text("state = 'ready'"))
LEASED = select(func.count()).select_from(outbox).where(text("state = 'leased'"))
DEAD = select(func.count()).select_from(outbox).where(text("state = 'dead'"))

_QUERIES = (POSTS, CONVERSATIONS, CUSTOMERS, CARDS, WAITING, READY, LEASED, DEAD)


async def counts(connection: Connection) -> Counts:
    """Totals; what is in a worker's hands counts as pending."""
    by_network, by_state, customer_count, cards, *work = await connection.several(
        *((query, NOTHING) for query in _QUERIES)
    )
    networks: dict[str, int] = dict(sorted(map(tuple, by_network)))
    states: dict[str, int] = dict(sorted(map(tuple, by_state)))
    waiting, ready, leased, dead = (rows[0][0] for rows in work)
    return Counts(
        posts=sum(networks.values()),
        posts_by_network=networks,
        conversations=sum(states.values()),
        conversations_by_state=states,
        customers=customer_count[0][0],
        cards=cards[0][0],
        outbox_pending=waiting + ready + leased,
        outbox_dead=dead,
    )
