"""`digest`: the measures of a week, for programs as JSON, for people as a page or on paper."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, TextIO
from zoneinfo import ZoneInfo

import typer

from bot.domain.measures import DAYS, Window, iso_week
from bot.errors import UserError
from bot.languages import languages, speaking_to
from bot.ports import Sheet
from bot.speech import spoken
from bot.views.changes import period_of
from handlers.admin.context import Context, context_of
from handlers.digest import measure_all, zone_of
from handlers.digest_data import as_data, ideas_of
from handlers.digest_forms import Forms, card_of, painted_charts
from handlers.digest_more import more_data

_WEEK = re.compile(r"(\d{4})-?W(\d{1,2})", re.IGNORECASE)


class Format(StrEnum):
    """How the digest is printed."""

    JSON = "json"
    HTML = "html"
    PDF = "pdf"


def digest(
    typed: typer.Context,
    week: Annotated[str, typer.Option(help="As 2026-W47; left out: the last full one, Monday to Sunday")] = "",
    format: Annotated[
        Format, typer.Option("--format", help="json for programs; html, one file; pdf, on paper")
    ] = Format.JSON,
    output: Annotated[Path | None, typer.Option(help="The file to write; left out: to where this prints")] = None,
    language: Annotated[str, typer.Option(help="Of html and pdf, like de; left out: the company's")] = "",
) -> None:
    """What management sees of a week: every measure with what it is compared with, or the digest as people read it."""
    context = context_of(typed)
    refuse_terminal(format, output, sys.stdout)
    if language and language not in languages():
        raise UserError(f"Baton does not speak “{language}”.", f"It speaks {', '.join(languages())}.")
    made = asyncio.run(_made(context, window_of(week, context), format, language))
    if output is not None:
        _write(output, made)
        typer.echo(f"Written to {output}.")
    else:
        sys.stdout.buffer.write(made)
        sys.stdout.buffer.flush()


def refuse_terminal(format: Format, output: Path | None, where: TextIO) -> None:
    """Raises `UserError` where a PDF would be shown as characters."""
    if format is Format.PDF and output is None and where.isatty():
        raise UserError(
            "A PDF is nothing to read in a terminal.", "Add --output digest.pdf, or send it on: … > digest.pdf"
        )


def _write(path: Path, made: bytes) -> None:
    try:
        path.write_bytes(made)
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror}.", "Name another file.") from error


async def _made(context: Context, window: Window, format: Format, language: str) -> bytes:
    if format is Format.JSON:
        return (json.dumps(await _measured(context, window), ensure_ascii=False, indent=2) + "\n").encode()
    config, now = context.config, context.clock.now()
    async with context.storage() as storage, storage.reading() as uow:
        measured = await measure_all(uow, window, config)
    with speaking_to(language or config.company.language):
        card = card_of(measured, config)
        async with context.painter() as painter:
            if format is Format.HTML:
                return (await Forms(painter, zone_of(config)).page(card, now)).encode()
            pictures = await painted_charts(card, painter, "light", "svg")
        foot = f"{config.company.name} · {period_of(window, 0)}"
        return await context.printer().pdf(
            card, Sheet(window.timezone, now, spoken().language, config.company.name, foot, pictures)
        )


def window_of(week: str, context: Context) -> Window:
    """The week that is named, or the last full one; raises `UserError`."""
    zone = zone_of(context.config)
    if not week:
        today = context.clock.now().astimezone(ZoneInfo(zone))
        year, number, _ = datetime.fromordinal(today.toordinal() - DAYS).isocalendar()
        return iso_week(year, number, zone)
    named = _WEEK.fullmatch(week.strip())
    try:
        if named is None:
            raise ValueError(week)
        return iso_week(int(named[1]), int(named[2]), zone)
    except ValueError as error:
        raise UserError(f"“{week}” is no week.", "Write it like 2026-W47.") from error


async def _measured(context: Context, window: Window) -> dict[str, Any]:
    async with context.storage() as storage, storage.reading() as uow:
        measured = await measure_all(uow, window, context.config)
        found = as_data(measured, await ideas_of(uow), context.config)
        return found | await more_data(uow, measured, context.config)
