"""Ideas with their trails, what asks for them, votes, and the words by which similar ones are found."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field, TypeAdapter
from sqlalchemy import ColumnElement, Select, TextClause, bindparam, delete, func, insert, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert as insert_or  # SQLite takes the same ON CONFLICT

from bot.domain import idea_events as e
from bot.domain.idea import Idea, apply, raised
from bot.domain.idea_likeness import keys, likeness
from bot.domain.people import PersonRef
from bot.errors import UserError
from bot.ports import Alike, Asking, IdeaLine, Ideas, IdeaWhich, Line
from storage import idea_asking as counted
from storage.conversation_lists import read_lines
from storage.engine import Among, Connection, Values, binds
from storage.idea_asking import IDEA, read_idea
from storage.moments import stamp
from storage.tables import counters, idea_conversations, idea_trail, idea_votes, idea_words, ideas

ALL = 1_000_000
"""More than any trail has."""

CANDIDATES = 50
"""So many ideas that share words are compared."""

EVENT: TypeAdapter[e.Event] = TypeAdapter(Annotated[e.Event, Field(discriminator="kind")])

_KEPT = (
    "version",
    "state",
    "merged_into",
    "holder_id",
    "asked_person",
    "asked_department",
    "state_since",
    "due_at",
    "body",
)
GET = select(ideas.c.body).where(ideas.c.number == bindparam("number"))
TAKE = GET.with_for_update()
INSERT = insert(ideas).values(binds(*ideas.c.keys()))
UPDATE = (
    update(ideas)
    .values(binds(*_KEPT))
    .where(ideas.c.number == bindparam("its_number"), ideas.c.version == bindparam("its_version"))
)
APPEND = insert(idea_trail).values(binds(*idea_trail.c.keys()))
TRAIL = (
    select(idea_trail.c.body)
    .where(idea_trail.c.idea == bindparam("idea"))
    .order_by(idea_trail.c.seq.desc())
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
ADD = insert_or(idea_conversations).values(binds("idea", "number", "at")).on_conflict_do_nothing()
DROP = delete(idea_conversations).where(
    idea_conversations.c.idea == bindparam("its_idea"), idea_conversations.c.number == bindparam("its_number")
)
NAMED = select(idea_conversations.c.number).where(
    idea_conversations.c.idea == bindparam("idea"), idea_conversations.c.number == bindparam("number")
)
_vote = insert_or(idea_votes).values(binds("idea", "department", "against", "at"))
VOTE = _vote.on_conflict_do_update(
    index_elements=["idea", "department"], set_={"against": _vote.excluded.against, "at": _vote.excluded.at}
)
ADD_WORD = insert_or(idea_words).values(binds("word", "idea")).on_conflict_do_nothing()
DROP_WORDS = delete(idea_words).where(idea_words.c.idea == bindparam("its_idea"))
FOUND = (
    select(idea_words.c.idea, func.count().label("many"))
    .where(Among(idea_words.c.word, "words"))
    .group_by(idea_words.c.idea)
    .order_by(func.count().desc(), idea_words.c.idea.desc())
    .limit(bindparam("limit"))
).subquery("found")
_root = ideas.alias("the_root")
SIMILAR = (
    select(ideas.c.body, _root.c.body)
    .select_from(FOUND.join(ideas, ideas.c.number == FOUND.c.idea))
    .join(_root, _root.c.number == ideas.c.root)
)

_beneath = select(ideas.c.number).where(ideas.c.number == bindparam("its_number")).cte("beneath", recursive=True)
_child = ideas.alias("child")
_beneath = _beneath.union_all(select(_child.c.number).join(_beneath, _child.c.merged_into == _beneath.c.number))
SET_ROOT = update(ideas).values(root=bindparam("its_root")).where(ideas.c.number.in_(select(_beneath.c.number)))
ROOT = select(ideas.c.root).where(ideas.c.number == bindparam("number"))
MERGED = (
    select(ideas.c.body)
    .where(ideas.c.root == bindparam("number"), ideas.c.number != bindparam("number"))
    .order_by(ideas.c.number)
)

_STANDING = text("ideas.merged_into IS NULL")
_CONDITIONS: dict[str, tuple[ColumnElement[bool] | TextClause, ...]] = {
    "open": (text("ideas.state NOT IN ('shipped', 'declined')"),),
    "all": (),
    **{state: (ideas.c.state == state,) for state in ("new", "considering", "planned", "shipped", "declined")},
    "mine": (ideas.c.holder_id == bindparam("person"),),
    "asked": (
        or_(ideas.c.asked_person == bindparam("person"), ideas.c.asked_department == bindparam("department")),
        func.coalesce(ideas.c.holder_id, "") != bindparam("person"),
    ),
}


def _page(which: str) -> Select[tuple[str]]:
    asked = counted.most_asked()
    return (
        select(ideas.c.body)
        .select_from(ideas.outerjoin(asked, asked.c.idea == ideas.c.number))
        .where(_STANDING, *_CONDITIONS[which])
        .order_by(func.coalesce(asked.c.many, 0).desc(), ideas.c.number.desc())
        .limit(bindparam("limit"))
        .offset(bindparam("offset"))
    )


_PAGES = {which: _page(which) for which in _CONDITIONS}
_COUNTS = {
    which: select(func.count()).select_from(ideas).where(_STANDING, *conditions)
    for which, conditions in _CONDITIONS.items()
}
DUE = (
    select(ideas.c.number)
    .where(text("ideas.due_at IS NOT NULL"), ideas.c.due_at <= bindparam("at"))
    .order_by(ideas.c.due_at, ideas.c.number)
    .limit(bindparam("limit"))
)
PUT_OFF = update(ideas).values(binds("due_at")).where(ideas.c.number == bindparam("its_number"))
COUNT_ON = (
    update(counters).values(value=counters.c.value + 1).where(counters.c.name == "idea").returning(counters.c.value)
)
BEGIN_COUNTING = insert(counters).values(name="idea", value=1)


class StoredIdeas(Ideas):
    """See `bot.ports.Ideas`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def get(self, number: int) -> Idea | None:
        """The present state, or None."""
        row = await self._connection.one(GET, {"number": number})
        return read_idea(row[0]) if row is not None else None

    async def take(self, number: int) -> Idea:
        """The present state, locked until this unit of work ends; raises `UserError` when there is none."""
        row = await self._connection.one(TAKE, {"number": number})
        if row is None:
            raise UserError(f"There is no I-{number}.", "See what there is with `/baton ideas`.")
        return read_idea(row[0])

    async def next_number(self) -> int:
        """Reserve a number, beginning with 1."""
        row = await self._connection.one(COUNT_ON)
        if row is None:
            self._connection.later(BEGIN_COUNTING)
            return 1
        return int(row[0])

    async def raise_one(self, event: e.Raised) -> Idea:
        """Keep a new one, with the conversation that asks for it."""
        idea, connection = raised(event), self._connection
        row = {"number": idea.number, "root": idea.number, "raised_at": stamp(idea.raised_at), **columns_of(idea)}
        connection.later(INSERT, row)
        connection.later(APPEND, trail_row(idea.number, 1, event))
        connection.later_many(ADD_WORD, word_rows(idea))
        if event.conversation is not None:
            connection.later(ADD, {"idea": idea.number, "number": event.conversation, "at": stamp(event.at)})
        return idea

    async def save(self, idea: Idea, events: Iterable[e.Event]) -> Idea:
        """Apply events to the state that was taken and append them to the trail; gives the new state.

        When somebody else saved since the state was read, the commit (or the next query) raises `ConflictError`.
        """
        happened = tuple(events)
        if not happened:
            return idea
        new, connection = idea, self._connection
        for event in happened:
            new = apply(new, event)
        its = {"its_number": idea.number, "its_version": idea.version}
        connection.later(UPDATE, {**columns_of(new), **its}, expect=1)
        rows = [trail_row(idea.number, seq, event) for seq, event in enumerate(happened, idea.version + 1)]
        connection.later_many(APPEND, rows)
        for event in happened:
            await self._beside(idea.number, event)
        if new.title != idea.title:
            connection.later(DROP_WORDS, {"its_idea": idea.number})
            connection.later_many(ADD_WORD, word_rows(new))
        return new

    async def _beside(self, number: int, event: e.Event) -> None:
        """What an event leaves in other tables."""
        connection = self._connection
        match event:
            case e.AskedFor():
                asks = [{"idea": number, "number": each, "at": stamp(event.at)} for each in event.numbers]
                connection.later_many(ADD, asks)
            case e.NoLongerAsked():
                connection.later_many(DROP, [{"its_idea": number, "its_number": each} for each in event.numbers])
            case e.Voted():
                row = {"idea": number, "department": event.department, "against": event.against, "at": stamp(event.at)}
                connection.later(VOTE, row)
            case e.Merged():
                above = await connection.one(ROOT, {"number": event.into})
                root = int(above[0]) if above is not None else event.into
                connection.later(SET_ROOT, {"its_number": number, "its_root": root})
            case e.Unmerged():
                connection.later(SET_ROOT, {"its_number": number, "its_root": number})
            case _:
                pass

    async def trail(self, number: int, limit: int | None = None, offset: int = 0) -> list[e.Event]:
        """The latest events, oldest first; `offset` of the latest are left out."""
        asked = {"idea": number, "limit": ALL if limit is None else limit, "offset": offset}
        rows = await self._connection.all(TRAIL, asked)
        return [EVENT.validate_json(body) for (body,) in reversed(rows)]

    async def browse(
        self, which: IdeaWhich = "open", person: PersonRef | None = None, limit: int = 10, offset: int = 0
    ) -> list[IdeaLine]:
        """Most asked for first; what was merged into another is left out."""
        values = {**_whose(which, person), "limit": limit, "offset": offset}
        found = [read_idea(body) for (body,) in await self._connection.all(_PAGES[which], values)]
        asking = await counted.asking(self._connection, [idea.number for idea in found])
        return [IdeaLine(idea, its) for idea, its in zip(found, asking, strict=True)]

    async def count(self, which: IdeaWhich = "open", person: PersonRef | None = None) -> int:
        """How many `browse` would show without a limit."""
        row = await self._connection.one(_COUNTS[which], _whose(which, person))
        return int(row[0]) if row is not None else 0

    async def asking(self, number: int) -> Asking:
        """Who asks for it."""
        return (await counted.asking(self._connection, [number]))[0]

    async def named(self, number: int, conversations: Collection[int]) -> list[int]:
        """Which of these conversations were said to ask for exactly this idea."""
        asked = [{"idea": number, "number": each} for each in conversations]
        return [int(row[0]) for row in await self._connection.many(NAMED, asked)]

    async def conversations(self, number: int, after: int = 0, limit: int = 100) -> list[int]:
        """Numbers of all that ask for it, from the one behind `after` on, in order."""
        asked = {"idea": number, "after": after, "limit": limit}
        return [int(row[0]) for row in await self._connection.all(counted.CONVERSATIONS, asked)]

    async def lines(self, number: int, limit: int = 10, offset: int = 0) -> list[Line]:
        """Those who ask for it, without those who say the same as one of them, the newest first."""
        return await read_lines(self._connection, counted.LINES, {"idea": number, "limit": limit, "offset": offset})

    async def merged(self, number: int) -> list[Idea]:
        """What was merged into it."""
        return [read_idea(body) for (body,) in await self._connection.all(MERGED, {"number": number})]

    async def of_conversation(self, number: int) -> list[Idea]:
        """The ideas that a conversation, or the one that stands for it, asks for, the newest first."""
        rows = await self._connection.all(counted.OF_CONVERSATION, {"number": number})
        found = {idea.number: idea for idea in (read_idea(body) for (body,) in rows)}
        return [found[each] for each in sorted(found, reverse=True)]

    async def similar(self, words: str, limit: int = 5, beside: Collection[int] = ()) -> list[Alike]:
        """Those that have words in common, the most alike first."""
        asked = {"words": sorted(keys(words)), "limit": CANDIDATES}
        best: dict[int, Alike] = {}
        for body, root in await self._connection.all(SIMILAR, asked):
            standing = read_idea(root)
            alike = Alike(standing, likeness(words, read_idea(body).title))
            before = best.get(standing.number)
            if standing.number not in beside and (before is None or before.likeness.score < alike.likeness.score):
                best[standing.number] = alike
        found = [each for each in best.values() if each.likeness.common or each.likeness.is_the_same]
        return sorted(found, key=lambda each: (-each.likeness.score, each.idea.number))[:limit]

    async def due(self, at: datetime, limit: int = 100) -> list[int]:
        """Numbers of those with which time has something to do, the oldest first."""
        return [int(row[0]) for row in await self._connection.all(DUE, {"at": stamp(at), "limit": limit})]

    async def put_off(self, number: int) -> None:
        """Time has nothing to do with it, but for what stands in its state."""
        idea = await self.get(number)
        due = stamp(idea.due) if idea is not None else None
        self._connection.later(PUT_OFF, {"its_number": number, "due_at": due})


