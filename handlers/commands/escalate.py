"""`escalate`: raise the rung, or call it a crisis. Everyone's right, with a reason."""

from bot.cards import Choice
from bot.commands import CONVERSATION, Command, CommandSpec, Invocation, Param, Reply
from bot.config import Config
from bot.domain import life
from bot.domain.conversation import RUNGS
from bot.domain.crisis import Crisis, CrisisState
from bot.ports import UnitOfWork
from bot.speech import mark, say
from bot.views import done_card
from bot.views.crises import crisis_offer_card

CRISIS = "crisis"

SPEC = CommandSpec(
    name="escalate",
    summary=mark("Raise it to the lead, the coordinator, the sponsor, or call it a crisis"),
    examples=("escalate B-12 three parcels, press asking", "escalate B-12 crisis the stove may catch fire"),
    params=(
        CONVERSATION,
        Param(
            "rung",
            "choice",
            mark("To whom"),
            mark("Empty means the next one up"),
            required=False,
            choices=(
                Choice("lead", mark("Department lead")),
                Choice("coordinator", mark("Coordinator")),
                Choice("sponsor", mark("Sponsor (management)")),
                Choice(CRISIS, mark("Crisis")),
            ),
        ),
        Param("why", "text", mark("Why"), mark("They read this first"), lines=True),
    ),
    button=mark("Escalate…"),
    submit=mark("Escalate"),
    slash="/escalate",
    shortcut=mark("Escalate"),
    likely=("mine", "floor"),
)


_RAISED = (
    "",
    mark("{ref} is raised to the lead."),
    mark("{ref} is raised to the coordinator."),
    mark("{ref} is raised to the sponsor."),
)


async def escalate(invocation: Invocation, uow: UnitOfWork, config: Config) -> Reply:
    """Whoever holds it, and whether or not anybody does."""
    conversation = await uow.conversations.take(invocation.number)
    policies, why, rung = config.life_policies, invocation.text("why"), invocation.text("rung")
    if rung == CRISIS:
        events = life.raise_crisis(conversation, invocation.act, policies, why)
        said = say("{ref} is marked as a crisis; the coordinator and the sponsor are told.", ref=conversation.ref)
    else:
        events = life.escalate(conversation, invocation.act, policies, why, RUNGS.index(rung) if rung else None)
        said = say(_RAISED[RUNGS.index(rung) if rung else conversation.rung + 1], ref=conversation.ref)
    await uow.conversations.save(conversation, events)
    if rung == CRISIS and (there := await _crisis_there(uow, conversation.number)) is not None:
        return Reply(card=crisis_offer_card(there, conversation.ref, said))
    return Reply(card=done_card(said), quiet=True)


async def _crisis_there(uow: UnitOfWork, number: int) -> Crisis | None:
    """A crisis that is open where the conversation is shown, and to which it does not belong yet."""
    known = {crisis.number for crisis in await uow.crises.of_conversation(number)}
    for posting in await uow.postings.of(number):
        for crisis in await uow.crises.live(posting.surface):
            if crisis.state is CrisisState.OPEN and crisis.number not in known:
                return crisis
    return None


COMMAND = Command(SPEC, escalate, lambda conversation, invocation: life.must_be_open(conversation, invocation.act))
