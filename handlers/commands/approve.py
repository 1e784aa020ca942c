"""`approve`: an answer of another department may go out."""

from bot.commands import CONVERSATION, Command, CommandSpec, Invocation, Param, Reply
from bot.config import Config
from bot.domain import answering, idea_life
from bot.ports import UnitOfWork
from bot.speech import mark, say
from bot.views import approval_asked_card, done_card
from bot.views.wording import department_of
from handlers.tracking import root_of

SEEN = Param("answer", "word", mark("The answer that was read"), required=False, hidden=True)
"""Buttons carry it, so that nobody approves another answer than the one they read."""

SPEC = CommandSpec(
    name="approve",
    summary=mark("Approve an answer that waits for your department"),
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
    approved = answering.approve(c, invocation.act, invocation.text("answer"))
    told = c.answer.idea if c.answer is not None else None
    if told is not None and (idea := await root_of(uow, told)) is not None:
        # It may have been reopened while the answer waited.
        idea_life.must_be_shipped(idea)
    c = await uow.conversations.save(c, approved)
    left = c.answer.waits_for if c.answer is not None else None
    said = (
        say("Approved. Now {department} is asked.", department=department_of(left, config))
        if left is not None
        else say("Approved. It is going out.")
    )
    return Reply(card=done_card(said), quiet=True)


COMMAND = Command(SPEC, approve)
