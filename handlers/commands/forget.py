"""`forget`: a customer wants to be forgotten; one colleague asks, a second one confirms."""

from bot.commands import Command, CommandSpec, Invocation, Param, Reply
from bot.config import Config
from bot.dispatch.grammar import read_ref
from bot.domain.forgetting import Forgetting, decide
from bot.domain.ids import new_id
from bot.errors import UserError
from bot.ports import UnitOfWork
from bot.speech import mark, say
from bot.views import done_card
from handlers.events import forget, forget_notices
from handlers.meant import one_customer

SPEC = CommandSpec(
    name="forget",
    summary=mark("Erase a customer on their request; a second person confirms"),
    examples=("forget B-12 asked for it by e-mail", "forget @maya@example.social asked for it on the phone"),
    params=(
        Param(
            "conversation",
            "conversation",
            mark("Conversation"),
            mark("Or leave it empty and name the customer"),
            required=False,
        ),
        Param("who", "word", mark("Handle or e-mail"), required=False),
        Param("why", "text", mark("Why"), mark("How they asked for it"), required=False, longest=500),
        Param("request", "word", mark("Request"), required=False, hidden=True),
        Param("answer", "word", mark("Answer"), required=False, hidden=True),
    ),
    likely=(),
)


async def carry_out(invocation: Invocation, uow: UnitOfWork, config: Config) -> Reply:
    """The first person asks; the second, who may do so, confirms or refuses, with the button or by the same words."""
    if request_id := invocation.text("request"):
        request = await uow.privacy.get(request_id)
        if request is None:
            raise UserError(say("There is no such request."), say("Ask again: `forget B-12 why`."))
        return await _decide(invocation, uow, config, request, confirm=invocation.text("answer") != "refuse")
    who, why = invocation.text("who").strip(), invocation.text("why").strip()
    number: int | None = invocation.args.get("conversation")
    if number is None and (ref := read_ref(who, bare=False)) is not None:
        number, who = int(ref), ""
    if number is not None:
        why, who = f"{who} {why}".strip(), ""
    customer_id = await one_customer(uow, number, who)
    waiting = await uow.privacy.waiting(customer_id, invocation.at)
    if waiting is not None:
        return await _decide(invocation, uow, config, waiting, confirm=True)
    if not why:
        raise UserError(
            say("Say why they are to be forgotten."), say("Like this: `forget B-12 asked for it by e-mail`.")
        )
    return await _ask(invocation, uow, config, customer_id, number, why)


async def _ask(
    invocation: Invocation, uow: UnitOfWork, config: Config, customer_id: str, number: int | None, why: str
) -> Reply:
    at = invocation.at
    until = at + config.privacy.within
    request = Forgetting(new_id(), customer_id, invocation.actor.ref, at, until, why, number)
    await uow.privacy.put(request)
    await uow.outbox.put(forget_notices.question(request))
    return Reply(card=done_card(say("A second person has to confirm it. Whoever may do that has been asked.")))


async def _decide(
    invocation: Invocation, uow: UnitOfWork, config: Config, request: Forgetting, *, confirm: bool
) -> Reply:
    actor = invocation.actor
    decided = decide(request, actor.ref, invocation.at, allowed=config.may_decide_privacy(actor), confirm=confirm)
    await uow.privacy.put(decided)
    if not confirm:
        return Reply(card=done_card(say("Refused: nothing is erased.")))
    await uow.outbox.put(forget.work(decided))
    return Reply(card=done_card(say("Confirmed. You will both be told what was erased.")))


COMMAND = Command(SPEC, carry_out)
