"""`customer`: look a customer up by handle, e-mail, name or conversation."""

from bot.cards import Card
from bot.commands import Command, CommandSpec, Invocation, Param, Reply
from bot.config import Config
from bot.dispatch.grammar import read_ref
from bot.domain.customer import CustomerRecord
from bot.errors import UserError
from bot.ports import Storage, UnitOfWork
from bot.views import customer_card, customer_choice_card, customer_unknown_card

SURE = 0.85
"""From this confidence on, and well ahead of the next, the first match is shown at once."""

AHEAD = 0.1

SPEC = CommandSpec(
    name="customer",
    summary="Who this is and everything we know",
    examples=("customer @maya@example.social", "customer Maya Okafor", "customer B-12"),
    params=(
        Param(
            "conversation",
            "conversation",
            "Conversation",
            "Or leave it empty and search by name or handle",
            required=False,
        ),
        Param("query", "text", "Handle, e-mail or name", required=False, longest=320),
        Param("id", "word", "Customer id", required=False, hidden=True),
    ),
    button="Customer",
    submit="Look up",
    asks=True,
    slash="/customer",
    shortcut="Look up the customer",
    reads=True,
)


async def customer(invocation: Invocation, uow: UnitOfWork, config: Config, storage: Storage) -> Reply:
    """The 360 degree card; several likely ones are offered to choose from. Every look-up is in the audit trail."""
    customer_id = await _which(invocation, uow)
    if isinstance(customer_id, Card):
        return Reply(card=customer_id)
    record = await uow.customers.record(customer_id)
    if record is None:
        raise UserError("That customer is no longer there.", "Search again by name or handle.")
    await _remember(storage, invocation, record)
    return Reply(card=customer_card(record, config))


async def _which(invocation: Invocation, uow: UnitOfWork) -> str | Card:
    if chosen := invocation.text("id"):
        return chosen
    query = invocation.text("query").strip()
    number = invocation.args.get("conversation") or (int(ref) if (ref := read_ref(query, bare=False)) else None)
    if number is not None and not (query and read_ref(query, bare=False) is None):
        conversation = await uow.conversations.get(number)
        if conversation is None:
            raise UserError(f"There is no B-{number}.", "See what there is with `/baton list`.")
        return conversation.customer_id
    if not query:
        raise UserError("Whom shall I look up?", "Name a handle, an e-mail, a name or a conversation: `customer B-12`.")
    matches = await uow.customers.find(query)
    if not matches:
        return customer_unknown_card(query)
    sure = matches[0].confidence >= SURE
    if sure and (len(matches) == 1 or matches[0].confidence - matches[1].confidence >= AHEAD):
        return matches[0].customer.id
    return customer_choice_card(query, matches)


async def _remember(storage: Storage, invocation: Invocation, record: CustomerRecord) -> None:
    async with storage.writing() as uow:
        await uow.customers.looked_up(
            record.customer.id, invocation.actor.ref, invocation.origin.platform, invocation.at
        )


COMMAND = Command(SPEC, customer)
