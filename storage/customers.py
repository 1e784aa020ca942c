"""Customers, their identities and what is known of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Text,
    bindparam,
    func,
    insert,
    literal_column,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import insert as insert_or  # SQLite takes the same ON CONFLICT
from sqlalchemy.sql.expression import Executable

from bot.domain.conversation import Conversation
from bot.domain.customer import Customer, CustomerRecord, PastConversation, Rating, RecentPost
from bot.domain.people import PersonRef
from bot.domain.post import Author, Post, Visibility
from bot.domain.triage import sure_score
from bot.ports import ImportedCustomer, LookUp, Match
from storage import customer_identities, customer_import, customer_search
from storage.bodies import read_conversation, read_past, read_post, read_text, write_past
from storage.customer_rows import (
    IDENTITY,
    ONE_WITH,
    PURCHASE,
    SHOWN_CUSTOMER,
    TICKET,
    own,
    read_identity,
    read_purchase,
    read_ticket,
    shown,
    together,
)
from storage.engine import Among, Connection, Row, binds
from storage.idea_asking import asked_ideas, asked_of
from storage.moments import moment, stamp
from storage.tables import conversations, customers, identities, lookups, outcomes, posts, purchases, tickets

SHOWN = 10
"""How many of each kind the record holds; totals are whole."""

_id: BindParameter[str] = bindparam("id")

# The one under whose id the customer is shown, then those who are one with it.
_whole = select(literal_column("0", Integer).label("rank"), *SHOWN_CUSTOMER).select_from(own.join(shown, ONE_WITH))
_beside = select(literal_column("1", Integer), *SHOWN_CUSTOMER).select_from(
    own.join(shown, shown.c.merged_into == func.coalesce(own.c.merged_into, own.c.id))
)
GET = union_all(_whole.where(own.c.id == _id), _beside.where(own.c.id == _id)).order_by("rank")

_FIRST_POST = (
    select(posts.c.body)
    .where(posts.c.conversation == conversations.c.number)
    .order_by(posts.c.id)
    .limit(literal_column("1"))
    .scalar_subquery()
)
_LATEST_POST = (
    select(posts.c.body)
    .where(posts.c.conversation == conversations.c.number, posts.c.deleted_at.is_(None))
    .order_by(posts.c.id.desc())
    .limit(literal_column("1"))
    .scalar_subquery()
)


def _record_of(whose: Callable[[ColumnElement[str]], ColumnElement[bool]]) -> tuple[Executable, ...]:
    """Everything the record holds: totals, identities, purchases, tickets, conversations, their totals, outcomes, ideas."""
    counted = [
        select(func.count()).select_from(table).where(whose(table.c.customer_id)).scalar_subquery()
        for table in (purchases, posts)
    ]
    shown_alone: ColumnElement[Any] = literal_column(str(SHOWN))
    return (
        select(*counted),
        select(*IDENTITY).where(whose(identities.c.customer_id)).order_by(identities.c.id).limit(50),
        select(*PURCHASE)
        .where(whose(purchases.c.customer_id))
        .order_by(purchases.c.at.desc().nulls_last(), purchases.c.key.desc())
        .limit(shown_alone),
        select(*TICKET)
        .where(whose(tickets.c.customer_id))
        .order_by(tickets.c.at.desc().nulls_last(), tickets.c.key.desc())
        .limit(shown_alone),
        select(conversations.c.body, _FIRST_POST, _LATEST_POST)
        .where(whose(conversations.c.customer_id))
        .order_by(conversations.c.number.desc())
        .limit(shown_alone),
        # What was closed with something done or said; no action is no answer.
        select(
            func.count(),
            func.count().filter(conversations.c.outcome != "no_action"),
            func.count().filter(conversations.c.outcome == "praise"),
        ).where(whose(conversations.c.customer_id)),
        select(outcomes.c.body)
        .where(whose(outcomes.c.customer_id))
        .order_by(outcomes.c.number.desc(), outcomes.c.key.desc())
        .limit(shown_alone),
        asked_of(whose),
    )


OF_ONE = _record_of(lambda column: column == _id)
OF_SEVERAL = _record_of(lambda column: Among(column, "ids"))

_spoken_with = select(conversations.c.customer_id).where(conversations.c.number == bindparam("number"))
# On the record of whoever had the conversation, with whomever they are one: so it stays theirs when they are parted.
LOG_OUTCOME = (
    insert_or(outcomes)
    .values(
        binds("key", "number", "body")
        | {"customer_id": func.coalesce(_spoken_with.scalar_subquery(), bindparam("customer_id", type_=Text))}
    )
    .on_conflict_do_nothing()
)
SET_KIND = (
    update(customers)
    .values(kind=bindparam("its_kind"))
    .where(customers.c.id == bindparam("its_id"), customers.c.kind != bindparam("its_kind"))
    .returning(customers.c.id)
)
LOOKUPS = (
    select(lookups.c.by_id, lookups.c.by_name, lookups.c.by_department, lookups.c.via, lookups.c.at)
    .where(Among(lookups.c.customer_id, "ids"))
    .order_by(lookups.c.at.desc(), lookups.c.id.desc())
    .limit(bindparam("limit"))
)
LOOKED_UP = insert(lookups).values(binds("customer_id", "by_id", "by_name", "by_department", "via", "at"))


class StoredCustomers:
    """See `bot.ports.Customers`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._newcomers: set[str] = set()

    async def identify(self, authors: Sequence[tuple[str, Author]], at: datetime) -> list[str]:
        """Customer ids of (network, author) pairs, in order; unknown authors become new customers."""
        ids, fresh = await customer_identities.identify(self._connection, authors, at)
        self._newcomers |= fresh
        return ids

    def newcomers(self) -> set[str]:
        """Of whom this unit of work learnt something by which they may be told."""
        return set(self._newcomers)

    async def get(self, customer_id: str) -> Customer | None:
        """The customer, or None."""
        rows = await self._connection.all(GET, {"id": customer_id})
        return together([row[1:] for row in rows]) if rows else None

    async def find(self, query: str, limit: int = 5) -> list[Match]:
        """By handle, e-mail, phone or name (typos tolerated), best first."""
        return await customer_search.find(self._connection, query, limit)

    async def record(self, customer_id: str) -> CustomerRecord | None:
        """What the 360 degree card shows."""
        asked = {"id": customer_id}
        found, *rows = await self._connection.several((GET, asked), *((query, asked) for query in OF_ONE))
        if not found:
            return None
        members = [row[1] for row in found]
        if members != [customer_id]:
            rows = await self._connection.several(*((query, {"ids": members}) for query in OF_SEVERAL))
        totals, known, bought, opened, talks, talked, logged, asked_for = rows
        (purchases_total, posts_total), (conversations_total, answered_total, praises_total) = totals[0], talked[0]
        read = [(read_conversation(body), first, latest) for body, first, latest in talks]
        written = [(talk.number, read_post(latest)) for talk, _, latest in read if latest is not None]
        return CustomerRecord(
            customer=together([row[1:] for row in found]),
            identities=tuple(map(read_identity, known)),
            purchases=tuple(map(read_purchase, bought)),
            purchases_total=purchases_total,
            tickets=tuple(map(read_ticket, opened)),
            conversations=_history([(talk, first) for talk, first, _ in read], logged),
            recent=_recent(written),
            ratings=_ratings(written),
            conversations_total=conversations_total,
            answered_total=answered_total,
            praises_total=praises_total,
            posts_total=posts_total,
            ideas=asked_ideas(asked_for),
        )

    async def bring(self, imported: Sequence[ImportedCustomer], at: datetime) -> int:
        """Insert or update customers from a file, by key; gives how many were new."""
        new, ids = await customer_import.bring(self._connection, imported, at)
        self._newcomers.update(ids)
        return new

    async def set_kind(self, customer_id: str, kind: Literal["person", "company"]) -> bool:
        """Keep what a CRM tells of them; False where it is known."""
        return bool(await self._connection.all(SET_KIND, {"its_id": customer_id, "its_kind": kind}))

    async def log_outcome(self, customer_id: str, past: PastConversation, key: str) -> None:
        """Write an outcome to Baton's own record, once per `key`."""
        self._connection.later(
            LOG_OUTCOME, {"key": key, "customer_id": customer_id, "number": past.number, "body": write_past(past)}
        )

    async def looked_up(self, customer_id: str, by: PersonRef, via: str, at: datetime) -> None:
        """The audit trail of look-ups."""
        self._connection.later(
            LOOKED_UP,
            {
                "customer_id": customer_id,
                "by_id": by.id,
                "by_name": by.name,
                "by_department": by.department,
                "via": via,
                "at": stamp(at),
            },
        )

    async def lookups(self, customer_id: str, limit: int = 100) -> list[LookUp]:
        """Who looked at them or at anybody who is one with them, newest first."""
        members = [row[1] for row in await self._connection.all(GET, {"id": customer_id})]
        rows = await self._connection.all(LOOKUPS, {"ids": members or [customer_id], "limit": limit})
        return [LookUp(PersonRef(id_, name, department), via, moment(at)) for id_, name, department, via, at in rows]


