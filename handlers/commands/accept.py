"""`accept`: take the baton one was asked to take."""

from bot.commands import CONVERSATION, Command, CommandSpec, Invocation, Reply
from bot.config import Config
from bot.domain import life
from bot.ports import UnitOfWork
from bot.speech import mark
from bot.views import holding_card

SPEC = CommandSpec(
    name="accept",
    summary=mark("Take the baton you were asked to take"),
    examples=("accept B-12", "accept"),
    params=(CONVERSATION,),
    likely=("asked",),
)


async def accept(invocation: Invocation, uow: UnitOfWork, config: Config) -> Reply:
    """The baton changes hands."""
    conversation = await uow.conversations.take(invocation.number)
    events = life.accept(conversation, invocation.act, config.life_policies)
    return Reply(card=holding_card(await uow.conversations.save(conversation, events)), quiet=True)


COMMAND = Command(SPEC, accept)
