"""`suggest`: an answer in the company's voice, by a model. It only fills in a form: a person reads, changes and sends it."""

from bot.commands import CONVERSATION, Command, CommandSpec, Invocation, Param, Reply
from bot.config import Config
from bot.domain import answering as answers
from bot.domain import life
from bot.domain.conversation import Conversation
from bot.domain.writing import Suggest
from bot.errors import UserError
from bot.ports import Answering, Storage, UnitOfWork, WritingDesk
from bot.speech import mark, say, sentence
from bot.views import suggestion_form, suggestion_note
from handlers.answer_form import Answerable, answerable
from handlers.events.written import later
from handlers.writing import conversation_of, must_be_able_to_write, to_suggest

SPEC = CommandSpec(
    name="suggest",
    summary=mark("An answer drafted by a model, in a form where you change and send it"),
    examples=("suggest B-12", "suggest B-12 a new one goes out today, and say sorry"),
    params=(
        CONVERSATION,
        Param(
            "text",
            "text",
            mark("What to say"),
            mark("Left out: what the conversation asks for"),
            required=False,
            lines=True,
        ),
    ),
    button=mark("Suggest…"),
    reads=True,
    likely=("mine",),
)


async def suggest(
    invocation: Invocation, config: Config, storage: Storage, answering: Answering, writing_desk: WritingDesk
) -> Reply:
    """The holder finds it in the form that sends; anybody else in the one that keeps it as a draft."""
    async with storage.reading() as uow:
        conversation = await conversation_of(uow, invocation.number)
        must_be_able_to_write(config)
        life.must_be_open(conversation, invocation.act)
        found = await answerable(conversation, invocation, uow, config, answering)
        asked = await _asked(uow, conversation, found, invocation, config)
    piece = await writing_desk.ask(asked)
    if piece.written is None:
        return await later("suggest", invocation, piece, storage, wanted=invocation.text("text"))
    if why := _why_not(found, invocation):
        return Reply(form=suggestion_form(conversation, piece.written, why))
    return Reply(form=found.form(invocation, config, draft=piece.written.text, note=suggestion_note(piece.written)))


async def _asked(
    uow: UnitOfWork, conversation: Conversation, found: Answerable, invocation: Invocation, config: Config
) -> Suggest:
    return await to_suggest(uow, conversation, invocation.text("text"), found.way, config, invocation.at)


def _why_not(found: Answerable, invocation: Invocation) -> str:
    """Why this person cannot answer the customer from here now; empty when they can."""
    if found.way.refusal is not None:
        return say("It cannot be sent from here: {refusal}", refusal=sentence(found.way.refusal))
    try:
        answers.must_be_answerable(found.conversation, invocation.act)
    except UserError:
        return say("You can keep it as a draft: whoever holds the baton finds it when they reply.")
    return ""


COMMAND = Command(
    SPEC, suggest, lambda conversation, invocation: life.must_be_open(conversation, invocation.act), waits=True
)
