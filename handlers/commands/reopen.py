"""`reopen`: take a resolved or waiting conversation up again."""

from bot.commands import CONVERSATION, Command, CommandSpec, Invocation, Param, Reply
from bot.config import Config
from bot.domain import life
from bot.ports import UnitOfWork
from bot.speech import mark, say
from bot.views import done_card
from handlers.echoes import tell_leader
from handlers.showing import show

SPEC = CommandSpec(
    name="reopen",
    summary=mark("Put it back on the floor"),
    examples=("reopen B-12", "reopen B-12 the new parcel was crushed too"),
    params=(CONVERSATION, Param("why", "text", mark("Why"), required=False, lines=True)),
    likely=("waiting",),
)


async def reopen(invocation: Invocation, uow: UnitOfWork, config: Config) -> Reply:
    """Back on the floor, with its history."""
    conversation = await uow.conversations.take(invocation.number)
    before, events = conversation, life.reopen(conversation, invocation.act, invocation.text("why"))
    conversation = await uow.conversations.save(conversation, events)
    if before.echo_of is not None:
        await tell_leader(uow, before, events[0])
    if before.filed or before.echo_of is not None:
        # It is shown nowhere yet.
        await show(uow, config, conversation)
    return Reply(card=done_card(say("{ref} is back on the floor.", ref=conversation.ref)), quiet=True)


COMMAND = Command(SPEC, reopen)
