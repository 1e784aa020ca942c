"""`decline`: refuse a pass, with a reason."""

from bot.commands import CONVERSATION, Command, CommandSpec, Invocation, Param, Reply
from bot.domain import life
from bot.ports import UnitOfWork
from bot.speech import mark, say
from bot.views import done_card

SPEC = CommandSpec(
    name="decline",
    summary=mark("Refuse a pass, with a reason; the giver keeps the baton"),
    examples=("decline B-12 not our parcel", "decline B-12 we are closed today, try Logistics"),
    params=(CONVERSATION, Param("why", "text", mark("Why"), mark("So that the giver knows where to turn"), lines=True)),
    button=mark("Decline…"),
    submit=mark("Decline"),
    likely=("asked",),
)


async def decline(invocation: Invocation, uow: UnitOfWork) -> Reply:
    """A bounce; the giver is told why."""
    conversation = await uow.conversations.take(invocation.number)
    giver = conversation.pass_request.giver.name if conversation.pass_request is not None else say("the giver")
    await uow.conversations.save(conversation, life.decline(conversation, invocation.act, invocation.text("why")))
    return Reply(card=done_card(say("Declined. I told {giver} why.", giver=giver)), quiet=True)


COMMAND = Command(SPEC, decline, lambda conversation, invocation: life.must_be_asked(conversation, invocation.act))
