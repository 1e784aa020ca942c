"""`reply`: answer the customer. Only a form sends, which shows exactly what goes out, where, and who will see it."""

from collections.abc import Sequence

from bot.commands import CONVERSATION, Command, CommandSpec, Invocation, Param, Reply
from bot.config import Config
from bot.domain import answering as life
from bot.domain.conversation import Conversation
from bot.domain.ids import new_id
from bot.domain.post import StoredPost
from bot.domain.templates import LONGEST_VALUE, Filled
from bot.errors import UserError
from bot.ports import Answering, UnitOfWork
from bot.speech import mark, say, sentence
from bot.views import done_card, error_card, not_here_card, too_long
from bot.views.wording import department_of, listed
from handlers.answer_form import Answerable, answerable
from handlers.templates import VALUES, Offered, chosen_of, filled, offered, template_form

SPEC = CommandSpec(
    name="reply",
    summary=mark("Answer the customer: a form shows what goes out, where, and who will see it"),
    examples=("reply B-12", "reply B-12 We are sorry. A new one is on its way."),
    params=(
        CONVERSATION,
        Param("text", "text", mark("Your answer"), required=False, lines=True, longest=30_000),
        Param("post", "word", mark("The post that is answered"), required=False, hidden=True),
        Param("template", "word", mark("Approved text"), required=False, hidden=True),
        Param("seen", "word", mark("The text that was shown"), required=False, hidden=True),
        *(Param(name, "word", mark("A place"), required=False, hidden=True, longest=LONGEST_VALUE) for name in VALUES),
    ),
    button=mark("Reply…"),
    submit=mark("Send"),
    likely=("mine",),
)


async def reply(
    invocation: Invocation, uow: UnitOfWork, config: Config, answering: Answering, asked: Offered | None
) -> Reply:
    """Opens the form with what was typed or drafted; a filled-in one sends, or asks for approval. `asked`: the network's
    templates, where nothing else can be sent."""
    try:
        return await _reply(invocation, uow, config, answering, asked)
    except UserError as error:
        if not invocation.text("template"):
            raise
        # The form of a template has no field beside which it could be said.
        return Reply(card=error_card(error))


async def _reply(
    invocation: Invocation, uow: UnitOfWork, config: Config, answering: Answering, asked: Offered | None
) -> Reply:
    conversation = await uow.conversations.take(invocation.number)
    life.must_be_answerable(conversation, invocation.act)
    found = await answerable(conversation, invocation, uow, config, answering)
    answered, posts, way = found.answered, found.posts, found.way
    words, meant = invocation.text("text"), invocation.text("post")
    if way.refusal is not None:
        if way.templates and asked is not None and asked.templates:
            return await _with_template(found, asked, invocation, uow, config)
        why = f"{sentence(way.refusal)} {asked.why}" if asked is not None and asked.why else way.refusal
        return Reply(card=not_here_card(found.sight, why))
    # A button may carry what a form is to begin with: it never sends.
    if meant == answered.id and invocation.origin.by == "form" and not invocation.text("template"):
        return await _send(found, words, invocation, uow, config)
    draft = words or (conversation.draft.text if conversation.draft is not None else _unsent(conversation))
    note = _changed(posts, meant) if meant not in {"", answered.id} else ""
    return Reply(form=found.form(invocation, config, draft=draft, note=note))


async def _with_template(
    found: Answerable, offer: Offered, invocation: Invocation, uow: UnitOfWork, config: Config
) -> Reply:
    """Chooses one, fills it in and shows it; what was shown is sent."""
    meant = invocation.text("post")
    chosen = chosen_of(offer.templates, invocation)
    if chosen is not None and meant == found.answered.id and invocation.origin.by == "form":
        ready = filled(chosen, invocation)
        if ready is not None:
            return await _send(found, ready[0], invocation, uow, config, template=ready[1])
    note = _changed(found.posts, meant) if meant not in {"", found.answered.id} else ""
    return Reply(form=template_form(found, offer, invocation, config, note))


async def _send(
    found: Answerable,
    words: str,
    invocation: Invocation,
    uow: UnitOfWork,
    config: Config,
    *,
    template: Filled | None = None,
) -> Reply:
    c, answered, needs = found.conversation, found.answered, found.needs
    if wrong := too_long(words.strip(), found.way, c.network):
        raise UserError(wrong, say("Shorten it."))
    answer_id = new_id()
    written = life.answer(
        c,
        invocation.act,
        config.life_policies,
        answer_id=answer_id,
        post_id=answered.id,
        text=words,
        needs=needs,
        template=template,
    )
    await uow.answers.add(answer_id, c.number, answered)
    await uow.conversations.save(c, written)
    if needs:
        asked = listed(department_of(key, config) for key in needs)
        return Reply(
            card=done_card(say("{asked} must approve your answer in {ref}; then it goes out.", asked=asked, ref=c.ref))
        )
    return Reply(card=done_card(say("Your answer in {ref} is going out.", ref=c.ref)), quiet=True)


def _changed(posts: Sequence[StoredPost], meant: str) -> str:
    """What happened to the post that was to be answered, while the answer was written."""
    if any(post.id == meant for post in posts):
        return say("The customer wrote again meanwhile. Does your answer still fit?")
    return say("The customer deleted the post that you were answering. Does your answer fit this one?")


def _unsent(c: Conversation) -> str:
    """The text of an answer that did not arrive or waits for approval, to be changed."""
    return c.answer.text if c.answer is not None and c.answer.state != "sent" else ""


COMMAND = Command(
    SPEC,
    reply,
    lambda conversation, invocation: life.must_be_answerable(conversation, invocation.act),
    before=offered,
)
