"""`wait`: the next step is the customer's."""

from bot.commands import CONVERSATION, Command, CommandSpec, Invocation, Reply
from bot.domain import life
from bot.ports import UnitOfWork
from bot.speech import mark, say
from bot.views import done_card

SPEC = CommandSpec(
    name="wait",
    summary=mark("The next step is the customer's; it comes back to you when they write"),
    examples=("wait B-12", "wait"),
    params=(CONVERSATION,),
    button=mark("Wait for customer"),
    likely=("mine",),
)


async def wait(invocation: Invocation, uow: UnitOfWork) -> Reply:
    """The lease rests."""
    conversation = await uow.conversations.take(invocation.number)
    await uow.conversations.save(conversation, life.wait(conversation, invocation.act))
    return Reply(card=done_card(say("{ref} waits for the customer.", ref=conversation.ref)), quiet=True)


COMMAND = Command(SPEC, wait)
