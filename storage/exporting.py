"""All that is kept of one person, read for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import BindParameter, bindparam, select, text

from bot.domain import events as e
from bot.domain.triage import Reading
from bot.ports import LINKED_BY
from storage.bodies import read_conversation, read_event, read_post
from storage.customer_rows import IDENTITY, PURCHASE, TICKET
from storage.engine import Connection
from storage.idea_asking import asked_ideas, asked_of
from storage.moments import moment
from storage.tables import (
    conversations,
    crm_entries,
    crm_links,
    customers,
    identities,
    lookups,
    notes,
    post_versions,
    posts,
    purchases,
    tickets,
    trail,
)

_id: BindParameter[Any] = bindparam("id")
_number: BindParameter[Any] = bindparam("number")

CUSTOMER = select(customers.c.name, customers.c.since, customers.c.attributes, customers.c.crm_url).where(
    customers.c.id == _id
)
IDENTITIES = select(*IDENTITY).where(identities.c.customer_id == _id).order_by(identities.c.id)
PURCHASES = select(*PURCHASE).where(purchases.c.customer_id == _id).order_by(purchases.c.key)
TICKETS = select(*TICKET).where(tickets.c.customer_id == _id).order_by(tickets.c.key)
POSTS = (
    select(posts.c.id, posts.c.conversation, posts.c.heard_at, posts.c.body)
    .where(posts.c.customer_id == _id, text("posts.customer_id IS NOT NULL"))
    .order_by(posts.c.id)
)
VERSIONS = (
    select(post_versions.c.replaced_at, post_versions.c.text)
    .where(post_versions.c.post_id == bindparam("its_id"))
    .order_by(post_versions.c.version)
)
BODY = select(conversations.c.body).where(conversations.c.number == _number)
TRAIL = select(trail.c.body).where(trail.c.number == _number).order_by(trail.c.seq)
NOTES = (
    select(notes.c.at, notes.c.by_department, notes.c.text)
    .where(notes.c.number == _number, notes.c.deleted_at.is_(None))
    .order_by(notes.c.at)
)
LINKS = select(crm_links.c.crm, crm_links.c.contact_id, crm_links.c.url, crm_links.c.how).where(
    crm_links.c.customer_id == _id, text("crm_links.contact_id <> ''")
)
ENTRIES = select(crm_entries.c.crm, crm_entries.c.key, crm_entries.c.state, crm_entries.c.url).where(
    crm_entries.c.number == _number
)
ASKED_FOR = asked_of(lambda column: column == _id)
LOOKED_UP = (
    select(lookups.c.at, lookups.c.by_department, lookups.c.via)
    .where(lookups.c.customer_id == _id)
    .order_by(lookups.c.at)
)


async def everything(connection: Connection, customer_ids: Sequence[str], numbers: Sequence[int]) -> Mapping[str, Any]:
    """Parts by name, each a list of what is kept; colleagues are named by their departments alone."""
    ids = [{"id": each} for each in customer_ids]
    names = ("network", "handle", "external_id", "display_name", "followers", "verified", "profile_url")
    return {
        "person": [
            {"name": name, "since": _time(since), "attributes": orjson.loads(attributes), "crm_url": url}
            for name, since, attributes, url in await connection.many(CUSTOMER, ids)
        ],
        "identities": [dict(zip(names, row, strict=True)) for row in await connection.many(IDENTITIES, ids)],
        "purchases": [
            {"key": key, "what": what, "at": _time(at), "amount": amount, "currency": currency}
            for key, what, at, amount, currency in await connection.many(PURCHASES, ids)
        ],
        "tickets": [
            {"key": key, "subject": subject, "status": status, "at": _time(at)}
            for key, subject, status, at in await connection.many(TICKETS, ids)
        ],
        "posts": [await _post(connection, *row) for row in await connection.many(POSTS, ids)],
        "conversations": [await _conversation(connection, number) for number in numbers],
        "ideas": [
            {
                "idea": f"I-{asked.number}",
                "title": asked.title,
                "state": asked.state,
                "conversations": _refs(asked.conversations),
                "told": _refs(asked.told),
            }
            for asked in asked_ideas(await connection.many(ASKED_FOR, ids))
        ],
        "crm": [
            {"crm": crm, "contact": contact, "url": url, "how": _how(how)}
            for crm, contact, url, how in await connection.many(LINKS, ids)
        ],
        "lookups": [
            {"at": _time(at), "department": department, "via": via}
            for at, department, via in await connection.many(LOOKED_UP, ids)
        ],
    }


async def _post(connection: Connection, id_: int, conversation: int | None, heard_at: int, body: str) -> dict[str, Any]:
    earlier = await connection.all(VERSIONS, {"its_id": id_})
    return {
        "conversation": f"B-{conversation}" if conversation is not None else None,
        "heard_at": _time(heard_at),
        **read_post(body).model_dump(mode="json", exclude_defaults=True),
        "earlier_texts": [{"until": _time(at), "text": said} for at, said in earlier],
    }


async def _conversation(connection: Connection, number: int) -> dict[str, Any]:
    row = await connection.one(BODY, {"number": number})
    if row is None:
        return {"conversation": f"B-{number}"}
    c = read_conversation(row[0])
    events = [read_event(body) for (body,) in await connection.all(TRAIL, {"number": number})]
    answered = [each for each in events if isinstance(each, e.AnswerWritten)]
    noted = await connection.all(NOTES, {"number": number})
    written = await connection.all(ENTRIES, {"number": number})
    return {
        "conversation": c.ref,
        "network": c.network,
        "opened_at": c.opened_at.isoformat(),
        "state": c.state.value,
        "departments": list(c.touched),
        "outcome": c.outcome.kind.value if c.outcome is not None else None,
        "wanted": c.outcome.wanted if c.outcome is not None else None,
        "changed": c.outcome.changed if c.outcome is not None else None,
        "concluded": _concluded(c.reading),
        "perspectives": [{"department": department, "text": view.text} for department, view in c.perspectives.items()],
        "answers": [{"at": each.at.isoformat(), "text": each.text} for each in answered],
        "notes": [{"at": _time(at), "department": department, "text": said} for at, department, said in noted],
        "crm_entries": [dict(zip(("crm", "key", "state", "url"), entry, strict=True)) for entry in written],
    }


def _refs(numbers: Sequence[int]) -> list[str]:
    return [f"B-{number}" for number in numbers]


def _concluded(reading: Reading | None) -> dict[str, Any] | None:
    """What triage, or a model, made of the newest post."""
    if reading is None:
        return None
    return {
        "language": reading.language.name,
        "sentiment": reading.mood.name,
        "urgency": reading.urgency.name,
        "intents": [guess.name for guess in reading.intents],
        "topics": [guess.name for guess in reading.topics],
        "by": reading.by,
    }


def _how(how: str) -> str:
    """How a contact was found; the colleague who said it is not named."""
    return "linked by a colleague" if how.startswith(LINKED_BY) else how


def _time(stamped: int | None) -> str | None:
    at = moment(stamped)
    return at.isoformat() if at is not None else None
