"""`release`: give the baton back to the floor."""

from bot.commands import CONVERSATION, Command, CommandSpec, Invocation, Param, Reply
from bot.domain import life
from bot.ports import UnitOfWork
from bot.speech import mark, say
from bot.views import done_card

SPEC = CommandSpec(
    name="release",
    summary=mark("Give the baton back to the floor"),
    examples=("release B-12", "release B-12 needs somebody who speaks German"),
    params=(
        CONVERSATION,
        Param("why", "text", mark("Why"), mark("What the next one should know"), required=False, lines=True),
    ),
    aliases=("drop",),
    likely=("mine",),
)


async def release(invocation: Invocation, uow: UnitOfWork) -> Reply:
    """Back to the floor, with its history."""
    conversation = await uow.conversations.take(invocation.number)
    await uow.conversations.save(conversation, life.release(conversation, invocation.act, invocation.text("why")))
    return Reply(card=done_card(say("{ref} is back on the floor.", ref=conversation.ref)), quiet=True)


COMMAND = Command(SPEC, release, lambda conversation, invocation: life.must_hold(conversation, invocation.act))
