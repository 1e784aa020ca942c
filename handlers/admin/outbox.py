"""`outbox`: what could not be delivered, and trying it again."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from bot.domain.spans import format_span
from bot.ports import DeadLetter
from bot.views.wording import count
from handlers.admin.context import Context, context_of
from handlers.admin.terminal import on_a_line

outbox = typer.Typer(help="What is to be delivered, what could not be, and trying it again.", no_args_is_help=True)


@outbox.command("list")
def list_dead(typed: typer.Context) -> None:
    """The dead letters, newest first, and how much is waiting."""
    counts, dead = asyncio.run(_look(context_of(typed)))
    for kind, states in sorted(counts.items()):
        typer.echo(f"{kind}: " + ", ".join(f"{count:,} {state}" for state, count in sorted(states.items())))
    for letter in dead:
        tries = count(letter.tries, "try", "tries")
        typer.echo(f"{letter.id}  {letter.kind}  {tries}, {format_span(letter.age)} ago: {on_a_line(letter.error)}")
    if not dead:
        typer.echo("no dead letters")


@outbox.command("replay")
def replay_dead(
    typed: typer.Context, ids: Annotated[list[int] | None, typer.Argument(help="Which ones; none means all")] = None
) -> None:
    """Try dead letters again."""
    typer.echo(f"{asyncio.run(_replay(context_of(typed), ids)):,} put back")


async def _look(context: Context) -> tuple[dict[str, dict[str, int]], list[DeadLetter]]:
    async with context.dead_letters() as letters:
        return await letters.counts(), await letters.dead()


async def _replay(context: Context, ids: list[int] | None) -> int:
    async with context.dead_letters() as letters:
        return await letters.replay(ids or None)
