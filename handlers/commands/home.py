"""`home`: my batons, what is asked of me, my ideas, my department's floor, this week in four numbers."""

from datetime import timedelta

from bot.commands import Command, CommandSpec, Invocation, Reply
from bot.config import Config
from bot.domain.conversation import Conversation
from bot.domain.measures import Window
from bot.ports import Browse, UnitOfWork
from bot.views import home_card
from bot.views.ideas import my_ideas

SPEC = CommandSpec(
    name="home",
    summary="Your batons, what is asked of you, your department's floor",
    examples=("home",),
    reads=True,
)

LINES = 5

LOOKED_AT = 50
"""Of so many on the floor, those suggested to one's own department come before their like."""

WEEK = timedelta(days=7)


async def home(invocation: Invocation, uow: UnitOfWork, config: Config) -> Reply:
    """What the App Home shows."""
    me = invocation.actor
    mine = await uow.conversations.browse(Browse("mine", me.ref), limit=20)
    asked = await uow.conversations.browse(Browse("asked", me.ref, me.department), limit=LINES)
    floor = await uow.conversations.browse(Browse("floor", me.ref), limit=LOOKED_AT)
    floor.sort(key=lambda line: _place(line.conversation, me.department))
    total = await uow.conversations.count(Browse("floor", me.ref))
    week = await uow.measures.tally(Window(invocation.at - WEEK, invocation.at, config.company.timezone))
    held = await uow.ideas.browse("mine", me.ref, limit=LINES)
    wanted = await uow.ideas.browse("asked", me.ref, limit=LINES)
    ideas = my_ideas(held, wanted, config, now=invocation.at)
    card = home_card(me, mine, asked, floor[:LINES], total, week, config, now=invocation.at, ideas=ideas)
    return Reply(card=card)


def _place(c: Conversation, department: str | None) -> tuple[bool, bool, bool]:
    """What presses comes first whomever it was suggested to; among its like, one's own department's."""
    return not c.crisis, not c.urgent, department not in c.departments


COMMAND = Command(SPEC, home)
