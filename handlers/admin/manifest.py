"""`manifest slack` and `manifest teams`: what each platform wants to know of the app, made from the commands."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import Annotated

import typer

import bot.teams
from bot.domain.web_address import WebAddress
from bot.errors import ConfigError
from bot.slack.manifest import SignIn
from bot.slack.manifest import manifest as slack_manifest
from bot.teams.manifest import COLOUR, OUTLINE, SCHEMA_VERSION, VERSION, package
from bot.teams.manifest import manifest as teams_manifest
from handlers.admin.context import Context, context_of
from handlers.commands import COMMANDS

PACKAGE = "teams-app.zip"

manifests = typer.Typer(help="What a chat platform wants to know of the app.", no_args_is_help=True)


@manifests.command()
def slack(
    typed: typer.Context,
    url: Annotated[
        str | None,
        typer.Option(help="Where Slack reaches Baton, like https://baton.example.com; without it: Socket Mode"),
    ] = None,
) -> None:
    """Print the Slack manifest as JSON; paste it where Slack asks for one."""
    specs = (command.spec for command in COMMANDS)
    made = slack_manifest(specs, url=url, socket_mode=url is None, sign_in=_sign_in(context_of(typed)))
    typer.echo(json.dumps(made, indent=2, ensure_ascii=False))


def _sign_in(context: Context) -> SignIn | None:
    """How people sign in to the web page with Slack; None where there is no page, or where they do so with Microsoft alone.

    The client id is known only after the app is there: that it is missing does not mean that nobody signs in with Slack.
    """
    web, known = context.config.web, context.environment
    if not web.address or (known.get("MICROSOFT_CLIENT_ID") and not known.get("SLACK_CLIENT_ID")):
        return None
    address = WebAddress.read(web.address)
    return SignIn(address.signed_in("slack"), web.slack_pkce) if address.is_encrypted else None


@manifests.command()
def teams(
    typed: typer.Context,
    out: Annotated[
        Path | None, typer.Option(help=f"The zip file to write [default: {PACKAGE} in the data folder]")
    ] = None,
    app_id: Annotated[str, typer.Option(help="The bot's app id [default: TEAMS_APP_ID]")] = "",
    url: Annotated[
        str, typer.Option(help="A page that says who runs Baton and what it does with data; Teams links to it")
    ] = "https://example.com",
    app_version: Annotated[str, typer.Option(help="A higher one than that of the package Teams has")] = VERSION,
) -> None:
    """Write the app package; upload it where Teams takes apps."""
    context = context_of(typed)
    app_id = app_id or context.environment.get("TEAMS_APP_ID", "")
    if not app_id:
        raise ConfigError(
            "The package needs the bot's app id, and TEAMS_APP_ID is not set.",
            "Set it to the Microsoft App ID of the Azure Bot, or give it here: --app-id ID.",
        )
    try:
        made = teams_manifest(
            (command.spec for command in COMMANDS),
            app_id,
            company=context.config.company.name,
            about=url,
            version=app_version,
        )
    except ValueError as error:
        raise ConfigError(f"{error}.", "Mend it and try again.") from error
    folder = resources.files(bot.teams) / "icons"
    icons = {name: (folder / name).read_bytes() for name in (COLOUR, OUTLINE)}
    path = out or context.data_dir / PACKAGE
    try:
        path.write_bytes(package(made, icons))
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}.", "Name another file with --out.") from error
    typer.echo(f"package {path}")
    typer.echo(f"holds manifest.json, {', '.join(icons)}")
    typer.echo(f"app {made['id']}")
    typer.echo(f"version {made['version']}, of manifest version {SCHEMA_VERSION}")
