"""`benchmarks`: figures of others, shown beside our own: importing them, listing them, removing them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.domain.benchmarks import Benchmark, RowError, key_of, read_row
from bot.errors import UserError
from bot.views.wording import count
from handlers.admin import table_file
from handlers.admin.context import Context, context_of
from handlers.admin.terminal import columns, on_a_line

benchmarks = typer.Typer(
    no_args_is_help=True, help="Figures of your industry, shown beside your own: import, list and remove them."
)

_TOLD = 20
"""So many mistakes of a file are told; the rest is counted."""

_MOST = 10_000
"""Rows of a file."""


@benchmarks.command("import")
def import_file(
    typed: typer.Context,
    file: Annotated[
        Path, typer.Argument(help="CSV with the columns of docs/measures.md, or JSON: a list of such objects")
    ],
) -> None:
    """Take the figures of a file, all of them or, where any row is wrong, none. Those that are there already are replaced."""
    context = context_of(typed)
    taken = _read(file)
    asyncio.run(_put(context, taken))
    typer.echo(f"{count(len(taken), 'figure')} imported")


@benchmarks.command("list")
def list_all(
    typed: typer.Context, as_json: Annotated[bool, typer.Option("--json", help="For programs")] = False
) -> None:
    """Every figure with its source and period."""
    every = asyncio.run(_every(context_of(typed)))
    if as_json:
        typer.echo(json.dumps([_as_dict(each) for each in every], ensure_ascii=False, indent=2))
        return
    if not every:
        typer.echo("no figures of others")
        return
    rows = [["name", "industry", "measure", "value", "unit", "period", "source", "licence"]]
    for each in every:
        source = " ".join(filter(None, (each.source, each.url)))
        cells = (
            each.name,
            each.industry,
            each.measure,
            f"{each.value:g}",
            each.unit,
            each.period,
            source,
            each.licence,
        )
        rows.append([on_a_line(cell) for cell in cells])
    for line in columns(rows):
        typer.echo(line)


@benchmarks.command("remove")
def remove(
    typed: typer.Context,
    name: Annotated[str, typer.Argument(help="The name, as `benchmarks list` shows it")],
    measure: Annotated[str | None, typer.Option(help="Only the figures of this measure")] = None,
) -> None:
    """Remove all figures of a name."""
    removed = asyncio.run(_remove(context_of(typed), name, measure))
    if not removed:
        raise UserError(f"There is no figure of “{name[:80]}”.", "See what there is with `app.py benchmarks list`.")
    typer.echo(f"{count(removed, 'figure')} removed")


def _read(file: Path) -> list[Benchmark]:
    """Every figure of the file; raises `UserError` with each row that is wrong."""
    taken: dict[tuple[str, str, str, str], tuple[int, Benchmark]] = {}
    wrong: list[str] = []
    rows = 0
    for number, row in _rows(file):
        rows += 1
        if rows > _MOST:
            raise UserError(f"{file} has more than {_MOST:,} rows.", "Is it the right file? Nothing was imported.")
        try:
            found = read_row(row)
            earlier = taken.get(key_of(found))
            if earlier is not None:
                raise RowError(
                    f"the same figure as in row {earlier[0]}: name, industry, measure and period are its key"
                )
            taken[key_of(found)] = number, found
        except RowError as error:
            wrong.append(f"row {number}: {error}")
    if not rows:
        raise UserError(f"{file} has no rows.", "It needs one for each figure.")
    if wrong:
        more = [f"and {count(len(wrong) - _TOLD, 'more row')}"] if len(wrong) > _TOLD else []
        said = "\n  ".join([*map(on_a_line, wrong[:_TOLD]), *more])
        raise UserError(f"Nothing was imported from {file}:\n  {said}\n", "Mend these rows and import it again.")
    return [found for _, found in taken.values()]


def _rows(file: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Rows with their numbers, from 1; JSON by what it begins with, else CSV."""
    if file.suffix.lower() != ".json":
        yield from enumerate(table_file.rows(file, column="measure"), start=1)
        return
    with table_file.opened(file) as opened:
        text = "".join(map(table_file.clean, table_file.lines_of(opened)))
    try:
        found = json.loads(text)
    except ValueError as error:
        raise UserError(f"{file} is not JSON: {error}.", "Mend it and import it again.") from error
    every = found.get("benchmarks") if isinstance(found, dict) else found
    if not isinstance(every, list):
        raise UserError(f"{file} has no list of figures.", 'It is a list, or an object with the list as "benchmarks".')
    for number, row in enumerate(every, start=1):
        yield number, row if isinstance(row, dict) else {}


async def _put(context: Context, taken: list[Benchmark]) -> None:
    async with context.storage() as storage, storage.writing() as uow:
        await uow.benchmarks.put(taken, context.clock.now())


async def _every(context: Context) -> list[Benchmark]:
    async with context.storage() as storage, storage.reading() as uow:
        return await uow.benchmarks.every()


async def _remove(context: Context, name: str, measure: str | None) -> int:
    async with context.storage() as storage, storage.writing() as uow:
        return await uow.benchmarks.remove(name, measure)


def _as_dict(each: Benchmark) -> dict[str, Any]:
    return {
        "name": each.name,
        "industry": each.industry,
        "measure": each.measure,
        "value": each.value,
        "unit": each.unit,
        "period": each.period,
        "source": each.source,
        "url": each.url,
        "licence": each.licence,
    }
