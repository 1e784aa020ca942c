"""`resolve`: close it, with what came of it."""

from bot.cards import Choice
from bot.commands import CONVERSATION, Command, CommandSpec, Invocation, Param, Reply
from bot.domain import life
from bot.domain.answering import must_be_settled
from bot.domain.outcome import NOTHING, Outcome, OutcomeKind
from bot.ports import UnitOfWork
from bot.speech import mark, say
from bot.views import done_card
from bot.views.idea_said import idea_noted_card
from handlers.ideas import note

SPEC = CommandSpec(
    name="resolve",
    summary=mark("Close it: the outcome, what the customer wanted, what we changed"),
    examples=("resolve B-12", "resolve B-12 fixed | parcels that arrive whole | carrier switched back"),
    params=(
        CONVERSATION,
        Param(
            "outcome",
            "choice",
            mark("Outcome"),
            choices=tuple(Choice(kind.value, kind.label) for kind in OutcomeKind),
            default=OutcomeKind.ANSWERED.value,
        ),
        Param("wanted", "text", mark("What the customer wanted"), mark("In their terms, one line"), longest=500),
        Param(
            "changed",
            "text",
            mark("What we changed"),
            mark("“nothing” is an answer too; it is counted"),
            default=NOTHING,
            longest=500,
        ),
    ),
    button=mark("Resolve…"),
    submit=mark("Resolve"),
    aliases=("close", "done"),
    likely=("mine",),
)


async def resolve(invocation: Invocation, uow: UnitOfWork) -> Reply:
    """The holder closes it; the outcome goes to the customer's record. What ends as an idea is noted as one."""
    conversation = await uow.conversations.take(invocation.number)
    life.must_hold(conversation, invocation.act)
    must_be_settled(conversation)
    kind = OutcomeKind(invocation.text("outcome"))
    outcome = Outcome(kind, invocation.text("wanted"), invocation.text("changed"))
    await uow.conversations.save(conversation, life.resolve(conversation, invocation.act, outcome))
    said = say(
        "{ref} is resolved: {outcome}. It goes to the customer's record.", ref=conversation.ref, outcome=kind.label
    )
    noted = await note(uow, invocation.act, outcome.wanted, conversation.number) if kind is OutcomeKind.IDEA else None
    if noted is None:
        return Reply(card=done_card(said), quiet=True)
    added = noted.alike is not None
    return Reply(card=idea_noted_card(said, noted.idea, conversation.number, added=added, fresh=noted.fresh))


COMMAND = Command(SPEC, resolve, lambda conversation, invocation: life.must_hold(conversation, invocation.act))
