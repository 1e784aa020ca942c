"""The conversations with their trails and timers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Update, bindparam, delete, insert, select, update

from bot.domain.conversation import Conversation, State, Timer
from bot.domain.events import Event, Opened
from bot.domain.policy import Policies
from bot.domain.replay import apply, opened
from bot.domain.triage import UNSURE, Reading, theme
from bot.errors import UserError
from bot.ports import Browse, Change, Clock, Heard, Line, Sight
from storage import conversation_lists, heard, sights
from storage.bodies import read_conversation, read_event, write_conversation, write_event
from storage.engine import Connection, Values, binds
from storage.moments import stamp
from storage.tables import concerns, conversation_campaigns, conversations, counters, timers, trail

_number = conversations.c.number == bindparam("number")

GET = select(conversations.c.body).where(_number)
TAKE = GET.with_for_update()

INSERT = insert(conversations).values(binds(*conversations.c.keys()))


@cache
def _update(columns: tuple[str, ...]) -> Update:
    """Sets only what has changed: both databases then leave alone the indexes of everything else."""
    return (
        update(conversations)
        .values(binds(*columns))
        .where(conversations.c.number == bindparam("its_number"), conversations.c.version == bindparam("its_version"))
    )


OPENED_BETWEEN = (
    select(conversations.c.body)
    .where(conversations.c.opened_at >= bindparam("start"), conversations.c.opened_at < bindparam("end"))
    .order_by(conversations.c.opened_at, conversations.c.number)
)

APPEND = insert(trail).values(binds(*trail.c.keys()))
TRAIL = select(trail.c.body).where(trail.c.number == bindparam("number")).order_by(trail.c.seq)

SET_TIMER = insert(timers).values(binds("number", "kind", "due_at"))
DROP_TIMERS = delete(timers).where(timers.c.number == bindparam("number"))
DUE = (
    select(timers.c.number, timers.c.kind)
    .where(timers.c.due_at <= bindparam("at"))
    .order_by(timers.c.due_at, timers.c.number)
    .limit(bindparam("limit"))
)

ADD_CONCERN = insert(concerns).values(binds("number", "department", "urgent", "crisis"))
ADD_CAMPAIGN = insert(conversation_campaigns).values(binds("number", "campaign"))
DROP_CONCERNS = delete(concerns).where(concerns.c.number == bindparam("number"))

COUNT_ON = (
    update(counters)
    .values(value=counters.c.value + bindparam("by"))
    .where(counters.c.name == "conversation")
    .returning(counters.c.value)
)
BEGIN_COUNTING = insert(counters).values(name="conversation", value=bindparam("by"))


class StoredConversations:
    """See `bot.ports.Conversations`. `changed` is told of every change, before the commit."""

    def __init__(
        self, connection: Connection, policies: Policies, clock: Clock, changed: Callable[[Change], None]
    ) -> None:
        self._connection = connection
        self._policies = policies
        self._clock = clock
        self._changed = changed

    async def get(self, number: int) -> Conversation | None:
        """The present state, or None."""
        row = await self._connection.one(GET, {"number": number})
        return read_conversation(row[0]) if row is not None else None

    async def take(self, number: int) -> Conversation:
        """The present state, locked until this unit of work ends; raises `UserError` when there is none."""
        row = await self._connection.one(TAKE, {"number": number})
        if row is None:
            raise UserError(f"There is no B-{number}.", "See what there is with `/baton list`.")
        return read_conversation(row[0])

    async def next_numbers(self, count: int) -> range:
        """Reserve numbers, without gaps in a committed unit of work, beginning with 1."""
        row = await self._connection.one(COUNT_ON, {"by": count})
        if row is None:
            self._connection.later(BEGIN_COUNTING, {"by": count})
            return range(1, count + 1)
        last = int(row[0])
        return range(last - count + 1, last + 1)

    async def open(self, opened_ones: Sequence[Opened]) -> list[Conversation]:
        """Store new conversations; their numbers come from `next_numbers`."""
        fresh = [opened(event) for event in opened_ones]
        connection = self._connection
        connection.later_many(INSERT, map(columns_of, fresh))
        connection.later_many(APPEND, [trail_row(event.number, 1, event) for event in opened_ones])
        connection.later_many(SET_TIMER, [row for conversation in fresh for row in self._timer_rows(conversation)])
        connection.later_many(ADD_CONCERN, [row for conversation in fresh for row in concern_rows(conversation)])
        connection.later_many(ADD_CAMPAIGN, [row for conversation in fresh for row in campaign_rows(conversation)])
        for conversation, event in zip(fresh, opened_ones, strict=True):
            self._changed(Change(conversation, (event,)))
        return fresh

    async def save(self, conversation: Conversation, events: Iterable[Event]) -> Conversation:
        """Apply events to the state that was taken, append them to the trail, reconcile the timers; gives the new state.

        When somebody else saved since the state was read, the commit (or the next query) raises `ConflictError`.
        """
        happened = tuple(events)
        if not happened:
            return conversation
        new = conversation
        for event in happened:
            new = apply(new, event)
        connection, number = self._connection, conversation.number
        before = columns_of(conversation)
        changed = {name: value for name, value in columns_of(new).items() if value != before[name]}
        its = {"its_number": number, "its_version": conversation.version}
        connection.later(_update(tuple(changed)), {**changed, **its}, expect=1)
        connection.later_many(
            APPEND, [trail_row(number, seq, event) for seq, event in enumerate(happened, conversation.version + 1)]
        )
        due = self._timer_rows(new)
        if due != self._timer_rows(conversation):
            connection.later(DROP_TIMERS, {"number": number})
            connection.later_many(SET_TIMER, due)
        concerned = concern_rows(new)
        if concerned != concern_rows(conversation):
            connection.later(DROP_CONCERNS, {"number": number})
            connection.later_many(ADD_CONCERN, concerned)
        if new.campaigns != conversation.campaigns:
            connection.later_many(ADD_CAMPAIGN, campaign_rows(new, conversation.campaigns))
        self._changed(Change(new, happened))
        return new

    async def trail(self, number: int) -> list[Event]:
        """All events, oldest first."""
        return [read_event(body) for (body,) in await self._connection.all(TRAIL, {"number": number})]

    async def opened_between(self, start: datetime, end: datetime) -> list[Conversation]:
        """Conversations heard in [start, end), oldest first; filed ones are not heard."""
        rows = await self._connection.all(OPENED_BETWEEN, {"start": stamp(start), "end": stamp(end)})
        return [c for c in (read_conversation(body) for (body,) in rows) if not c.filed]

    async def count_between(self, start: datetime, end: datetime) -> tuple[int, int]:
        """How many conversations began in [start, end), and how many of them said the same as another."""
        return await heard.count_between(self._connection, start, end)

    async def heard_between(self, start: datetime, end: datetime) -> Heard:
        """The conversations that began in [start, end), counted."""
        return await heard.heard_between(self._connection, start, end)

    async def browse(self, browse: Browse, limit: int = 20, offset: int = 0) -> list[Line]:
        """Urgent first, then newest first; snoozed ones are left out."""
        return await conversation_lists.browse(self._connection, browse, limit, offset)

    async def count(self, browse: Browse) -> int:
        """How many conversations `browse` would show without a limit."""
        return await conversation_lists.count(self._connection, browse)

    async def sight(self, number: int) -> Sight | None:
        """What its card shows."""
        return await sights.sight(self._connection, number)

    async def due(self, at: datetime, limit: int = 100) -> list[tuple[int, Timer]]:
        """Timers that are due, oldest first."""
        rows = await self._connection.all(DUE, {"at": stamp(at), "limit": limit})
        return [(number, Timer(kind)) for number, kind in rows]

    async def settle(self, number: int, timer: Timer) -> None:
        """Drop a due timer that had nothing left to do; one that is due later by now is set to its new time."""
        conversation = await self.get(number)
        self._connection.later(DROP_TIMERS, {"number": number})
        if conversation is not None:
            now = stamp(self._clock.now())
            rows = self._timer_rows(conversation)
            kept = [row for row in rows if row["kind"] != timer.value or row["due_at"] > now]
            self._connection.later_many(SET_TIMER, kept)

    def _timer_rows(self, conversation: Conversation) -> list[Values]:
        due = conversation.timers(self._policies)
        return [{"number": conversation.number, "kind": timer.value, "due_at": stamp(at)} for timer, at in due.items()]


def trail_row(number: int, seq: int, event: Event) -> Values:
    """One event as a row of the trail."""
    return {
        "number": number,
        "seq": seq,
        "kind": event.kind,
        "at": stamp(event.at),
        "by_id": event.by.id if event.by is not None else None,
        "by_department": event.by.department if event.by is not None else None,
        "body": write_event(event),
    }


def columns_of(c: Conversation) -> dict[str, Any]:
    """The conversation as a row: its body, and what queries look for."""
    holder, asked = c.holder, c.pass_request
    return {
        "number": c.number,
        "version": c.version,
        "state": c.state.value,
        "urgent": c.urgent,
        "crisis": c.crisis,
        "rung": c.rung,
        "customer_id": c.customer_id,
        "network": c.network,
        "account": c.account,
        "holder_id": holder.id if holder is not None else None,
        "holder_department": holder.department if holder is not None else None,
        "asked_person": asked.to_person.id if asked is not None and asked.to_person is not None else None,
        "asked_department": asked.to_department if asked is not None else None,
        "approving_department": c.answer.waits_for if c.answer is not None else None,
        "outcome": c.outcome.kind.value if c.outcome is not None else None,
        "opened_at": stamp(c.opened_at),
        "floor_since": stamp(c.floor_since),
        "last_post_at": stamp(c.last_post_at),
        "first_human_at": stamp(c.first_human_at),
        "changed_at": stamp(c.changed_at),
        "snoozed_until": stamp(c.snoozed_until),
        "resolved_at": stamp(c.resolved_at),
        **_found(c.reading),
        **_measured(c),
        "echo_of": c.echo_of,
        "body": write_conversation(c),
    }


def _found(reading: Reading | None) -> dict[str, str | None]:
    if reading is None:
        return {"mood": None, "topic": None, "language": None}
    sure = reading.mood.confidence >= UNSURE
    return {"mood": reading.mood.name if sure else None, "topic": theme(reading), "language": reading.language.name}


def _measured(c: Conversation) -> dict[str, Any]:
    return {
        "department": c.departments[0] if c.departments else None,
        "first_answer_at": stamp(c.first_answer_at),
        "changed": c.outcome.changed_something if c.outcome is not None else None,
        "resolved_department": c.resolved_by.department if c.resolved_by is not None else None,
        "filed": True if c.filed else None,
    }


def campaign_rows(c: Conversation, there: Sequence[str] = ()) -> list[Values]:
    """The campaigns that it belongs to, without those that are kept already."""
    return [{"number": c.number, "campaign": name} for name in c.campaigns if name not in there]


def concern_rows(c: Conversation) -> list[Values]:
    """The departments whose list shows it: the holder's and the asked one's, or, on the floor, the suggested ones."""
    if c.state in {State.RESOLVED, State.ECHO} or c.snoozed_until is not None:
        return []
    departments = dict.fromkeys(c.departments if c.holder is None else (c.holder.department,))
    if c.pass_request is not None:
        asked = c.pass_request.to_person
        departments[asked.department if asked is not None else c.pass_request.to_department] = None
    shown = {"number": c.number, "urgent": c.urgent, "crisis": c.crisis}
    return [{**shown, "department": key} for key in departments if key is not None]
