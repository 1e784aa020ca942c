"""`approve`: an answer of another department may go out."""

from bot.commands import CONVERSATION, Command, CommandSpec, Invocation, Param, Reply
from bot.config import Config
from bot.domain import answering
from bot.ports import UnitOfWork
from bot.views import approval_asked_card, done_card
from bot.views.wording import department_of

SEEN = Param("answer", "word", "The answer that was read", required=False, hidden=True)
"""Buttons carry it, so that nobody approves another answer than the one they read."""

SPEC = CommandSpec(
    name="approve",
    summary="Approve an answer that waits for your department",
    examples=("approve B-12",),
    params=(CONVERSATION, SEEN),
    likely=("asked",),
)


async def approve(invocation: Invocation, uow: UnitOfWork, config: Config) -> Reply:
    """It goes out, unless another department has to approve it as well. Who did not read it yet is shown it first."""
    c = await uow.conversations.take(invocation.number)
    if not invocation.text("answer"):
        waiting = answering.must_approve(c, invocation.act)
        sight = await uow.conversations.sight(c.number)
        return Reply(card=approval_asked_card(sight, waiting, config) if sight is not None else None)
    c = await uow.conversations.save(c, answering.approve(c, invocation.act, invocation.text("answer")))
    left = c.answer.waits_for if c.answer is not None else None
    then = f"Now {department_of(left, config)} is asked." if left is not None else "It is going out."
    return Reply(card=done_card(f"Approved. {then}"), quiet=True)


COMMAND = Command(SPEC, approve)
