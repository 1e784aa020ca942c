"""`stats`: how much there is, in a few numbers."""

from bot.commands import Command, CommandSpec, Invocation, Reply
from bot.ports import UnitOfWork
from bot.speech import mark
from bot.views import stats_card

SPEC = CommandSpec(name="stats", summary=mark("How much there is, in a few numbers"), examples=("stats",), reads=True)


async def stats(invocation: Invocation, uow: UnitOfWork) -> Reply:
    """Totals of posts, conversations, customers, cards, and what is still to be sent."""
    return Reply(card=stats_card(await uow.counts()))


COMMAND = Command(SPEC, stats)
