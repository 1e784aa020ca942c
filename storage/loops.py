"""Loops: for each idea that shipped and each conversation that asked for it, whether the customer was told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import BindParameter, and_, bindparam, case, delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert as insert_or  # SQLite takes the same ON CONFLICT

from bot.domain.loops import Counted, Loop, Loops, LoopState, Why, loops_of
from bot.domain.post import Visibility
from bot.ports.loops import Batch, LoopBook, LoopLine
from storage.bodies import read_conversation
from storage.customer_rows import ONE_WITH, own, shown
from storage.engine import Among, Connection, Row, binds
from storage.moments import moment, stamp
from storage.tables import conversations, ideas, loops

_columns = (
    *("idea", "number", "state", "why", "detail", "shipped", "text", "language", "translated", "audience"),
    *("answer_id", "opened_at", "at"),
)
_row = [loops.c[name] for name in _columns]
_keep = insert_or(loops).values(binds(*_columns))
KEEP = _keep.on_conflict_do_update(
    index_elements=["idea", "number"],
    set_={name: _keep.excluded[name] for name in _columns if name not in {"idea", "number"}},
)
DROP = delete(loops).where(loops.c.idea == bindparam("its_idea"), loops.c.number == bindparam("its_number"))
GET = select(*_row).where(loops.c.idea == bindparam("idea"), loops.c.number == bindparam("number"))
OF_CONVERSATION = select(*_row).where(loops.c.number == bindparam("number")).order_by(loops.c.idea.desc())
PAGE = (
    select(*_row)
    .where(loops.c.idea == bindparam("idea"), Among(loops.c.state, "states"), loops.c.number > bindparam("after"))
    .order_by(loops.c.number)
    .limit(bindparam("limit"))
)
LINES = (
    select(conversations.c.body, shown.c.name, *_row)
    .select_from(
        loops.join(conversations, conversations.c.number == loops.c.number)
        .join(own, own.c.id == conversations.c.customer_id)
        .join(shown, ONE_WITH)
    )
    .where(loops.c.idea == bindparam("idea"), Among(loops.c.state, "states"), loops.c.number > bindparam("after"))
    .order_by(loops.c.number)
    .limit(bindparam("limit"))
)
COUNTS = (
    select(loops.c.idea, loops.c.state, loops.c.why, func.count())
    .where(loops.c.idea == bindparam("idea"))
    .group_by(loops.c.idea, loops.c.state, loops.c.why)
)
_same = (loops.c.text, conversations.c.network, loops.c.audience, loops.c.language, loops.c.translated)
BATCHES = (
    select(*_same, func.count())
    .select_from(loops.join(conversations, conversations.c.number == loops.c.number))
    .where(loops.c.idea == bindparam("idea"), loops.c.state == LoopState.DRAFTED.value)
    .group_by(*_same)
    .order_by(func.count().desc(), *_same)
)


_end: BindParameter[int] = bindparam("end")
# Who was told, or could not be, after the end was still waiting then; who asked later, had not asked.
_settled = loops.c.at < _end
_state = case((or_(loops.c.state.is_(None), _settled), loops.c.state), else_=LoopState.DRAFTED.value)
_why = case((_settled, loops.c.why))
SHIPPED = (
    select(ideas.c.number, _state, _why, func.count())
    .select_from(ideas.outerjoin(loops, and_(loops.c.idea == ideas.c.number, loops.c.opened_at < _end)))
    .where(
        ideas.c.state == "shipped",
        ideas.c.merged_into.is_(None),
        ideas.c.state_since >= bindparam("start"),
        ideas.c.state_since < _end,
    )
    .group_by(ideas.c.number, _state, _why)
)
"""(idea, state, why, how many) of the ideas that shipped in [start, end), as they stood at its end."""


class StoredLoops(LoopBook):
    """See `bot.ports.loops.LoopBook`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def get(self, idea: int, number: int) -> Loop | None:
        """One of them."""
        row = await self._connection.one(GET, {"idea": idea, "number": number})
        return _read(row) if row is not None else None

    async def of_conversation(self, number: int) -> list[Loop]:
        """All of a conversation, those of the newest idea first."""
        return [_read(row) for row in await self._connection.all(OF_CONVERSATION, {"number": number})]

    async def page(self, idea: int, states: Collection[LoopState], after: int = 0, limit: int = 50) -> list[Loop]:
        """Those of an idea in one of these states, by conversation, from the one behind `after` on."""
        asked = {"idea": idea, "states": sorted(state.value for state in states), "after": after, "limit": limit}
        return [_read(row) for row in await self._connection.all(PAGE, asked)]

    async def lines(self, idea: int, states: Collection[LoopState], after: int = 0, limit: int = 50) -> list[LoopLine]:
        """The same with their conversations and the customers' names."""
        asked = {"idea": idea, "states": sorted(state.value for state in states), "after": after, "limit": limit}
        rows = await self._connection.all(LINES, asked)
        return [LoopLine(_read(row), read_conversation(body), name) for body, name, *row in rows]

    async def keep(self, loop: Loop) -> None:
        """It is like this now; a new one is added."""
        self._connection.later(KEEP, loop_row(loop))

    async def drop(self, idea: int, number: int) -> None:
        """The conversation does not ask for it any more, or it has not shipped after all."""
        self._connection.later(DROP, {"its_idea": idea, "its_number": number})

    async def counts(self, ideas: Sequence[int]) -> Mapping[int, Loops]:
        """Of each of these ideas, how many were told and how many not; an idea without askers is left out."""
        found: dict[int, list[Counted]] = defaultdict(list)
        for row in await self._connection.many(COUNTS, [{"idea": idea} for idea in ideas]):
            found[int(row[0])].append(counted(row))
        return {idea: loops_of(its) for idea, its in found.items()}

    async def batches(self, idea: int) -> list[Batch]:
        """Its drafts, put together where they are the same, the most first."""
        return [
            Batch(text, network, _audience(audience), language, bool(translated), int(many))
            for text, network, audience, language, translated, many in await self._connection.all(
                BATCHES, {"idea": idea}
            )
        ]


def counted(row: Row) -> Counted:
    """A row of (idea, state, why, how many)."""
    idea, state, why, many = row
    return Counted(
        int(idea), LoopState(state) if state is not None else None, Why(why) if why is not None else None, int(many)
    )


def _audience(kept: str | None) -> Visibility | None:
    return Visibility(kept) if kept is not None else None


def _read(row: Row) -> Loop:
    idea, number, state, why, detail, shipped, text, language, translated, audience, answer_id, opened_at, at = row
    return Loop(
        idea=int(idea),
        number=int(number),
        state=LoopState(state),
        opened_at=moment(opened_at),
        at=moment(at),
        shipped=int(shipped),
        text=text,
        language=language,
        translated=bool(translated),
        audience=_audience(audience),
        answer_id=answer_id,
        why=Why(why) if why is not None else None,
        detail=detail,
    )


def loop_row(loop: Loop) -> dict[str, Any]:
    """A loop as a row."""
    return {
        "idea": loop.idea,
        "number": loop.number,
        "state": loop.state.value,
        "why": loop.why.value if loop.why is not None else None,
        "detail": loop.detail,
        "shipped": loop.shipped,
        "text": loop.text,
        "language": loop.language,
        "translated": loop.translated,
        "audience": loop.audience.value if loop.audience is not None else None,
        "answer_id": loop.answer_id,
        "opened_at": stamp(loop.opened_at),
        "at": stamp(loop.at),
    }
