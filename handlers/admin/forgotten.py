"""`customers forgotten`: the requests to forget somebody: who asked, who decided, what came of it. No word of the customers'."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

import typer

from bot.config import Config
from bot.domain.forgetting import Forgetting
from bot.errors import unquoted
from bot.views.forgetting import erased_in_words
from bot.views.wording import count, who
from handlers.admin.context import Context, context_of
from handlers.admin.terminal import on_a_line

SHOWN = 50


def forgotten(
    typed: typer.Context,
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help="So many of the newest")] = SHOWN,
) -> None:
    """The requests to forget somebody, newest first, in UTC: who asked and who decided, and what is left to erase."""
    context = context_of(typed)
    requests = asyncio.run(_requests(context, limit))
    typer.echo(count(len(requests), "request"))
    for request in requests:
        for line in _told(request, context.config, context.clock.now()):
            typer.echo(on_a_line(line) if not line.startswith(" ") else f"    {on_a_line(line)}")


async def _requests(context: Context, limit: int) -> list[Forgetting]:
    async with context.storage() as storage, storage.reading() as uow:
        return await uow.privacy.requests(limit)


def _told(request: Forgetting, config: Config, now: datetime) -> Iterator[str]:
    whom = f"the customer of B-{request.number}" if request.number is not None else "a customer"
    yield f"{_at(request.asked_at)} {who(request.asked_by, config)} asked to forget {whom} ({request.id})"
    if request.decided_by is not None and request.decided_at is not None:
        decided = "refused" if request.state == "refused" else "confirmed"
        yield f"  {_at(request.decided_at)} {decided} by {who(request.decided_by, config)}"
    elif now < request.until:
        yield f"  waits for a second person until {_at(request.until)}"
    else:
        yield f"  over since {_at(request.until)}: nobody confirmed it"
    if request.erased_at is not None:
        yield f"  {_at(request.erased_at)} erased: {erased_in_words(request.report)}"
    if request.done_at is not None:
        yield f"  {_at(request.done_at)} done"
    yield from (f"  to do: {each}" for each in _to_do(request))
    yield from (f"  not erased: {unquoted(each)}" for each in request.report.left)


def _to_do(request: Forgetting) -> Iterator[str]:
    if request.state != "confirmed":
        return
    if request.erased_at is None:
        yield "the messages on the platforms, and what the store holds"
    elif request.scrubbed_at is None:
        yield "write the database's file anew"
    for crm, entries in request.owed.items():
        yield f"{count(len(entries), 'entry', 'entries')} in {crm}"


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
