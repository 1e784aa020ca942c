"""`people import`: writes the file of colleagues and their departments from a directory of employees."""

from __future__ import annotations

import asyncio
import csv
import os
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from bot.config import Config
from bot.domain.belonging import Listed
from bot.errors import UserError
from bot.ports import CompanyDirectory
from handlers.admin.context import Context, context_of
from handlers.admin.insisting import insist
from handlers.admin.table_file import rows
from handlers.admin.terminal import on_a_line

people = typer.Typer(help="Colleagues and their departments.", no_args_is_help=True)


@people.callback()
def _group() -> None:
    """Colleagues and their departments."""


@people.command("import")
def import_people(
    typed: typer.Context,
    directory: Annotated[str, typer.Argument(help="Its name in baton.toml")],
    file: Annotated[Path, typer.Argument(help="The CSV file to write, as `people_file` of [company] names it")],
) -> None:
    """Write everybody who works here to the file: e-mail, department, and the roles that stood in it before.

    Baton reads it when it is started.
    """
    context = context_of(typed)
    staff = asyncio.run(_staff(context, directory))
    if not staff:
        raise UserError(f"{directory} knows nobody who works here.", "The file is left as it was.")
    unknown = _write(file, staff, context.config)
    typer.echo(f"people {len(staff)}")
    typer.echo(f"without a department {sum(unknown.values())}")
    for department, count in unknown.most_common():
        if department:
            typer.echo(f"unknown department “{on_a_line(department)}”: {count}", err=True)
    if not context.config.company.people_file:
        typer.echo(f'Add `people_file = "{file.name}"` to [company] in baton.toml, beside which it must be.', err=True)


async def _staff(context: Context, name: str) -> dict[str, Listed]:
    """Everybody with an address, by it."""
    async with context.directories() as directories:
        if name not in directories:
            known = ", ".join(directories) or "none yet"
            raise UserError(f"There is no directory “{name}”.", f"Use one of: {known}.")
        found: dict[str, Listed] = {}
        async for listed in _everybody(directories[name]):
            for email in listed.emails:
                # A row of several addresses is one colleague under each of them.
                if "@" in email:
                    found.setdefault(email.casefold(), listed)
        return found


async def _everybody(directory: CompanyDirectory) -> AsyncIterator[Listed]:
    cursor: str | None = ""
    while cursor is not None:
        ask = partial(directory.staff_page, cursor)
        page = await insist(directory.name, ask, "Run the same again later; the file is left as it was.")
        for listed in page.people:
            yield listed
        cursor = page.next


def _write(file: Path, staff: Mapping[str, Listed], config: Config) -> Counter[str]:
    """Put in place in one step; gives the departments that baton.toml does not have, and how many are in each."""
    roles = _roles(file)
    unknown: Counter[str] = Counter()
    made = file.with_name(f"{file.name}.{os.getpid()}.new")
    try:
        with made.open("w", encoding="utf-8", newline="") as opened:
            writer = csv.writer(opened)
            writer.writerow(["email", "department", "roles"])
            for email, listed in sorted(staff.items()):
                department = config.find_department(listed.department)
                if department is None:
                    unknown[listed.department] += 1
                writer.writerow([email, department.key if department is not None else "", roles.get(email, "")])
        made.replace(file)
    except OSError as error:
        raise UserError(f"{file} cannot be written: {error.strerror}.", "Name another file.") from error
    finally:
        made.unlink(missing_ok=True)
    return unknown


def _roles(file: Path) -> dict[str, str]:
    """What the file says so far: the directory knows of no roles."""
    if not file.exists():
        return {}
    return {row.get("email", "").strip().casefold(): row.get("roles", "") for row in rows(file)}
