"""`perspective`: one's department's view of a conversation, in a line."""

from bot.commands import CONVERSATION, Command, CommandSpec, Invocation, Param, Reply
from bot.config import Config
from bot.domain import life
from bot.ports import UnitOfWork
from bot.speech import mark, say
from bot.views import done_card

SPEC = CommandSpec(
    name="perspective",
    summary=mark("Say in a line what your department sees in it; it stays on the card"),
    examples=("perspective B-12 carrier changed in Lyon last week", "perspective B-12 third complaint about this box"),
    params=(
        CONVERSATION,
        Param("text", "text", mark("What your department sees in it"), mark("One line"), longest=200),
    ),
    button=mark("Perspective…"),
    submit=mark("Add perspective"),
    aliases=("view",),
    likely=("mine", "floor"),
)


async def perspective(invocation: Invocation, uow: UnitOfWork, config: Config) -> Reply:
    """One line per department; a later one replaces it."""
    conversation = await uow.conversations.take(invocation.number)
    life.must_be_remembered(conversation)
    events = life.perspective(conversation, invocation.act, config.life_policies, invocation.text("text"))
    await uow.conversations.save(conversation, events)
    name = config.department_name(invocation.actor.department)
    return Reply(
        card=done_card(say("{name}'s perspective is on the card of {ref}.", name=name, ref=conversation.ref)),
        quiet=True,
    )


COMMAND = Command(SPEC, perspective, lambda _, invocation: life.must_have_department(invocation.act))
