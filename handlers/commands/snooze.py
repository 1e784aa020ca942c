"""`snooze`: put aside until a time."""

from bot.cards import Card, Paragraph, Time, phrase
from bot.commands import CONVERSATION, Command, CommandSpec, Invocation, Param, Reply
from bot.domain import life
from bot.ports import UnitOfWork
from bot.speech import mark, say

SPEC = CommandSpec(
    name="snooze",
    summary=mark("Put it aside until then, or until the customer writes"),
    examples=("snooze B-12 tomorrow 9:00", "snooze B-12 2h"),
    params=(
        CONVERSATION,
        Param("until", "moment", mark("Until"), mark("Like 2h, tomorrow 9:00 or friday"), default="tomorrow 9:00"),
    ),
    button=mark("Snooze…"),
    submit=mark("Snooze"),
    likely=("mine", "floor"),
)


async def snooze(invocation: Invocation, uow: UnitOfWork) -> Reply:
    """From the floor anyone may; a held one only its holder."""
    conversation = await uow.conversations.take(invocation.number)
    until = invocation.args["until"]
    await uow.conversations.save(conversation, life.snooze(conversation, invocation.act, until))
    said = phrase("{ref} is snoozed until {when}.", ref=conversation.ref, when=Time(until, "moment"))
    return Reply(card=Card(say("{ref} is snoozed.", ref=conversation.ref), (Paragraph(said),)), quiet=True)


COMMAND = Command(
    SPEC, snooze, lambda conversation, invocation: life.must_be_free_or_mine(conversation, invocation.act)
)
