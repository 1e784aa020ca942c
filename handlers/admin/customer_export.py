"""`customers export B-12 --output FOLDER`: what is kept of one person, for them: as JSON and as a page."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from bot.dispatch.grammar import read_ref
from bot.domain.people import PersonRef
from bot.views import exported_page
from handlers.admin.context import Context, context_of
from handlers.meant import one_customer

OPERATOR = PersonRef("operator", "Operator")
"""Who runs Baton, in the audit trail."""


def export(
    typed: typer.Context,
    whom: Annotated[str, typer.Argument(help="B-12, a handle, an e-mail or a customer's id")],
    output: Annotated[Path, typer.Option("--output", help="The folder for customer.json and customer.html")],
) -> None:
    """Write what is kept of one customer, for them. That it was done is in the audit trail."""
    context = context_of(typed)
    data = asyncio.run(_gather(context, whom))
    output.mkdir(parents=True, exist_ok=True)
    page = exported_page(data, context.config.company.name, context.clock.now())
    for name, content in (
        ("customer.json", orjson.dumps(data, option=orjson.OPT_INDENT_2)),
        ("customer.html", page.encode()),
    ):
        _write(output / name, content)
        typer.echo(f"wrote {output / name}")


def _write(path: Path, content: bytes) -> None:
    """Nobody else on the machine is to read it."""
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_bytes(content)


async def _gather(context: Context, whom: str) -> Mapping[str, Any]:
    ref = read_ref(whom)
    async with context.storage() as storage:
        async with storage.writing() as uow:
            customer_id = await one_customer(uow, int(ref) if ref is not None else None, whom)
            await uow.customers.looked_up(customer_id, OPERATOR, "terminal export", context.clock.now())
        async with storage.reading() as uow:
            return await uow.privacy.everything(await uow.privacy.one_with(customer_id))