def word_rows(idea: Idea) -> list[Values]:
    """The words by which it is found."""
    return [{"word": word, "idea": idea.number} for word in sorted(keys(idea.title))]


def _whose(which: IdeaWhich, person: PersonRef | None) -> Values:
    match which:
        case "mine":
            return {"person": person.id if person is not None else ""}
        case "asked":
            department = person.department if person is not None else None
            return {"person": person.id if person is not None else "", "department": department}
        case _:
            return {}


def columns_of(idea: Idea) -> dict[str, Any]:
    """The idea as a row: its body, and what queries look for."""
    asked = idea.pass_request
    return {
        "version": idea.version,
        "state": idea.state.value,
        "merged_into": idea.merged_into,
        "holder_id": idea.holder.id if idea.holder is not None else None,
        "asked_person": asked.to_person.id if asked is not None and asked.to_person is not None else None,
        "asked_department": asked.to_department if asked is not None else None,
        "state_since": stamp(idea.since),
        "due_at": stamp(idea.due),
        "body": IDEA.dump_json(idea, exclude_defaults=True).decode(),
    }


def trail_row(number: int, seq: int, event: e.Event) -> Values:
    """An event as a row of the trail."""
    body = EVENT.dump_json(event, exclude_none=True).decode()
    return {"idea": number, "seq": seq, "kind": event.kind, "at": stamp(event.at), "body": body}
