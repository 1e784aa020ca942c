"""Which customer is meant where something is done that must not reach anybody else."""

from __future__ import annotations

from bot.errors import UserError
from bot.ports import UnitOfWork
from bot.speech import say

SURE = 0.95
"""Only a handle, an e-mail or a phone number names somebody so surely."""


async def one_customer(uow: UnitOfWork, number: int | None, who: str) -> str:
    """The customer's id, under which they are shown; raises `UserError` unless exactly one is surely meant."""
    if number is not None:
        conversation = await uow.conversations.get(number)
        if conversation is None:
            raise UserError(say("There is no B-{number}.", number=number), say("See what there is with `/baton list`."))
        customer_id = conversation.customer_id
    elif not who:
        raise UserError(say("Who is meant?"), say("Name a conversation, a handle or an e-mail: `B-12`."))
    elif await uow.customers.get(who) is not None:
        customer_id = who
    else:
        sure = [match for match in await uow.customers.find(who) if match.confidence >= SURE]
        if len({match.customer.id for match in sure}) != 1:
            raise UserError(
                say("I cannot tell surely who that is."),
                say("Name one of their conversations, or the whole handle or e-mail."),
            )
        customer_id = sure[0].customer.id
    await refuse_forgotten(uow, customer_id)
    return (await uow.privacy.one_with(customer_id))[0]


async def refuse_forgotten(uow: UnitOfWork, customer_id: str) -> None:
    """Raises `UserError` where this customer was forgotten."""
    if await uow.privacy.forgotten(customer_id):
        raise UserError(say("That customer was forgotten on request."), say("Nothing is kept of them but counts."))
