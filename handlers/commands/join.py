"""`join`: take part beside the holder."""

from bot.commands import CONVERSATION, Command, CommandSpec, Invocation, Reply
from bot.domain import life
from bot.ports import UnitOfWork
from bot.views import done_card

SPEC = CommandSpec(
    name="join",
    summary="Take part beside the holder",
    examples=("join B-12", "join"),
    params=(CONVERSATION,),
    likely=("open",),
)


async def join(invocation: Invocation, uow: UnitOfWork) -> Reply:
    """The card names them; joining twice is once."""
    conversation = await uow.conversations.take(invocation.number)
    events = life.join(conversation, invocation.act)
    await uow.conversations.save(conversation, events)
    said = f"You take part in {conversation.ref}." if events else f"You take part in {conversation.ref} already."
    return Reply(card=done_card(said), quiet=True)


COMMAND = Command(SPEC, join)
