"""`sources allow`: the owner of an account lets a source act for it, in a browser; the token is kept sealed."""

from __future__ import annotations

import asyncio
import getpass
import sys
from typing import Annotated

import typer

from bot.errors import BatonError, UserError
from bot.ports import Source
from bot.ports.tokens import SourceTokens, Token
from handlers.admin.context import Context, context_of
from handlers.admin.terminal import on_a_line

REDIRECT = "https://127.0.0.1/allowed"
"""Where the network sends the browser with the code. Nobody needs to listen there: the browser shows the address."""


def allow(
    typed: typer.Context,
    name: Annotated[str, typer.Argument(help="Its name in baton.toml")],
    redirect: Annotated[
        str, typer.Option("--redirect", help="The redirect address that the app has at the network")
    ] = REDIRECT,
    forget: Annotated[bool, typer.Option("--forget", help="Drop what is kept instead")] = False,
) -> None:
    """Let a source act for an account: open an address in a browser, and paste where it leads. The token is kept encrypted."""
    context = context_of(typed)
    if forget:
        there = asyncio.run(_forget(context, name))
        typer.echo(f"{name}: dropped" if there else f"{name}: nothing was kept")
        return
    asyncio.run(_allow(context, name, redirect))


async def _forget(context: Context, name: str) -> bool:
    async with context.storage() as storage, storage.writing() as uow:
        return await uow.tokens.forget(name)


async def _allow(context: Context, name: str, redirect: str) -> None:
    async with context.sources() as opened:
        if name not in opened:
            raise UserError(f"There is no source “{name}”.", f"Use one of: {', '.join(opened) or 'none yet'}.")
        source = opened[name]
        tokens = _tokens(source)
        asking = tokens.ask(redirect)
        typer.echo(f"1. At the network, the app must have this redirect address, exactly:\n\n   {asking.redirect}\n")
        typer.echo(f"2. Open this in a browser, as the owner of the account:\n\n   {asking.address}\n")
        typer.echo("3. Allow it. The browser then shows a page that cannot be reached: that is right.")
        token = await tokens.allow(asking, await asyncio.to_thread(_pasted))
        typer.echo(f"\n{name} may act now. {_holds(token)}")
        await _say_missing(source)


def _tokens(source: Source) -> SourceTokens:
    tokens = source.tokens
    if tokens is None or not tokens.askable:
        page = f"See docs/networks/{source.kind}.md for how it is."
        raise UserError(f"“{source.name}” is not allowed in this way.", page)
    if not tokens.keeper.lasting:
        if not tokens.used:
            # It says itself what is not set.
            tokens.ask(REDIRECT)
        raise UserError("There is nothing to keep the token with.", "Set BATON_SECRET: docs/operate.md.")
    return tokens


def _pasted() -> str:
    """What was pasted; unseen, since for some minutes it is worth a permission."""
    if sys.stdin.isatty():
        return getpass.getpass("4. Paste the address of that page here (it is not shown): ")
    typer.echo("4. Paste the address of that page here:")
    return sys.stdin.readline()


def _holds(token: Token) -> str:
    if token.refresh is None and token.ends_at is not None:
        return f"The network gave no refresh token: allow it anew before {token.ends_at:%Y-%m-%d %H:%M} UTC."
    ends = f" The permission ends on {token.refresh_ends_at:%Y-%m-%d}." if token.refresh_ends_at is not None else ""
    return f"Its token is kept encrypted, and renewed by itself.{ends}"


async def _say_missing(source: Source) -> None:
    try:
        for each in await source.missing():
            typer.echo(f"Still missing: {on_a_line(each)}")
    except BatonError as error:
        typer.echo(f"Still missing: {on_a_line(str(error))}")
