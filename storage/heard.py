"""What was heard between two moments, counted by what triage found."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, func, select, text

from bot.ports import Heard
from storage.counting import counted
from storage.engine import Connection
from storage.moments import stamp
from storage.tables import concerns, conversations

c = conversations.c
_then = (c.opened_at >= bindparam("start"), c.opened_at < bindparam("end"))
_found = (c.network, c.mood, c.topic)
TALLY = select(*_found, func.count()).where(*_then).group_by(*_found)
COUNT = select(func.count(), func.count(c.echo_of)).where(*_then)
LOUDEST = (
    select(c.echo_of)
    .where(*_then, text("conversations.echo_of IS NOT NULL"))
    .group_by(c.echo_of)
    .order_by(func.count().desc(), c.echo_of)
    .limit(3)
)
WHOM = (
    select(concerns.c.department)
    .select_from(concerns.join(conversations, c.number == concerns.c.number))
    .where(*_then)
    .group_by(concerns.c.department)
    .order_by(func.count().desc(), concerns.c.department)
    .limit(3)
)


async def count_between(connection: Connection, start: datetime, end: datetime) -> tuple[int, int]:
    """How many conversations began in [start, end), and how many of them said the same as another."""
    row = await connection.one(COUNT, {"start": stamp(start), "end": stamp(end)})
    return (int(row[0]), int(row[1])) if row is not None else (0, 0)


async def heard_between(connection: Connection, start: datetime, end: datetime) -> Heard:
    """The conversations that began in [start, end)."""
    then = {"start": stamp(start), "end": stamp(end)}
    groups, loudest, whom = await connection.several((TALLY, then), (LOUDEST, then), (WHOM, then))
    networks, moods, topics = (counted(groups, column) for column in range(3))
    return Heard(
        conversations=sum(row[-1] for row in groups),
        networks=networks,
        moods=moods,
        topics=topics,
        loudest=tuple(row[0] for row in loudest),
        departments=tuple(row[0] for row in whom),
    )
