"""What a made-up past does not have: ideas that conversations ask for, those who were told, and some that say the same."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select, update

from bot.config import parse
from bot.domain import idea_events as e
from bot.domain.loops import Loop, LoopState, Why
from bot.domain.people import PersonRef
from storage import SqlStorage
from storage.moments import stamp
from storage.tables import conversations
from tests.fakes.clock import SystemClock
from tests.recount.company import CONFIG, ZONE

BEN = PersonRef("p-ben", "Ben", "product")
_OPENED = (
    select(conversations.c.number)
    .where(conversations.c.opened_at >= bindparam("start"), conversations.c.opened_at < bindparam("end"))
    .order_by(conversations.c.number)
)
_ECHO = (
    update(conversations).values(echo_of=bindparam("leader")).where(conversations.c.number == bindparam("its_number"))
)


async def add_ideas(url: str, week: str) -> None:
    """A dozen ideas around a week, in every state, two of them merged; three crowds of the week."""
    year, number = (int(part) for part in re.findall(r"\d+", week))
    monday = datetime.combine(date.fromisocalendar(year, number, 1), time(0), ZoneInfo(ZONE))
    storage = await SqlStorage.connect(url, policies=parse(CONFIG).life_policies, clock=SystemClock())
    try:
        async with storage.database.writing() as connection:
            asked = {"start": stamp(monday - timedelta(days=2)), "end": stamp(monday + timedelta(days=7))}
            heard = [row[0] for row in await connection.all(_OPENED, asked)]
            crowds = ((heard[40], heard[60:67]), (heard[50], heard[70:73]), (heard[2], heard[80:82]))
            pairs = [{"its_number": each, "leader": leader} for leader, some in crowds for each in some]
            connection.later_many(_ECHO, pairs)
        for at in range(12):
            await _raise(storage, at, monday + timedelta(days=at - 3), heard[at * 5 : at * 5 + at + 1], heard)
    finally:
        await storage.close()


async def _raise(storage: SqlStorage, at: int, when: datetime, asking: list[int], heard: list[int]) -> None:
    """The idea of one day, and what became of it within the next two."""
    async with storage.writing() as uow:
        number = await uow.ideas.next_number()
        idea = await uow.ideas.raise_one(
            e.Raised(at=when, by=BEN, number=number, title=f"Idea of day {at}", conversation=asking[0])
        )
        events: list[e.Event] = [e.AskedFor(at=when, by=BEN, numbers=tuple(asking[1:]))] if asking[1:] else []
        later, latest = when + timedelta(hours=5), when + timedelta(hours=30)
        match at % 4:
            case 1:
                events += [e.Planned(at=later, by=BEN), e.Shipped(at=latest, by=BEN)]
            case 2:
                events.append(e.Declined(at=later, by=BEN, why="too dear"))
            case 3:
                events += [e.Shipped(at=later, by=BEN), e.Reopened(at=latest, by=BEN, why="it broke")]
            case _:
                events += [e.Merged(at=latest, by=BEN, into=1)] if at == 8 else [e.Considered(at=later, by=BEN)]
        await uow.ideas.save(idea, events)
        if at % 4 == 1:
            for place, conversation in enumerate(asking):
                await uow.loops.keep(_loop(number, conversation, place, latest))


def _loop(idea: int, conversation: int, place: int, shipped: datetime) -> Loop:
    """One after the other is told, cannot be, is left out, and waits."""
    states = (LoopState.TOLD, LoopState.TOLD, LoopState.UNTOLD, LoopState.LEFT, LoopState.DRAFTED)
    state = states[place % len(states)]
    settled = shipped + timedelta(hours=20 * (place + 1))
    why = Why.WINDOW if state is LoopState.UNTOLD else None
    return Loop(idea, conversation, state, opened_at=shipped, at=settled, why=why)
