"""`customers lookups B-12`: who looked a customer up, when and where: the audit trail."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from bot.dispatch.grammar import read_ref
from bot.domain.customer import Customer
from bot.errors import UserError
from bot.ports import LookUp, UnitOfWork
from bot.views.wording import count, who
from handlers.admin.context import Context, context_of
from handlers.admin.terminal import columns, on_a_line

SHOWN = 200


def lookups(
    typed: typer.Context,
    whom: Annotated[str, typer.Argument(help="B-12, a handle, an e-mail or a name")],
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help="So many of the newest")] = SHOWN,
) -> None:
    """Who looked this customer up, newest first, in UTC."""
    context = context_of(typed)
    customer, found = asyncio.run(_look(context, whom, limit))
    typer.echo(f"{on_a_line(customer.name)} ({customer.id}): {count(len(found), 'look-up')}")
    rows = [
        (f"{each.at:%Y-%m-%d %H:%M:%S}", on_a_line(who(each.by, context.config)), on_a_line(each.via)) for each in found
    ]
    for line in columns(rows) if rows else ():
        typer.echo(line)


async def _look(context: Context, whom: str, limit: int) -> tuple[Customer, list[LookUp]]:
    async with context.storage() as storage, storage.reading() as uow:
        customer = await _whom(uow, whom)
        return customer, await uow.customers.lookups(customer.id, limit)


async def _whom(uow: UnitOfWork, whom: str) -> Customer:
    """The one who is meant; raises `UserError` that names those who may be."""
    if (number := read_ref(whom)) is not None:
        conversation = await uow.conversations.get(int(number))
        customer = await uow.customers.get(conversation.customer_id) if conversation is not None else None
        if customer is None:
            raise UserError(f"There is no B-{number}.", "See what there is with `/baton list`.")
        return customer
    by_id = await uow.customers.get(whom)
    if by_id is not None:
        return by_id
    matches = await uow.customers.find(whom)
    if not matches:
        raise UserError(f"I know nobody called “{whom}”.", "Try a handle, an e-mail or a conversation: B-12.")
    best = [match for match in matches if match.confidence == matches[0].confidence]
    if len(best) > 1:
        names = "; ".join(f"{on_a_line(match.customer.name)} {match.customer.id}" for match in best)
        raise UserError(f"“{whom}” may be {names}.", "Name one by that id.")
    return best[0].customer
