"""`decline`: refuse a pass, with a reason."""

from bot.commands import CONVERSATION, Command, CommandSpec, Invocation, Param, Reply
from bot.domain import life
from bot.ports import UnitOfWork
from bot.views import done_card

SPEC = CommandSpec(
    name="decline",
    summary="Refuse a pass, with a reason; the giver keeps the baton",
    examples=("decline B-12 not our parcel", "decline B-12 we are closed today, try Logistics"),
    params=(CONVERSATION, Param("why", "text", "Why", "So that the giver knows where to turn", lines=True)),
    button="Decline…",
    submit="Decline",
    likely=("asked",),
)


async def decline(invocation: Invocation, uow: UnitOfWork) -> Reply:
    """A bounce; the giver is told why."""
    conversation = await uow.conversations.take(invocation.number)
    giver = conversation.pass_request.giver.name if conversation.pass_request is not None else "the giver"
    await uow.conversations.save(conversation, life.decline(conversation, invocation.act, invocation.text("why")))
    return Reply(card=done_card(f"Declined. I told {giver} why."), quiet=True)


COMMAND = Command(SPEC, decline, lambda conversation, invocation: life.must_be_asked(conversation, invocation.act))
