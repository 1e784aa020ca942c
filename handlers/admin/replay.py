"""`replay FILE.csv`: sends a file of posts through the signed front door, as if they were written now. Resumable."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.errors import ConfigError, UserError
from handlers.admin import table_file
from handlers.admin.context import Context, context_of
from handlers.admin.dates import parse_date
from handlers.admin.sending import Sender, Tally

KNOWN = ("id", "created_at", "brand", "author", "text")
"""Columns with a meaning; all others are kept as `raw`."""


def replay(
    typed: typer.Context,
    file: Annotated[Path, typer.Argument(help="CSV with the columns id, created_at, brand, author, text")],
    source: Annotated[str, typer.Option(help="The source of baton.toml through which the posts come in")],
    rate: Annotated[float, typer.Option(min=0.01, max=100_000, help="Posts a second")] = 20.0,
    url: Annotated[str | None, typer.Option(help="The front door, if it is not this machine's")] = None,
    afresh: Annotated[bool, typer.Option("--afresh", help="Send everything again, also what was acknowledged")] = False,
) -> None:
    """Send the posts of a CSV file to a running Baton. Stop it at any time: the next run goes on where it ended."""
    context = context_of(typed)
    tally = asyncio.run(_replay(context, file, source, rate, url, afresh=afresh))
    for name, value in tally.as_dict().items():
        typer.echo(f"{name} {value}")


async def _replay(context: Context, file: Path, source: str, rate: float, url: str | None, *, afresh: bool) -> Tally:
    configured = context.config.sources.get(source)
    if configured is None or configured.kind != "generic":
        known = ", ".join(name for name, part in context.config.sources.items() if part.kind == "generic")
        raise UserError(f"There is no source “{source}” that takes deliveries.", f"Use one of: {known or 'none yet'}.")
    secret = context.environment.get(configured.secret_env or "", "")
    if not secret:
        where = configured.secret_env or f"sources.{source}.secret_env in baton.toml"
        raise ConfigError(f"The source “{source}” has no secret.", f"Set {where}.")
    door = url or f"http://127.0.0.1:{context.port}/hooks/generic/{source}"
    network = network_name(configured.network or source)
    state = context.data_dir / "replay" / f"{table_file.digest(file)}-{network_name(source)}.json"
    if afresh:
        state.unlink(missing_ok=True)
    total = sum(1 for _ in table_file.rows(file))
    console = Console(stderr=True)
    undated = _Undated()
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    ) as progress:
        task = progress.add_task(f"{file.name} → {source}", total=total)
        sender = Sender(
            door,
            secret,
            rate,
            state,
            say=lambda words: console.print(words, markup=False, highlight=False, soft_wrap=True),
            advance=lambda done: progress.update(task, completed=done),
        )
        tally = await sender.send(posts(file, network, undated))
    if undated.count:
        console.print(
            f"{undated.count} dates were not understood (the first: {undated.first!r}); the time of sending stands in.",
            markup=False,
        )
    return tally


class _Undated:
    """Dates that were there but could not be read."""

    def __init__(self) -> None:
        self.count = 0
        self.first = ""

    def note(self, text: str) -> None:
        self.count += 1
        self.first = self.first or text


def posts(file: Path, network: str, undated: _Undated | None = None) -> Iterator[dict[str, Any]]:
    """Each row as a Post in JSON's terms: id → external_id, brand → account, author → handle."""
    for number, row in enumerate(table_file.rows(file), start=1):
        written = row.get("created_at", "").strip()
        moment = parse_date(written)
        if moment is None and written and undated is not None:
            undated.note(written)
        raw = {name or "column": value for name, value in row.items() if name not in KNOWN}
        if moment is None and written:
            raw["created_at"] = written
        yield {
            "network": network,
            "account": row.get("brand", "").strip(),
            "external_id": row.get("id", "").strip() or f"row-{number}",
            "author": {"handle": row.get("author", "").strip().lstrip("@") or "unknown"},
            "text": row.get("text", ""),
            "posted_at": (moment or datetime.now(UTC)).isoformat(),
            "raw": raw,
        }


def network_name(name: str) -> str:
    """The name as networks are written: small letters, digits, `_`, `.`, `-`."""
    return re.sub(r"[^a-z0-9_.-]+", "-", name.lower()).strip("-_.")[:50] or "file"
