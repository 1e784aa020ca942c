"""`draft`: write down an answer that is not sent yet. Anybody may; the holder finds it in the form."""

from bot.commands import CONVERSATION, Command, CommandSpec, Invocation, Param, Reply
from bot.config import Config
from bot.domain import answering, life
from bot.ports import UnitOfWork
from bot.speech import mark, say
from bot.views import done_card

SPEC = CommandSpec(
    name="draft",
    summary=mark("Write an answer for whoever holds the baton to send"),
    examples=("draft B-12 We are sorry. A new one is on its way.",),
    params=(
        CONVERSATION,
        Param("text", "text", mark("Draft"), mark("Nobody outside sees it"), lines=True, longest=30_000),
    ),
    button=mark("Draft…"),
    submit=mark("Keep it"),
)


async def draft(invocation: Invocation, uow: UnitOfWork, config: Config) -> Reply:
    """It replaces an earlier draft."""
    conversation = await uow.conversations.take(invocation.number)
    events = answering.draft(conversation, invocation.act, config.life_policies, invocation.text("text"))
    await uow.conversations.save(conversation, events)
    said = (
        say("Kept. `reply {ref}` shows it to you.", ref=conversation.ref)
        if conversation.is_held_by(invocation.actor.ref)
        else say("Kept. `reply {ref}` shows it to whoever holds the baton.", ref=conversation.ref)
    )
    return Reply(card=done_card(said), quiet=True)


COMMAND = Command(SPEC, draft, lambda conversation, invocation: life.must_be_open(conversation, invocation.act))
