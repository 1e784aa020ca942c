"""`home`: my batons, what is asked of me, my department's floor, this week in four numbers."""

from datetime import timedelta

from bot.commands import Command, CommandSpec, Invocation, Reply
from bot.config import Config
from bot.ports import Browse, UnitOfWork
from bot.views import home_card

SPEC = CommandSpec(
    name="home",
    summary="Your batons, what is asked of you, your department's floor",
    examples=("home",),
    reads=True,
)

LINES = 5

LOOKED_AT = 50
"""Of so many on the floor, those suggested to one's own department come first."""

WEEK = timedelta(days=7)


async def home(invocation: Invocation, uow: UnitOfWork, config: Config) -> Reply:
    """What the App Home shows."""
    me = invocation.actor
    mine = await uow.conversations.browse(Browse("mine", me.ref), limit=20)
    asked = await uow.conversations.browse(Browse("asked", me.ref, me.department), limit=LINES)
    floor = await uow.conversations.browse(Browse("floor", me.ref), limit=LOOKED_AT)
    floor.sort(key=lambda line: me.department not in line.conversation.departments)
    total = await uow.conversations.count(Browse("floor", me.ref))
    week = await uow.conversations.opened_between(invocation.at - WEEK, invocation.at)
    card = home_card(me, mine, asked, floor[:LINES], total, week, config, now=invocation.at)
    return Reply(card=card)


COMMAND = Command(SPEC, home)
