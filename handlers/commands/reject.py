"""`reject`: an answer of another department may not go out like this."""

from bot.commands import CONVERSATION, Command, CommandSpec, Invocation, Param, Reply
from bot.domain import answering
from bot.ports import UnitOfWork
from bot.speech import mark, say
from bot.views import done_card

SPEC = CommandSpec(
    name="reject",
    summary=mark("Do not approve an answer, with a reason; it goes back to its author"),
    examples=("reject B-12 we may not promise a date",),
    params=(
        CONVERSATION,
        Param("why", "text", mark("Why"), mark("So that the author knows what to change"), lines=True),
        Param("answer", "word", mark("The answer that was read"), required=False, hidden=True),
    ),
    button=mark("Reject…"),
    submit=mark("Reject"),
    likely=("asked",),
)


async def reject(invocation: Invocation, uow: UnitOfWork) -> Reply:
    """The author is told why; the text is a draft again."""
    c = await uow.conversations.take(invocation.number)
    author = c.answer.by.name if c.answer is not None else say("the author")
    events = answering.reject(c, invocation.act, invocation.text("why"), invocation.text("answer"))
    await uow.conversations.save(c, events)
    return Reply(card=done_card(say("It does not go out. I told {author} why.", author=author)), quiet=True)


COMMAND = Command(
    SPEC, reject, lambda c, invocation: answering.must_approve(c, invocation.act, invocation.text("answer"))
)
