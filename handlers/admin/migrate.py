"""`migrate`: brings the database up to date."""

from __future__ import annotations

import asyncio

import typer

from handlers.admin.context import Context, context_of


def migrate(typed: typer.Context) -> None:
    """Bring the database up to date; every other subcommand does so by itself."""
    asyncio.run(_bring(context_of(typed)))
    typer.echo("up to date")


async def _bring(context: Context) -> None:
    async with context.storage():
        pass
