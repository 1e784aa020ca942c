"""`join`: take part beside the holder."""

from bot.commands import CONVERSATION, Command, CommandSpec, Invocation, Reply
from bot.domain import life
from bot.ports import UnitOfWork
from bot.speech import mark, say
from bot.views import done_card

SPEC = CommandSpec(
    name="join",
    summary=mark("Take part beside the holder"),
    examples=("join B-12", "join"),
    params=(CONVERSATION,),
    likely=("open",),
)


async def join(invocation: Invocation, uow: UnitOfWork) -> Reply:
    """The card names them; joining twice is once."""
    conversation = await uow.conversations.take(invocation.number)
    events = life.join(conversation, invocation.act)
    await uow.conversations.save(conversation, events)
    said = (
        say("You take part in {ref}.", ref=conversation.ref)
        if events
        else say("You take part in {ref} already.", ref=conversation.ref)
    )
    return Reply(card=done_card(said), quiet=True)


COMMAND = Command(SPEC, join)
