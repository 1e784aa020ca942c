"""`separate`: one of those that say the same gets a card of its own."""

from bot.commands import CONVERSATION, Command, CommandSpec, Invocation, Reply
from bot.config import Config
from bot.ports import UnitOfWork
from bot.speech import mark, say
from bot.views import done_card
from handlers import echoes

SPEC = CommandSpec(
    name="separate",
    summary=mark("Give one of those that say the same a card of its own"),
    examples=("separate B-57",),
    params=(CONVERSATION,),
    button=mark("Separate"),
)


async def separate(invocation: Invocation, uow: UnitOfWork, config: Config) -> Reply:
    """Back to the floor by itself; the other one counts one less."""
    conversation = await echoes.separate(uow, config, invocation.number, invocation.act)
    return Reply(card=done_card(say("{ref} is on the floor by itself, with a card of its own.", ref=conversation.ref)))


COMMAND = Command(SPEC, separate)
