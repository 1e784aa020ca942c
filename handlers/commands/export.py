"""`export`: a customer wants to know what is kept of them."""

from bot.commands import Command, CommandSpec, Invocation, Param, Reply
from bot.config import Config
from bot.dispatch.grammar import read_ref
from bot.errors import UserError
from bot.ports import UnitOfWork
from bot.speech import mark, say
from bot.views import done_card
from handlers.meant import one_customer

SPEC = CommandSpec(
    name="export",
    summary=mark("A customer's data, on their request"),
    examples=("export B-12", "export @maya@example.social"),
    params=(
        Param(
            "conversation",
            "conversation",
            mark("Conversation"),
            mark("Or leave it empty and name the customer"),
            required=False,
        ),
        Param("who", "text", mark("Handle, e-mail or name"), required=False, longest=320),
    ),
    likely=(),
)


async def export(invocation: Invocation, uow: UnitOfWork, config: Config) -> Reply:
    """Says how the files are made, which no channel is to hold; that it was asked for is in the audit trail."""
    if not config.may_decide_privacy(invocation.actor):
        raise UserError(say("You may not export a customer's data."), say("Ask a coordinator, a sponsor or an admin."))
    who = invocation.text("who").strip()
    number: int | None = invocation.args.get("conversation")
    if number is None and (ref := read_ref(who, bare=False)) is not None:
        number = int(ref)
    customer_id = await one_customer(uow, number, who)
    via = f"{invocation.origin.platform} export"
    await uow.customers.looked_up(customer_id, invocation.actor.ref, via, invocation.at)
    whom = f"B-{number}" if number is not None else customer_id
    return Reply(
        card=done_card(
            say(
                "Whoever runs Baton makes the files: `app.py customers export {whom} --output FOLDER`. They are for the customer alone: send them where nobody else reads them.",
                whom=whom,
            )
        ),
        secret=True,
    )


COMMAND = Command(SPEC, export)
