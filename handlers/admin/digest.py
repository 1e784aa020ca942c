"""`digest`: the measures of a week, for programs."""

from __future__ import annotations

import asyncio
import json
import re
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from bot.domain.measures import DAYS, Window, iso_week
from bot.errors import UserError
from handlers.admin.context import Context, context_of
from handlers.digest import measure_all, zone_of
from handlers.digest_data import as_data, ideas_of
from handlers.digest_more import more_data

_WEEK = re.compile(r"(\d{4})-?W(\d{1,2})", re.IGNORECASE)


class Format(StrEnum):
    """How the digest is printed."""

    JSON = "json"


def digest(
    typed: typer.Context,
    week: Annotated[str, typer.Option(help="As 2026-W47; left out: the last full one, Monday to Sunday")] = "",
    format: Annotated[Format, typer.Option("--format", help="json for programs")] = Format.JSON,
) -> None:
    """What management sees of a week: every measure with what it is compared with."""
    context = context_of(typed)
    found = asyncio.run(_measured(context, window_of(week, context)))
    typer.echo(json.dumps(found, ensure_ascii=False, indent=2))


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
