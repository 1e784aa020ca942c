"""`home`: my batons, what is asked of me and needs my approval, my ideas, the floor, the week; for management the last one."""

from bot.commands import Command, CommandSpec, Invocation, Origin, Reply
from bot.config import Config
from bot.domain.measures import Window
from bot.domain.people import Person, Role
from bot.domain.trend import weeks_until
from bot.ports import Browse, Line, UnitOfWork
from bot.speech import mark
from bot.views import Desk, Glance, home_card
from bot.views.idea_lists import my_ideas
from handlers.digest import last_full_week, week_so_far

SPEC = CommandSpec(
    name="home",
    summary=mark("Your batons, what is asked of you, your department's floor"),
    examples=("home",),
    reads=True,
)

MINE = 8
"""So many of my batons are shown."""

LINES = 5

ASKED = 8
"""So many passes and approvals are shown."""

ELSEWHERE = 3
"""So many that were suggested to others are shown behind those of one's own department."""

LEADING = frozenset({Role.COORDINATOR, Role.SPONSOR})
"""Who has one of these roles sees what management sees."""


async def home(invocation: Invocation, uow: UnitOfWork, config: Config) -> Reply:
    """What the App Home shows."""
    me, at = invocation.actor, invocation.at
    own, own_total = await _own_floor(uow, me.department)
    floor = await uow.conversations.browse(Browse("floor", me.ref), limit=LINES + len(own))
    shown = {line.conversation.number for line in own}
    elsewhere = [line for line in floor if line.conversation.number not in shown]
    held = await uow.ideas.browse("mine", me.ref, limit=LINES)
    wanted = await uow.ideas.browse("asked", me.ref, limit=LINES)
    desk = Desk(
        mine=await uow.conversations.browse(Browse("mine", me.ref), limit=MINE),
        mine_total=await uow.conversations.count(Browse("mine", me.ref)),
        asked=await uow.conversations.browse(Browse("asked", me.ref, me.department), limit=ASKED),
        own_floor=own,
        own_floor_total=own_total,
        floor=elsewhere[: ELSEWHERE if own else LINES],
        floor_total=await uow.conversations.count(Browse("floor", me.ref)),
        ideas=my_ideas(held, wanted, config, now=at),
    )
    week = await _glance(uow, week_so_far(at, config))
    last = await _last_week(uow, last_full_week(at, config)) if leads(me, invocation.origin, config) else None
    return Reply(card=home_card(me, desk, week, config, now=at, management=last))


def leads(person: Person, origin: Origin, config: Config) -> bool:
    """Does this person see what management sees? By their role, since the digest goes to them, or where they ask."""
    if person.outsider:
        return False
    told = {address.lower() for address in config.digest.people}
    if person.roles & LEADING or (person.email or "").lower() in told:
        return True
    surfaces = (config.surface(name) for name in config.digest.shown_on)
    return bool(origin.channel) and any(
        surface is not None and (surface.platform, surface.channel) == (origin.platform, origin.channel)
        for surface in surfaces
    )


async def _glance(uow: UnitOfWork, window: Window) -> Glance:
    before = await uow.measures.tally(window.before)
    return Glance(window, await uow.measures.tally(window), before if before.heard else None)


async def _last_week(uow: UnitOfWork, window: Window) -> Glance:
    week = await _glance(uow, window)
    return Glance(window, week.tally, week.before, await uow.measures.weeks(weeks_until(window)))


async def _own_floor(uow: UnitOfWork, department: str | None) -> tuple[list[Line], int]:
    """What lies on the floor and was suggested to a department, and how many that are."""
    if department is None:
        return [], 0
    its = Browse("department_floor", department=department)
    return await uow.conversations.browse(its, limit=LINES), await uow.conversations.count(its)


COMMAND = Command(SPEC, home)
