"""`learning`: what claims and passes have taught triage, and forgetting it."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from bot.domain.learning import FEWEST_POSTS, Learning
from bot.errors import UserError
from bot.ports import Taught
from handlers.admin.context import Context, context_of
from handlers.admin.terminal import columns
from handlers.installation_secret import secrets_of
from handlers.learning import learned
from handlers.learning_key import LearningKey, forget_key

learning = typer.Typer(
    help="What claims and passes have taught triage: how much of each department; and forgetting it."
)


@learning.callback(invoke_without_command=True)
def default(typed: typer.Context) -> None:
    """Without a further word: the list."""
    if typed.invoked_subcommand is None:
        show(typed)


@learning.command("show")
def show(typed: typer.Context) -> None:
    """How many posts and words were learned for each department. Words are kept as numbers: none can be shown."""
    context = context_of(typed)
    taught, known = asyncio.run(_look(context))
    keys = sorted((key for key in taught if taught[key].posts or known.get(key)), key=lambda key: -taught[key].posts)
    if not keys:
        typer.echo("nothing was learned yet")
        return
    rows = [("department", "posts", "words", "")]
    for key in keys:
        there = "" if key in context.config.departments else "not in baton.toml: not used"
        rows.append((key, f"{taught[key].posts:g}", f"{known.get(key, 0):,}", there))
    for line in columns(rows):
        typer.echo(line)
    posts = sum(taught[key].posts for key in keys if key in context.config.departments)
    if posts < FEWEST_POSTS:
        typer.echo(f"It is used from {FEWEST_POSTS} posts on.")


@learning.command("reset")
def reset(
    typed: typer.Context,
    department: Annotated[str | None, typer.Argument(help="Whose; without one, everything")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask")] = False,
) -> None:
    """Forget what was learned. Every running Baton reads without it within a minute."""
    context = context_of(typed)
    taught, _ = asyncio.run(_look(context))
    if department is not None and department not in {*taught, *context.config.departments}:
        known = ", ".join(sorted({*taught, *context.config.departments}))
        raise UserError(f"There is no department {department}.", f"Use one of: {known}.")
    posts = sum(each.posts for key, each in taught.items() if department in {None, key})
    what = f"what {posts:g} posts taught" + (f" for {department}" if department is not None else "")
    if not yes and not typer.confirm(f"Forget {what}?"):
        typer.echo("nothing was changed")
        return
    asyncio.run(_reset(context, department))
    typer.echo(f"forgotten: {what}")


async def learned_here(context: Context) -> Learning:
    """What was learned in this installation."""
    key = LearningKey(*secrets_of(context.environment, context.database_url, context.data_dir))
    async with context.storage() as storage:
        known = await key.of(storage)
        async with storage.reading() as uow:
            return await learned(uow, context.config.departments, key=known)


async def _look(context: Context) -> tuple[dict[str, Taught], dict[str, int]]:
    async with context.storage() as storage, storage.reading() as uow:
        return dict(await uow.lessons.taught()), dict(await uow.lessons.known())


async def _reset(context: Context, department: str | None) -> None:
    async with context.storage() as storage, storage.writing() as uow:
        await uow.lessons.reset(department)
        if department is None:
            await forget_key(uow)
