"""`manifest slack`: what Slack wants to know of the app, made from the same tuple as the commands."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from bot.slack.manifest import manifest as slack_manifest
from handlers.commands import COMMANDS

manifests = typer.Typer(help="What a chat platform wants to know of the app.", no_args_is_help=True)


@manifests.callback()
def group() -> None:
    """Keeps `manifest slack` a command of two words while there is only one platform."""


@manifests.command()
def slack(
    url: Annotated[
        str | None,
        typer.Option(help="Where Slack reaches Baton, like https://baton.example.com; without it: Socket Mode"),
    ] = None,
) -> None:
    """Print the Slack manifest as JSON; paste it where Slack asks for one."""
    made = slack_manifest((command.spec for command in COMMANDS), url=url, socket_mode=url is None)
    typer.echo(json.dumps(made, indent=2, ensure_ascii=False))
