"""`resend`: send an answer again that failed, or of which the holder knows that it did not arrive."""

from bot.commands import CONVERSATION, Command, CommandSpec, Invocation, Reply
from bot.config import Config
from bot.domain import answering
from bot.ports import UnitOfWork
from bot.speech import mark, say
from bot.views import done_card

SPEC = CommandSpec(
    name="resend",
    summary=mark("Send the answer again that did not arrive"),
    examples=("resend B-12",),
    params=(CONVERSATION,),
    button=mark("Send again"),
    likely=("mine",),
)


async def resend(invocation: Invocation, uow: UnitOfWork, config: Config) -> Reply:
    """The same words, once more."""
    c = await uow.conversations.take(invocation.number)
    await uow.conversations.save(c, answering.resend(c, invocation.act, config.life_policies))
    return Reply(card=done_card(say("Your answer in {ref} is going out once more.", ref=c.ref)), quiet=True)


COMMAND = Command(SPEC, resend)
