"""`note`: a comment on a conversation."""

from bot.commands import CONVERSATION, Command, CommandSpec, Invocation, Param, Reply
from bot.config import Config
from bot.domain import life
from bot.domain.ids import new_id
from bot.ports import Note, UnitOfWork
from bot.speech import mark, say
from bot.views import done_card

SPEC = CommandSpec(
    name="note",
    summary=mark("Write a comment; in a card's thread every message is one already"),
    examples=("note B-12 spoke with the carrier, they knew", "note B-12 same box as in B-9"),
    params=(
        CONVERSATION,
        Param("text", "text", mark("Note"), mark("Colleagues see it, customers never do"), lines=True),
    ),
    button=mark("Note…"),
    submit=mark("Add note"),
    aliases=("comment",),
    shortcut=mark("Note on a conversation"),
    likely=("mine", "floor"),
)


async def note(invocation: Invocation, uow: UnitOfWork, config: Config) -> Reply:
    """Anyone may, at any time; the holder's note renews the lease."""
    conversation = await uow.conversations.take(invocation.number)
    written = Note(
        new_id(),
        conversation.number,
        invocation.actor.ref,
        invocation.at,
        invocation.text("text"),
        via=invocation.origin.platform,
    )
    await uow.notes.add(written)
    events = life.note(conversation, invocation.act, config.life_policies, written.id)
    await uow.conversations.save(conversation, events)
    return Reply(card=done_card(say("Noted on {ref}.", ref=conversation.ref)))


COMMAND = Command(SPEC, note)
