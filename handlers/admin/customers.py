"""`customers import`: brings customers from a file of the company's own or from its CRM."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.errors import UserError
from handlers.admin.contact_import import bring_contacts
from handlers.admin.context import context_of
from handlers.admin.customer_export import export
from handlers.admin.customer_import import Wishes, bring
from handlers.admin.forgotten import forgotten
from handlers.admin.lookups import lookups

customers = typer.Typer(help="The customer record.", no_args_is_help=True)


customers.command("lookups")(lookups)
customers.command("export")(export)
customers.command("forgotten")(forgotten)


@customers.callback()
def _group() -> None:
    """The customer record."""


@customers.command("import")
def import_customers(
    typed: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(help=".csv, .json, .jsonl or .vcf; docs/import.md says what may be in it")
    ] = None,
    from_crm: Annotated[str | None, typer.Option(help="Instead of a file: a CRM, by its name in baton.toml")] = None,
    afresh: Annotated[bool, typer.Option("--afresh", help="Begin again, also where an import was stopped")] = False,
    skip_bad: Annotated[
        Path | None, typer.Option(help="Leave out what cannot be read, and write it to this file")
    ] = None,
    birthdays: Annotated[bool, typer.Option("--birthdays", help="Keep the birthdays that vCards tell")] = False,
    with_forgotten: Annotated[
        bool,
        typer.Option("--with-forgotten", help="Also those who were forgotten on request: they are customers again"),
    ] = False,
) -> None:
    """Insert or update customers by their key. Importing a file twice changes nothing; stop it whenever you like."""
    context = context_of(typed)
    if (file is None) == (from_crm is None):
        raise UserError("What shall be imported?", "Name a file, or a CRM with --from-crm.")
    if file is not None:
        tally = asyncio.run(bring(context, file, Wishes(afresh, skip_bad, birthdays, with_forgotten)))
    elif skip_bad is None and not birthdays:
        tally = asyncio.run(bring_contacts(context, from_crm or "", afresh=afresh, forgotten=with_forgotten))
    else:
        raise UserError("--skip-bad and --birthdays are for files.", "Leave them out with --from-crm.")
    typer.echo(f"customers {tally.new + tally.updated}")
    typer.echo(f"new {tally.new}")
    typer.echo(f"updated {tally.updated}")
    if skip_bad is not None:
        typer.echo(f"left out {tally.left_out}")
    if tally.forgotten:
        typer.echo(f"forgotten {tally.forgotten}")
        typer.echo(
            "These were forgotten on request and are left out. Whoever is to be a customer again: import them alone, "
            "with --with-forgotten.",
            err=True,
        )
