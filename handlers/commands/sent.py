"""`sent`: the holder has looked, and the answer of which nobody knew did arrive."""

from bot.commands import CONVERSATION, Command, CommandSpec, Invocation, Reply
from bot.domain import answering
from bot.ports import UnitOfWork
from bot.speech import mark, say
from bot.views import done_card

SPEC = CommandSpec(
    name="sent",
    summary=mark("Say that an answer arrived of which nobody knew"),
    examples=("sent B-12",),
    params=(CONVERSATION,),
    button=mark("It arrived"),
    likely=("mine",),
)


async def sent(invocation: Invocation, uow: UnitOfWork) -> Reply:
    """As if the network had said so."""
    c = await uow.conversations.take(invocation.number)
    await uow.conversations.save(c, answering.confirm(c, invocation.act))
    return Reply(card=done_card(say("Noted: your answer in {ref} arrived.", ref=c.ref)), quiet=True)


COMMAND = Command(SPEC, sent)
