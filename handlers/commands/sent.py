"""`sent`: the holder has looked, and the answer of which nobody knew did arrive."""

from bot.commands import CONVERSATION, Command, CommandSpec, Invocation, Reply
from bot.domain import answering
from bot.ports import UnitOfWork
from bot.views import done_card

SPEC = CommandSpec(
    name="sent",
    summary="Say that an answer arrived of which nobody knew",
    examples=("sent B-12",),
    params=(CONVERSATION,),
    button="It arrived",
    likely=("mine",),
)


async def sent(invocation: Invocation, uow: UnitOfWork) -> Reply:
    """As if the network had said so."""
    c = await uow.conversations.take(invocation.number)
    await uow.conversations.save(c, answering.confirm(c, invocation.act))
    return Reply(card=done_card(f"Noted: your answer in {c.ref} arrived."), quiet=True)


COMMAND = Command(SPEC, sent)
