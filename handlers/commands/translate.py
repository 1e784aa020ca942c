"""`translate`: what the customer wrote, in a language one reads, by a model. Only who asks sees it."""

from bot.commands import CONVERSATION, Command, CommandSpec, Invocation, Param, Reply
from bot.config import Config
from bot.errors import UserError
from bot.ports import Storage, WritingDesk
from bot.speech import mark, say
from bot.views import translation_card
from bot.views.wording import language_code
from handlers.events.written import later
from handlers.writing import conversation_of, must_be_able_to_write, to_translate

SPEC = CommandSpec(
    name="translate",
    summary=mark("What the customer wrote last, in a language you read, by a model"),
    examples=("translate B-12", "translate B-12 de"),
    params=(CONVERSATION, Param("into", "word", mark("Into"), mark("A language, like `de` or German"), required=False)),
    button=mark("Translate"),
    reads=True,
)


async def translate(invocation: Invocation, config: Config, storage: Storage, writing_desk: WritingDesk) -> Reply:
    """What takes longer than a moment comes as a message."""
    typed = invocation.text("into") or config.ai.languages[0]
    into = language_code(typed)
    if into is None:
        raise UserError(
            say("I know no language “{typed}”.", typed=typed[:30]),
            say("Write its two letters, like `de`, or its English name."),
        )
    async with storage.reading() as uow:
        conversation = await conversation_of(uow, invocation.number)
        must_be_able_to_write(config)
        asked = await to_translate(uow, conversation, into)
    piece = await writing_desk.ask(asked)
    if piece.written is not None:
        return Reply(card=translation_card(conversation.ref, into, piece.written), secret=True)
    return await later("translate", invocation, piece, storage, into=into)


COMMAND = Command(SPEC, translate, waits=True)
