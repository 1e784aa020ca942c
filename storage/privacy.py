"""Requests to forget somebody, our messages about them, and what is kept of one person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import bindparam, delete, exists, func, or_, select, text, union
from sqlalchemy.dialects.postgresql import insert  # SQLite takes the same ON CONFLICT

from bot.domain.forgetting import Forgetting, Report
from bot.domain.post import StoredPost
from bot.domain.record import Owed
from bot.ports import ImportedCustomer, Privacy, Told
from storage import erasing, exporting, forgotten, retention
from storage.engine import Connection, binds
from storage.moments import stamp
from storage.tables import (
    answers,
    conversations,
    crm_entries,
    crm_links,
    customers,
    identities,
    outbox,
    postings,
    posts,
)
from storage.tables.privacy import forgettings, told

_FORGETTING = TypeAdapter(Forgetting)

_put = insert(forgettings).values(binds("id", "customer_id", "state", "until", "body"))
PUT = _put.on_conflict_do_update(index_elements=["id"], set_={"state": _put.excluded.state, "body": _put.excluded.body})
GET = select(forgettings.c.body).where(forgettings.c.id == bindparam("id"))
_root = (
    select(func.coalesce(customers.c.merged_into, customers.c.id))
    .where(customers.c.id == bindparam("id"))
    .scalar_subquery()
)
_together = select(customers.c.id).where(or_(customers.c.id == _root, customers.c.merged_into == _root))
WAITING = (
    select(forgettings.c.body)
    .where(
        forgettings.c.customer_id.in_(_together),
        or_(
            forgettings.c.state == "confirmed",
            (forgettings.c.state == "asked") & (forgettings.c.until > bindparam("at")),
        ),
    )
    .order_by(forgettings.c.until.desc())
)
# Ids are in the order of time.
REQUESTS = select(forgettings.c.body).order_by(forgettings.c.id.desc()).limit(bindparam("limit"))
ONE_WITH = _together.order_by(customers.c.merged_into.is_not(None), customers.c.id)
# Somebody may be called as the forgotten are: those have no handle any more.
FORGOTTEN = select(customers.c.id).where(
    customers.c.id == bindparam("id"),
    customers.c.name == erasing.NOBODY,
    customers.c.import_key.is_(None),
    ~exists().where(identities.c.customer_id == customers.c.id),
)
NUMBERS = (
    select(conversations.c.number)
    .where(conversations.c.customer_id == bindparam("customer_id"))
    .order_by(conversations.c.number)
)
ELSEWHERE = (
    select(posts.c.id, posts.c.conversation)
    .join(conversations, conversations.c.number == posts.c.conversation)
    .where(
        posts.c.customer_id == bindparam("customer_id"),
        text("posts.customer_id IS NOT NULL"),
        conversations.c.customer_id != bindparam("customer_id"),
        posts.c.deleted_at.is_(None),
    )
    .order_by(posts.c.id)
)
_tell = insert(told).values(binds("mark", "about", "platform", "channel", "message"))
TELL = _tell.on_conflict_do_update(
    index_elements=["mark"], set_={"channel": _tell.excluded.channel, "message": _tell.excluded.message}
)
MESSAGES = select(*told.c).where(told.c.about == bindparam("about")).order_by(told.c.mark)
TAKE_BACK = delete(told).where(told.c.mark == bindparam("mark"))

# What work is about stands in its payload: the number, the posting of the card, or the answer.
_numbered = or_(
    outbox.c.payload.like(bindparam("comma")),
    outbox.c.payload.like(bindparam("brace")),
)
_payloads = [outbox.c.payload.like(bindparam("named"))]
DROP = delete(outbox).where(_numbered, text("outbox.state IN ('ready', 'waiting')"))
HELD = select(func.count()).where(_numbered, outbox.c.state == "leased")
DROP_NAMED = delete(outbox).where(*_payloads, text("outbox.state IN ('ready', 'waiting')"))
HELD_NAMED = select(func.count()).where(*_payloads, outbox.c.state == "leased")
NAMES = union(
    select(postings.c.id).where(postings.c.number == bindparam("number")),
    select(answers.c.id).where(answers.c.number == bindparam("number")),
)
OWED = select(crm_entries.c.crm, crm_entries.c.key, crm_entries.c.entry_id).where(
    crm_entries.c.number == bindparam("number"), crm_entries.c.state != "nobody"
)


CONTACTS = select(crm_links.c.crm, crm_links.c.contact_id).where(
    crm_links.c.customer_id == bindparam("customer_id"), text("crm_links.contact_id <> ''")
)


class StoredPrivacy(Privacy):
    """See `bot.ports.Privacy`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def put(self, request: Forgetting) -> None:
        """Keep a request as it is now."""
        body = _FORGETTING.dump_json(request).decode()
        row = {"id": request.id, "customer_id": request.customer_id, "state": request.state}
        self._connection.later(PUT, {**row, "until": stamp(request.until), "body": body})

    async def get(self, request_id: str) -> Forgetting | None:
        """One request."""
        row = await self._connection.one(GET, {"id": request_id})
        return _FORGETTING.validate_json(row[0]) if row is not None else None

    async def waiting(self, customer_id: str, at: datetime) -> Forgetting | None:
        """The request about the customer, or who is one with them, that waits for its second person or is being carried out."""
        row = await self._connection.one(WAITING, {"id": customer_id, "at": stamp(at)})
        return _FORGETTING.validate_json(row[0]) if row is not None else None

    async def requests(self, limit: int) -> list[Forgetting]:
        """The newest requests first."""
        rows = await self._connection.all(REQUESTS, {"limit": limit})
        return [_FORGETTING.validate_json(body) for (body,) in rows]

    async def one_with(self, customer_id: str) -> list[str]:
        """The ids of all customers who are this one, the one they are shown under first."""
        return [id_ for (id_,) in await self._connection.all(ONE_WITH, {"id": customer_id})]

    async def forgotten(self, customer_id: str) -> bool:
        """Whether nothing is kept of this customer any more, on their request."""
        return await self._connection.one(FORGOTTEN, {"id": customer_id}) is not None

    async def numbers(self, customers: Sequence[str]) -> list[int]:
        """All their conversations."""
        rows = await self._connection.many(NUMBERS, [{"customer_id": each} for each in customers])
        return sorted(number for (number,) in rows)

    async def elsewhere(self, customers: Sequence[str]) -> list[tuple[str, int]]:
        """Their posts in the conversations of others, as (post id, conversation)."""
        rows = await self._connection.many(ELSEWHERE, [{"customer_id": each} for each in customers])
        own = set(await self.numbers(customers))
        return [(str(id_), number) for id_, number in rows if number not in own]

    async def told(self, told: Told) -> None:
        """A message of ours stands there."""
        row = {"mark": told.mark, "about": told.about, "platform": told.platform}
        self._connection.later(TELL, {**row, "channel": told.channel, "message": told.message})

    async def messages(self, about: Sequence[str]) -> list[Told]:
        """Our messages about these."""
        rows = await self._connection.many(MESSAGES, [{"about": each} for each in about])
        return [Told(*row) for row in rows]

    async def taken_back(self, mark: str) -> None:
        """A message is not there any more."""
        self._connection.later(TAKE_BACK, {"mark": mark})

    async def drop_work(self, numbers: Sequence[int], customers: Sequence[str] = ()) -> int:
        """Drop work about these conversations that nobody has in hand; gives how much is, also of what names these customers."""
        held = 0
        for number in numbers:
            about = {"comma": f'%"number":{number},%', "brace": f'%"number":{number}}}%'}
            self._connection.later(DROP, about)
            held += await self._count(HELD, about)
            for (name,) in await self._connection.all(NAMES, {"number": number}):
                self._connection.later(DROP_NAMED, {"named": f'%"{name}"%'})
                held += await self._count(HELD_NAMED, {"named": f'%"{name}"%'})
        for customer in customers:
            held += await self._count(HELD_NAMED, {"named": f'%"{customer}"%'})
        return held

    async def _count(self, query: Any, values: Mapping[str, Any]) -> int:
        row = await self._connection.one(query, values)
        return int(row[0]) if row is not None else 0

    async def owed(self, customers: Sequence[str], numbers: Sequence[int]) -> dict[str, list[Owed]]:
        """Our entries about them, by CRM."""
        contacts: dict[str, list[str]] = {}
        for crm, contact in await self._connection.many(CONTACTS, [{"customer_id": each} for each in customers]):
            contacts.setdefault(crm, []).append(contact)
        owed: dict[str, list[Owed]] = {}
        for crm, key, entry_id in await self._connection.many(OWED, [{"number": number} for number in numbers]):
            owed.setdefault(crm, []).append(Owed(key, tuple(contacts.get(crm, ())), entry_id))
        return owed

    async def erase(self, customers: Sequence[str], numbers: Sequence[int], at: datetime) -> Report:
        """Erase everything that is kept of them; conversations and posts stay as empty shells for the counts."""
        return await erasing.erase(self._connection, customers, numbers, at)

    async def forgotten_among(self, imported: Sequence[ImportedCustomer]) -> frozenset[str]:
        """The keys of those who were forgotten: an import would bring them back."""
        return await forgotten.among(self._connection, imported)

    async def forget_no_more(self, imported: Sequence[ImportedCustomer]) -> None:
        """An import may bring these, though they were forgotten."""
        await forgotten.no_more(self._connection, imported)

    async def drop_again(self, posts: Sequence[StoredPost]) -> frozenset[str]:
        """Drop posts that were forgotten and delivered once more; gives their ids."""
        return await erasing.drop_again(self._connection, posts)

    async def everything(self, customers: Sequence[str]) -> Mapping[str, Any]:
        """All that is kept of them, as JSON takes it."""
        return await exporting.everything(self._connection, customers, await self.numbers(customers))

    async def expire(
        self, what: str, networks: Sequence[str], before: datetime, after: str, limit: int
    ) -> tuple[int, str]:
        """Purge payloads or texts of posts heard before then; gives how many were looked at, and where to go on."""
        return await retention.expire(self._connection, what, networks, before, after, limit)
