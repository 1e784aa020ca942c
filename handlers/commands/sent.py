"""`sent`: the holder has looked, and the answer of which nobody knew did arrive; or they answered on the network themselves."""

from bot.commands import CONVERSATION, Command, CommandSpec, Invocation, Param, Reply
from bot.config import Config
from bot.domain import answering
from bot.domain.answer import AnswerState
from bot.domain.conversation import Conversation
from bot.domain.ids import new_id
from bot.ports import UnitOfWork
from bot.speech import mark, say
from bot.views import answered_there_form, done_card

SPEC = CommandSpec(
    name="sent",
    summary=mark("Say that an answer arrived of which nobody knew, or what you wrote on the network yourself"),
    examples=("sent B-12", "sent B-12 We are sorry. A new one is on its way."),
    params=(
        CONVERSATION,
        Param("wrote", "text", mark("What you wrote there"), required=False, lines=True, longest=30_000),
    ),
    button=mark("It arrived"),
    likely=("mine",),
)


async def sent(invocation: Invocation, uow: UnitOfWork, config: Config) -> Reply:
    """As if the network had said so. Where no answer is stuck, a form asks what the holder wrote there."""
    c, act = await uow.conversations.take(invocation.number), invocation.act
    words = invocation.text("wrote").strip()
    if _is_stuck(c) and not words:
        await uow.conversations.save(c, answering.confirm(c, act))
        return Reply(card=done_card(say("Noted: your answer in {ref} arrived.", ref=c.ref)), quiet=True)
    answering.must_be_answerable(c, act)
    posts = await uow.posts.of(c.number)
    if not words:
        return Reply(form=answered_there_form(c, posts[-1:]))
    answer_id = new_id()
    there = answering.answered_there(
        c, act, config.life_policies, answer_id=answer_id, post_id=posts[-1].id, text=words
    )
    await uow.answers.add(answer_id, c.number, posts[-1])
    await uow.conversations.save(c, there)
    return Reply(card=done_card(say("Noted in {ref}: what you answered there.", ref=c.ref)), quiet=True)


def _is_stuck(c: Conversation) -> bool:
    """Nobody knows what became of it; or it failed and tells of an idea, which anybody may settle."""
    answer = c.answer
    return answer is not None and (
        answer.state is AnswerState.UNCLEAR or (answer.state is AnswerState.FAILED and answer.idea is not None)
    )


def _may(conversation: Conversation, invocation: Invocation) -> None:
    if not _is_stuck(conversation):
        answering.must_be_answerable(conversation, invocation.act)


COMMAND = Command(SPEC, sent, _may)
