"""Everything a conversation's card shows, in one trip."""

from __future__ import annotations

from sqlalchemy import bindparam, func, literal_column, or_, select

from bot.domain.customer import Identity
from bot.domain.post import StoredPost
from bot.ports import Sight
from storage.bodies import read_conversation
from storage.customer_rows import IDENTITY, ONE_WITH, SHOWN_CUSTOMER, own, read_customer, read_identity, shown
from storage.engine import Connection
from storage.names import normal_handle
from storage.post_rows import POST, read_stored
from storage.tables import conversations, customers, identities, notes, posts

LATEST = 4
"""How many of the latest posts a card gets beside the first."""

_OF = posts.c.conversation == bindparam("number")
_NOTES = (
    select(func.count())
    .select_from(notes)
    .where(notes.c.number == conversations.c.number, notes.c.deleted_at.is_(None))
    .scalar_subquery()
)
_praised, _members = conversations.alias("praised"), customers.alias("members")
_PRAISES = (
    select(func.count())
    .select_from(_praised)
    .where(
        _praised.c.customer_id.in_(
            select(_members.c.id)
            .where(or_(_members.c.id == shown.c.id, _members.c.merged_into == shown.c.id))
            .correlate(shown)
        ),
        _praised.c.outcome == literal_column("'praise'"),
    )
    .scalar_subquery()
)

CONVERSATION = (
    select(conversations.c.body, _NOTES, _PRAISES, *SHOWN_CUSTOMER)
    .select_from(conversations.join(own, own.c.id == conversations.c.customer_id).join(shown, ONE_WITH))
    .where(conversations.c.number == bindparam("number"))
)
IDENTITIES = (
    select(*IDENTITY)
    .join(conversations, conversations.c.customer_id == identities.c.customer_id)
    .where(conversations.c.number == bindparam("number"), conversations.c.network == identities.c.network)
    .order_by(identities.c.id)
    .limit(20)
)
FIRST = select(*POST).where(_OF).order_by(posts.c.id).limit(1)
LAST = select(*POST).where(_OF).order_by(posts.c.filed.is_(None).desc(), posts.c.id.desc()).limit(LATEST)


async def sight(connection: Connection, number: int) -> Sight | None:
    """What the card of a conversation shows; None when there is none."""
    asked = {"number": number}
    found, known, first, last = await connection.several(
        (CONVERSATION, asked), (IDENTITIES, asked), (FIRST, asked), (LAST, asked)
    )
    if not found:
        return None
    body, note_count, praises, *customer_row = found[0]
    conversation, customer = read_conversation(body), read_customer(customer_row)
    shown = tuple(read_stored(row) for row in (*first, *(row for row in reversed(last) if row[0] != first[0][0])))
    if shown and not shown[0].filed:
        # What a backfill found later is older than the rest: it is in the whole conversation, not on its card.
        shown = tuple(stored for stored in shown if not stored.filed)
    identity = _author(shown, [read_identity(row) for row in known])
    if identity is None:
        identity = Identity(conversation.network, customer.name)
    return Sight(conversation, customer, identity, shown, note_count, praises)


def _author(shown: tuple[StoredPost, ...], known: list[Identity]) -> Identity | None:
    """The one who wrote the first post, if the customer has several identities on this network."""
    if shown:
        wanted = normal_handle(shown[0].post.author.handle)
        known = sorted(known, key=lambda identity: normal_handle(identity.handle) != wanted)
    return known[0] if known else None
