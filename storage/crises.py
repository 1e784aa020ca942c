"""Crises with their timelines, what belongs to them, and our messages about them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field, TypeAdapter
from sqlalchemy import Select, bindparam, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as insert_or_leave  # SQLite takes the same ON CONFLICT

from bot.domain.crisis import Crisis, apply, proposed
from bot.domain.crisis_events import Event, Proposed
from bot.errors import UserError
from bot.ports import Crises, CrisisCard, CrisisPosting, Line, Outbox, Standing, Work
from storage.conversation_lists import lines, pressing, read_lines
from storage.crisis_standing import belonging, standing
from storage.engine import Connection, Row, Values, binds
from storage.moments import stamp
from storage.tables import conversations, counters, crises, crisis_conversations, crisis_postings, crisis_trail

CARD = "crisis_card"
"""The kind of work that brings one message about a crisis up to date; its payload names the posting."""

SOON, IN_TURN = 0, 1

_CRISIS = TypeAdapter(Crisis)
_EVENT: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="kind")])

_live = text("state IN ('proposed', 'open')")
_newest = crises.c.number.desc()
GET = select(crises.c.body).where(crises.c.number == bindparam("number"))
# Not held against those who hear what belongs to it: whoever takes it may wait for a conversation that they have taken.
TAKE = GET.with_for_update(key_share=True)
INSERT = insert(crises).values(binds(*crises.c.keys()))
UPDATE = (
    update(crises)
    .values(binds("version", "state", "channel", "thread", "ended_at", "body"))
    .where(crises.c.number == bindparam("its_number"), crises.c.version == bindparam("its_version"))
)
APPEND = insert(crisis_trail).values(binds(*crisis_trail.c.keys()))
TIMELINE = (
    select(crisis_trail.c.body)
    .where(crisis_trail.c.crisis == bindparam("crisis"))
    .order_by(crisis_trail.c.seq.desc())
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
LIVE = select(crises.c.body).where(_live).order_by(_newest)
LIVE_THERE = select(crises.c.body).where(_live, crises.c.surface == bindparam("surface")).order_by(_newest)
LAST_ENDED = (
    select(crises.c.body)
    .where(crises.c.surface == bindparam("surface"), crises.c.ended_at.is_not(None))
    .order_by(crises.c.ended_at.desc())
    .limit(1)
)
BROWSE = select(crises.c.body).order_by(_newest).limit(bindparam("limit")).offset(bindparam("offset"))
IN_ROOM = (
    select(crises.c.body)
    .where(text("crises.channel IS NOT NULL"), crises.c.channel == bindparam("channel"), ~crises.c.thread)
    .order_by(_newest)
    .limit(1)
)
IN_THREAD = (
    select(crises.c.body)
    .select_from(crises.join(crisis_postings, crisis_postings.c.crisis == crises.c.number))
    .where(
        crisis_postings.c.channel == bindparam("channel"),
        crisis_postings.c.message == bindparam("message"),
        crisis_postings.c.card == "board",
    )
    .order_by(_newest)
    .limit(1)
)
ADD = (
    insert_or_leave(crisis_conversations)
    .values(binds("crisis", "number", "at"))
    .on_conflict_do_nothing()
    .returning(crisis_conversations.c.number)
)
_theirs = belonging()
CONVERSATIONS = (
    select(_theirs.c.number)
    .where(_theirs.c.number > bindparam("after"))
    .order_by(_theirs.c.number)
    .limit(bindparam("limit"))
)
LINES = lines(
    select(conversations.c.number)
    .select_from(conversations.join(crisis_conversations, crisis_conversations.c.number == conversations.c.number))
    .where(
        crisis_conversations.c.crisis == bindparam("crisis"), text("conversations.state NOT IN ('resolved', 'echo')")
    )
    .order_by(*pressing(conversations))
)
OF_CONVERSATION = (
    select(crises.c.body)
    .select_from(crises.join(crisis_conversations, crisis_conversations.c.crisis == crises.c.number))
    .where(crisis_conversations.c.number == bindparam("number"))
    .order_by(_newest)
)

_POSTING = tuple(crisis_postings.c)
WANT = (
    insert_or_leave(crisis_postings)
    .values(binds("id", "crisis", "card", "person", "platform", "channel"))
    .on_conflict_do_nothing()
)
POSTING = select(*_POSTING).where(crisis_postings.c.id == bindparam("id"))
POSTINGS = select(*_POSTING).where(crisis_postings.c.crisis == bindparam("crisis")).order_by(crisis_postings.c.id)
SENT = (
    update(crisis_postings)
    .values(binds("platform", "channel", "message", "shown", "pinned"))
    .where(crisis_postings.c.id == bindparam("its_id"))
)
COUNT_ON = (
    update(counters).values(value=counters.c.value + 1).where(counters.c.name == "crisis").returning(counters.c.value)
)
BEGIN_COUNTING = insert(counters).values(name="crisis", value=1)

ALL = 1_000_000
"""More than any timeline has."""


class StoredCrises(Crises):
    """See `bot.ports.Crises`."""

    def __init__(self, connection: Connection, outbox: Outbox) -> None:
        self._connection = connection
        self._outbox = outbox

    async def get(self, number: int) -> Crisis | None:
        """The present state, or None."""
        return await self._one(GET, {"number": number})

    async def take(self, number: int) -> Crisis:
        """The present state, locked until this unit of work ends; raises `UserError` when there is none."""
        crisis = await self._one(TAKE, {"number": number})
        if crisis is None:
            raise UserError(f"There is no C-{number}.", "See what there is with `/baton crisis`.")
        return crisis

    async def next_number(self) -> int:
        """Reserve a number, beginning with 1."""
        row = await self._connection.one(COUNT_ON)
        if row is None:
            self._connection.later(BEGIN_COUNTING)
            return 1
        return int(row[0])

    async def propose(self, event: Proposed) -> Crisis:
        """Keep a new one. Where one lives on the same surface, the commit (or the next query) raises `ConflictError`."""
        crisis = proposed(event)
        self._connection.later(INSERT, {"number": crisis.number, "surface": crisis.surface, **_columns(crisis)})
        self._connection.later(APPEND, _trail_row(crisis.number, 1, event))
        return crisis

    async def save(self, crisis: Crisis, events: Iterable[Event]) -> Crisis:
        """Apply events to the state that was taken and append them to the timeline; gives the new state.

        When somebody else saved since the state was read, the commit (or the next query) raises `ConflictError`.
        """
        happened = tuple(events)
        new = crisis
        for event in happened:
            new = apply(new, event)
        if happened:
            its = {"its_number": crisis.number, "its_version": crisis.version}
            self._connection.later(UPDATE, {**_columns(new), **its}, expect=1)
            rows = [_trail_row(crisis.number, seq, event) for seq, event in enumerate(happened, crisis.version + 1)]
            self._connection.later_many(APPEND, rows)
        return new

    async def timeline(self, number: int, limit: int | None = None, offset: int = 0) -> list[Event]:
        """The latest events, oldest first; `offset` of the latest are left out."""
        asked = {"crisis": number, "limit": ALL if limit is None else limit, "offset": offset}
        rows = await self._connection.all(TIMELINE, asked)
        return [_EVENT.validate_json(body) for (body,) in reversed(rows)]

    async def live(self, surface: str | None = None) -> list[Crisis]:
        """Those that are proposed or open, there or anywhere, the newest first."""
        statement, values = (LIVE, {}) if surface is None else (LIVE_THERE, {"surface": surface})
        return [_read(row) for row in await self._connection.all(statement, values)]

    async def last_ended(self, surface: str) -> Crisis | None:
        """The one that was dismissed or cleared last there."""
        return await self._one(LAST_ENDED, {"surface": surface})

    async def browse(self, limit: int = 10, offset: int = 0) -> list[Crisis]:
        """All, the newest first."""
        return [_read(row) for row in await self._connection.all(BROWSE, {"limit": limit, "offset": offset})]

    async def in_room(self, channel: str, message: str | None = None) -> Crisis | None:
        """The crisis whose room is this channel, or the thread under this message."""
        found = await self._one(IN_ROOM, {"channel": channel})
        if found is None and message is not None:
            found = await self._one(IN_THREAD, {"channel": channel, "message": message})
        return found

    async def add(self, crisis: int, numbers: Collection[int], at: datetime) -> int:
        """These conversations belong to it from now on; gives how many did not before."""
        rows = [{"crisis": crisis, "number": number, "at": stamp(at)} for number in sorted(set(numbers))]
        return len(await self._connection.many(ADD, rows))

    async def conversations(self, crisis: int, after: int = 0, limit: int = 100) -> list[int]:
        """Numbers of what belongs to it, those who say the same included, from the one behind `after` on, in order."""
        rows = await self._connection.all(CONVERSATIONS, {"crisis": crisis, "after": after, "limit": limit})
        return [int(number) for (number,) in rows]

    async def lines(self, crisis: int, limit: int = 10) -> list[Line]:
        """What belongs to it and is open, what presses most first."""
        return await read_lines(self._connection, LINES, {"crisis": crisis, "limit": limit, "offset": 0})

    async def of_conversation(self, number: int) -> list[Crisis]:
        """The crises that a conversation belongs to, the newest first."""
        return [_read(row) for row in await self._connection.all(OF_CONVERSATION, {"number": number})]

    async def standing(self, crisis: int, at: datetime) -> Standing:
        """How it stands now."""
        return await standing(self._connection, crisis, at)

    async def want(self, posting: CrisisPosting, *, soon: bool = True) -> None:
        """Show this card, and bring it up to date where it is there: one pending work item."""
        names = ("id", "crisis", "card", "person", "platform", "channel")
        self._connection.later(WANT, {name: getattr(posting, name) for name in names})
        known = await self.posting(posting.id)
        await self._outbox.put(_card_work(known or posting, await self.get(posting.crisis), soon=soon))

    async def refresh(self, crisis: int, *cards: CrisisCard, soon: bool) -> None:
        """Bring its cards of these kinds up to date; `soon` for what a person just caused."""
        there = [posting for posting in await self.postings(crisis) if posting.card in cards]
        its = await self.get(crisis) if there else None
        await self._outbox.put(*(_card_work(posting, its, soon=soon) for posting in there))

    async def posting(self, posting_id: str) -> CrisisPosting | None:
        """One message."""
        row = await self._connection.one(POSTING, {"id": posting_id})
        return _read_posting(row) if row is not None else None

    async def postings(self, crisis: int) -> list[CrisisPosting]:
        """All our messages about it."""
        return [_read_posting(row) for row in await self._connection.all(POSTINGS, {"crisis": crisis})]

    async def sent(self, posting: CrisisPosting) -> None:
        """The message is there, and shows this."""
        names = ("platform", "channel", "message", "shown", "pinned")
        self._connection.later(SENT, {"its_id": posting.id, **{name: getattr(posting, name) for name in names}})

    async def _one(self, statement: Select[Any], values: Values) -> Crisis | None:
        row = await self._connection.one(statement, values)
        return _read(row) if row is not None else None


def _read(row: Row) -> Crisis:
    return _CRISIS.validate_json(row[0])


def _read_posting(row: Row) -> CrisisPosting:
    id_, crisis, card, person, platform, channel, message, shown, pinned = row
    return CrisisPosting(id_, crisis, card, person, platform, channel, message, shown, bool(pinned))


def _columns(crisis: Crisis) -> Values:
    return {
        "version": crisis.version,
        "state": crisis.state.value,
        "channel": crisis.channel,
        "thread": crisis.thread,
        "ended_at": stamp(crisis.ended_at),
        "body": _CRISIS.dump_json(crisis, exclude_defaults=True).decode(),
    }


def _trail_row(number: int, seq: int, event: Event) -> Values:
    body = _EVENT.dump_json(event, exclude_none=True).decode()
    return {"crisis": number, "seq": seq, "kind": event.kind, "at": stamp(event.at), "body": body}


def _card_work(posting: CrisisPosting, crisis: Crisis | None, *, soon: bool) -> Work:
    """Bring one message up to date; messages of one channel, and those to one person, go one after the other."""
    # A thread shares its channel's rate with the cards that are shown there.
    room = crisis.surface if crisis is not None and crisis.thread else posting.channel
    key = room if posting.person is None else f"crisis:{posting.person}"
    return Work(
        CARD,
        {"posting": posting.id},
        key=key,
        lane="post" if posting.message is None else "update",
        priority=SOON if soon else IN_TURN,
        dedup=posting.id,
    )
