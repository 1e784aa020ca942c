"""`summarise`: what a conversation is about, in a few lines by a model. Only who asks sees it."""

from bot.commands import CONVERSATION, Command, CommandSpec, Invocation, Reply
from bot.config import Config
from bot.ports import Storage, WritingDesk
from bot.speech import mark
from bot.views import summary_card
from handlers.events.written import later
from handlers.writing import conversation_of, must_be_able_to_write, to_summarise

SPEC = CommandSpec(
    name="summarise",
    summary=mark("What a conversation is about, in a few lines by a model"),
    examples=("summarise B-12",),
    params=(CONVERSATION,),
    button=mark("Summarise"),
    aliases=("summarize", "summary"),
    reads=True,
)


async def summarise(invocation: Invocation, config: Config, storage: Storage, writing_desk: WritingDesk) -> Reply:
    """What takes longer than a moment comes as a message."""
    async with storage.reading() as uow:
        conversation = await conversation_of(uow, invocation.number)
        must_be_able_to_write(config)
        asked = await to_summarise(uow, conversation)
    piece = await writing_desk.ask(asked)
    if piece.written is not None:
        return Reply(card=summary_card(conversation.ref, piece.written), secret=True)
    return await later("summarise", invocation, piece, storage)


COMMAND = Command(SPEC, summarise, waits=True)
