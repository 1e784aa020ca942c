"""`reopen`: take a resolved or waiting conversation up again."""

from bot.commands import CONVERSATION, Command, CommandSpec, Invocation, Param, Reply
from bot.config import Config
from bot.domain import life
from bot.domain.routing import case_of
from bot.ports import UnitOfWork
from bot.views import done_card

SPEC = CommandSpec(
    name="reopen",
    summary="Put it back on the floor",
    examples=("reopen B-12", "reopen B-12 the new parcel was crushed too"),
    params=(CONVERSATION, Param("why", "text", "Why", required=False, lines=True)),
    likely=("waiting",),
)


async def reopen(invocation: Invocation, uow: UnitOfWork, config: Config) -> Reply:
    """Back on the floor, with its history."""
    conversation = await uow.conversations.take(invocation.number)
    was_filed = conversation.filed
    events = life.reopen(conversation, invocation.act, invocation.text("why"))
    conversation = await uow.conversations.save(conversation, events)
    if was_filed:
        # It is shown nowhere yet.
        customer = await uow.customers.get(conversation.customer_id)
        surfaces = config.surfaces_for(case_of(conversation, customer))
        await uow.postings.want(conversation.number, [s.name for s in surfaces], urgent=conversation.urgent)
    return Reply(card=done_card(f"{conversation.ref} is back on the floor."), quiet=True)


COMMAND = Command(SPEC, reopen)
