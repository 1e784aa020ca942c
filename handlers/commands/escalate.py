"""`escalate`: raise the rung, or call it a crisis. Everyone's right, with a reason."""

from bot.cards import Choice
from bot.commands import CONVERSATION, Command, CommandSpec, Invocation, Param, Reply
from bot.config import Config
from bot.domain import life
from bot.domain.conversation import RUNGS
from bot.ports import UnitOfWork
from bot.views import done_card

CRISIS = "crisis"

SPEC = CommandSpec(
    name="escalate",
    summary="Raise it to the lead, the coordinator, the sponsor, or call it a crisis",
    examples=("escalate B-12 three parcels, press asking", "escalate B-12 crisis the stove may catch fire"),
    params=(
        CONVERSATION,
        Param(
            "rung",
            "choice",
            "To whom",
            "Empty means the next one up",
            required=False,
            choices=(
                Choice("lead", "Department lead"),
                Choice("coordinator", "Coordinator"),
                Choice("sponsor", "Sponsor (management)"),
                Choice(CRISIS, "Crisis"),
            ),
        ),
        Param("why", "text", "Why", "They read this first", lines=True),
    ),
    button="Escalate…",
    submit="Escalate",
    slash="/escalate",
    shortcut="Escalate",
    likely=("mine", "floor"),
)


async def escalate(invocation: Invocation, uow: UnitOfWork, config: Config) -> Reply:
    """Whoever holds it, and whether or not anybody does."""
    conversation = await uow.conversations.take(invocation.number)
    policies, why, rung = config.life_policies, invocation.text("why"), invocation.text("rung")
    if rung == CRISIS:
        events = life.raise_crisis(conversation, invocation.act, policies, why)
        said = f"{conversation.ref} is marked as a crisis; the coordinator and the sponsor are told."
    else:
        events = life.escalate(conversation, invocation.act, policies, why, RUNGS.index(rung) if rung else None)
        said = f"{conversation.ref} is raised to the {RUNGS[RUNGS.index(rung) if rung else conversation.rung + 1]}."
    await uow.conversations.save(conversation, events)
    return Reply(card=done_card(said), quiet=True)


COMMAND = Command(SPEC, escalate, lambda conversation, invocation: life.must_be_open(conversation, invocation.act))
