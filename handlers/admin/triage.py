"""`triage`: reads the posts of a file, and writes what is found as one JSON object a row."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import orjson
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from bot.domain.signature import Window, signature
from bot.domain.triage import Guess, Reading, Why
from bot.errors import UserError
from bot.ports import Triage
from handlers.admin import table_file
from handlers.admin.context import context_of
from handlers.admin.learning import learned_here

REMEMBERED = 100_000
"""Among so many posts before it a near-duplicate is looked for."""

AT_ONCE = 200
"""Rows between two looks at the progress."""


def triage(
    typed: typer.Context,
    source: Annotated[Path, typer.Option("--input", help="CSV, in any usual encoding")],
    output: Annotated[Path, typer.Option("--output", help="Where the lines go; - is standard output")],
    column: Annotated[str, typer.Option("--text-column", help="The column with the posts' words")] = "text",
    explain: Annotated[bool, typer.Option("--explain", help="Add the words that spoke for each finding")] = False,
    with_learned: Annotated[
        bool, typer.Option("--learned", help="With what claims and passes have taught here, too")
    ] = False,
) -> None:
    """Read each post of a file as a running Baton does, and write what is found: one JSON object a row, in order."""
    context = context_of(typed)
    reader = context.triage(asyncio.run(learned_here(context)) if with_learned else None)
    console = Console(stderr=True)
    with (
        Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[rows]:,} rows"),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
        ) as progress,
        table_file.opened(source) as file,
        _writing(output) as sink,
    ):
        task = progress.add_task(source.name, total=source.stat().st_size, rows=0)
        rows = 0
        for rows, line in enumerate(lines(file, source, column, reader, explain=explain), start=1):
            sink.write(line)
            if rows % AT_ONCE == 0:
                progress.update(task, completed=file.tell(), rows=rows)
        progress.update(task, completed=file.tell(), rows=rows)


def lines(file: BinaryIO, path: Path, column: str, reader: Triage, *, explain: bool = False) -> Iterator[bytes]:
    """A line for every row, rows without words included. `duplicate_of` is the `row` of the post that was first, from 0."""
    column = column.strip().lower()
    seen = Window(REMEMBERED)
    for number, row in enumerate(table_file.rows_of(file, path, blank=True, column=column)):
        # A short row lacks its last fields.
        text = row.get(column, "")
        found = as_dict(reader.read(text))
        signed = signature(text)
        first = seen.nearest(signed) if signed else None
        if signed and first is None:
            seen.add(str(number), signed)
        found |= {"duplicate_of": int(first) if first is not None else None, "row": number}
        if explain:
            found["why"] = [_why(why) for why in reader.explain(text)]
        yield orjson.dumps(found, option=orjson.OPT_APPEND_NEWLINE)


def as_dict(reading: Reading) -> dict[str, Any]:
    """A reading as it is written to files. Confidences are 0 to 1, `sentiment_score` is -1 to 1; `pii` names places in the text."""
    return {
        "language": reading.language.name,
        "language_confidence": round(reading.language.confidence, 3),
        "sentiment": reading.mood.name,
        "sentiment_score": round(reading.score, 3),
        "sentiment_confidence": round(reading.mood.confidence, 3),
        "urgency": reading.urgency.name,
        "urgency_confidence": round(reading.urgency.confidence, 3),
        "urgency_why": reading.urgent_for,
        "intents": _guesses(reading.intents),
        "departments": _guesses(reading.departments),
        "topics": _guesses(reading.topics),
        "pii": [{"kind": each.kind, "start": each.start, "end": each.end} for each in reading.personal],
    }


def _why(why: Why) -> dict[str, Any]:
    learned = {"learned": why.learned} if why.learned else {}
    return {"field": why.field, "name": why.name, "words": why.words} | learned


def _guesses(guesses: tuple[Guess, ...]) -> list[dict[str, Any]]:
    return [{"name": guess.name.lower(), "confidence": round(guess.confidence, 3)} for guess in guesses]


@contextmanager
def _writing(output: Path) -> Iterator[BinaryIO]:
    """Standard output, or a file that takes its name only when all is in it."""
    if str(output) == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    part = output.with_name(f"{output.name}.part")
    try:
        with part.open("wb") as file:
            yield file
        part.replace(output)
    except OSError as error:
        raise UserError(f"{output} cannot be written: {error.strerror}.", "Check the path.") from error
