"""`reject`: an answer of another department may not go out like this."""

from bot.commands import CONVERSATION, Command, CommandSpec, Invocation, Param, Reply
from bot.domain import answering
from bot.ports import UnitOfWork
from bot.views import done_card

SPEC = CommandSpec(
    name="reject",
    summary="Do not approve an answer, with a reason; it goes back to its author",
    examples=("reject B-12 we may not promise a date",),
    params=(
        CONVERSATION,
        Param("why", "text", "Why", "So that the author knows what to change", lines=True),
        Param("answer", "word", "The answer that was read", required=False, hidden=True),
    ),
    button="Reject…",
    submit="Reject",
    likely=("asked",),
)


async def reject(invocation: Invocation, uow: UnitOfWork) -> Reply:
    """The author is told why; the text is a draft again."""
    c = await uow.conversations.take(invocation.number)
    author = c.answer.by.name if c.answer is not None else "the author"
    events = answering.reject(c, invocation.act, invocation.text("why"), invocation.text("answer"))
    await uow.conversations.save(c, events)
    return Reply(card=done_card(f"It does not go out. I told {author} why."), quiet=True)


COMMAND = Command(
    SPEC, reject, lambda c, invocation: answering.must_approve(c, invocation.act, invocation.text("answer"))
)
