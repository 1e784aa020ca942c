"""Lists of conversations: crises first, then what is urgent, then the newest, straight from an index however many there are."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, Table, TextClause, bindparam, func, select, text

from bot.ports import Browse, Line
from storage.bodies import read_conversation, read_text
from storage.customer_rows import ONE_WITH, own, shown
from storage.engine import Connection, Values
from storage.tables import concerns, conversation_campaigns, conversations, posts

c = conversations.c

# Conditions that partial indexes repeat stand as text: a parameter would hide them from the planner.
_SEEN = text("conversations.snoozed_until IS NULL")
_OPEN = text("conversations.state NOT IN ('resolved', 'echo')")

_CONDITIONS: dict[str, tuple[ColumnElement[bool] | TextClause, ...]] = {
    "open": (_OPEN, _SEEN),
    "floor": (text("conversations.state = 'floor'"), _SEEN),
    "waiting": (text("conversations.state = 'waiting'"), _SEEN),
    "mine": (c.holder_id == bindparam("person"), _SEEN),
    "asked": (
        (c.asked_person == bindparam("person"))
        | (c.asked_department == bindparam("department"))
        | (c.approving_department == bindparam("department")),
        # Who asked their own department is not asked themselves.
        func.coalesce(c.holder_id, "") != bindparam("person"),
        _OPEN,
        _SEEN,
    ),
}

_FIRST_POST = (
    select(posts.c.body).where(posts.c.conversation == c.number).order_by(posts.c.id).limit(1).scalar_subquery()
)


def pressing(table: Table) -> tuple[ColumnElement[Any], ...]:
    """What presses most first; the indexes stand in the same order."""
    return table.c.crisis.desc(), table.c.urgent.desc(), table.c.number.desc()


def lines(page: Select[Any], *order: ColumnElement[Any]) -> Select[Any]:
    """The page's conversations with their customers' names and first posts. Only the page is joined, never the list."""
    numbers = page.limit(bindparam("limit")).offset(bindparam("offset")).subquery()
    return (
        select(c.body, shown.c.name, _FIRST_POST)
        .select_from(numbers.join(conversations, c.number == numbers.c.number))
        .join(own, own.c.id == c.customer_id)
        .join(shown, ONE_WITH)
        .order_by(*(order or pressing(conversations)))
    )


ECHOES = lines(
    select(c.number)
    .where(c.echo_of == bindparam("leader"), text("conversations.echo_of IS NOT NULL"))
    .order_by(c.number.desc()),
    c.number.desc(),
)

_LISTS = {
    which: lines(select(c.number).where(*conditions).order_by(*pressing(conversations)))
    for which, conditions in _CONDITIONS.items()
}
_COUNTS = {
    which: select(func.count()).select_from(conversations).where(*conditions)
    for which, conditions in _CONDITIONS.items()
}

_its_department = concerns.c.department == bindparam("department")
_LISTS["department"] = lines(select(concerns.c.number).where(_its_department).order_by(*pressing(concerns)))
_COUNTS["department"] = select(func.count()).select_from(concerns).where(_its_department)

_on_its_floor = (_its_department, concerns.c.number == c.number, *_CONDITIONS["floor"])
_LISTS["department_floor"] = lines(select(concerns.c.number).where(*_on_its_floor).order_by(*pressing(concerns)))
_COUNTS["department_floor"] = select(func.count()).select_from(concerns).where(*_on_its_floor)

_of_it = (conversation_campaigns.c.campaign == bindparam("campaign"), conversation_campaigns.c.number == c.number)
_LISTS["campaign"] = lines(select(c.number).where(*_of_it, _OPEN, _SEEN).order_by(*pressing(conversations)))
_COUNTS["campaign"] = select(func.count()).select_from(conversations).where(*_of_it, _OPEN, _SEEN)


def _values(browse: Browse) -> Values:
    person = browse.person
    match browse.which:
        case "mine":
            return {"person": person.id if person is not None else ""}
        case "asked":
            department = browse.department or (person.department if person is not None else None)
            return {"person": person.id if person is not None else "", "department": department}
        case "department" | "department_floor":
            return {"department": browse.department or ""}
        case "campaign":
            return {"campaign": browse.campaign or ""}
        case _:
            return {}


async def browse(connection: Connection, browse: Browse, limit: int, offset: int) -> list[Line]:
    """One page of a list."""
    return await read_lines(connection, _LISTS[browse.which], {**_values(browse), "limit": limit, "offset": offset})


async def echoes(connection: Connection, leader: int, limit: int, offset: int) -> list[Line]:
    """One page of those who say the same as a conversation, the newest first."""
    return await read_lines(connection, ECHOES, {"leader": leader, "limit": limit, "offset": offset})


async def read_lines(connection: Connection, page: Select[Any], values: Values) -> list[Line]:
    """The lines of a page that was made by `lines`."""
    rows = await connection.all(page, values)
    return [Line(read_conversation(body), name, read_text(post) if post else "") for body, name, post in rows]


async def count(connection: Connection, browse: Browse) -> int:
    """How long the list is."""
    row = await connection.one(_COUNTS[browse.which], _values(browse))
    return int(row[0]) if row is not None else 0