def _recent(written: Sequence[tuple[int, Post]]) -> tuple[RecentPost, ...]:
    """The newest post on each network; those given are the latest ones of conversations."""
    newest: dict[str, RecentPost] = {}
    for number, post in sorted(written, key=lambda each: each[1].posted_at, reverse=True):
        private = post.visibility is Visibility.PRIVATE
        newest.setdefault(post.network, RecentPost(post.network, post.posted_at, post.text, number, post.url, private))
    return tuple(newest.values())


def _ratings(written: Sequence[tuple[int, Post]]) -> tuple[Rating, ...]:
    return tuple(Rating(number, post.rating, post.best_possible) for number, post in written if post.rating is not None)


def _history(talks: Sequence[tuple[Conversation, str | None]], logged: Sequence[Row]) -> tuple[PastConversation, ...]:
    """Conversations as they are now, and outcomes on record of conversations that are no longer kept; newest first."""
    lines = {talk.number: _line(talk, post) for talk, post in talks}
    for (body,) in logged:
        past = read_past(body)
        lines.setdefault(past.number, past)
    return tuple(lines[number] for number in sorted(lines, reverse=True)[:SHOWN])


def _line(conversation: Conversation, post: str | None) -> PastConversation:
    outcome, who = conversation.outcome, conversation.resolved_by or conversation.holder
    return PastConversation(
        number=conversation.number,
        network=conversation.network,
        opened_at=conversation.opened_at,
        state=conversation.state.value,
        outcome=outcome.kind.value if outcome is not None else "filed" if conversation.filed else None,
        wanted=outcome.wanted if outcome is not None else "",
        changed=outcome.changed if outcome is not None else "",
        who=who.name if who is not None else None,
        departments=conversation.touched,
        first_text=read_text(post) if post is not None else "",
        score=sure_score(conversation.reading),
    )
