"""`sources backfill`: fetches what was posted before Baton listened, in portions, with a progress bar."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from bot.domain.post import SourceEvent
from bot.domain.spans import format_span
from bot.errors import BatonError, RetriableError, UserError
from bot.ports import Source, Storage
from handlers.admin.context import Context, context_of
from handlers.admin.dates import parse_date
from handlers.polling import keep_spent
from handlers.taking_in import take_in

PORTION = 500
"""Events of one transaction: small enough that deliveries do not wait for it."""


@dataclass
class Tally:
    """What came, and which time it covers."""

    new: int = 0
    known: int = 0
    earliest: datetime | None = None
    latest: datetime | None = None

    def add(self, events: Sequence[SourceEvent], fresh: Sequence[bool]) -> None:
        """Count a portion."""
        self.new += sum(fresh)
        self.known += len(fresh) - sum(fresh)
        times = [event.post.posted_at for event in events if event.post is not None]
        self.earliest = min((at for at in (self.earliest, *times) if at is not None), default=None)
        self.latest = max((at for at in (self.latest, *times) if at is not None), default=None)

    def share(self, since: datetime, now: datetime) -> float:
        """How much of the time since then is covered, whether it came oldest or newest first."""
        if self.earliest is None or self.latest is None or now <= since:
            return 0.0
        return min(1.0, max(0.0, (self.latest - max(self.earliest, since)) / (now - since)))


def backfill(
    typed: typer.Context,
    name: Annotated[str, typer.Argument(help="Its name in baton.toml")],
    since: Annotated[str, typer.Option(help="The day from which on, like 2026-01-01")],
    cards: Annotated[
        bool, typer.Option("--cards", help="Show what comes as if it were new, instead of filing it")
    ] = False,
) -> None:
    """Fetch what was posted since a day. Stop it at any time and run it again: what is here is not taken twice.

    What comes is filed: on record, without cards, timers and notices, and not counted as heard.
    """
    context = context_of(typed)
    begin = parse_date(since)
    if begin is None or begin >= context.clock.now():
        raise UserError(f"“{since}” is no day in the past.", "Write it like 2026-01-01.")
    tally = Tally()
    try:
        asyncio.run(_backfill(context, name, begin, tally, cards=cards))
    except KeyboardInterrupt:
        typer.echo(f"stopped: {tally.new:,} new, {tally.known:,} known already; run it again to go on")
        raise typer.Exit(130) from None
    except BatonError:
        typer.echo(f"{tally.new:,} new, {tally.known:,} known already, and then it failed; run it again to go on")
        raise
    typer.echo(f"{tally.new:,} new, {tally.known:,} known already")


async def _backfill(context: Context, name: str, since: datetime, tally: Tally, *, cards: bool) -> None:
    console = Console(stderr=True)
    async with context.sources() as opened, context.storage() as storage:
        if name not in opened:
            raise UserError(f"There is no source “{name}”.", f"Use one of: {', '.join(opened) or 'none yet'}.")
        source = opened[name]
        if not source.capabilities().backfill:
            why = source.capabilities().why.get("backfill", "")
            raise UserError(f"“{name}” cannot fetch what is older.", why or "It brings what comes from now on.")
        with Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[came]}"),
            console=console,
            disable=not console.is_terminal,
        ) as progress:
            task = progress.add_task(f"{name} since {since:%Y-%m-%d}", total=1.0, came="")

            def shown() -> None:
                share = tally.share(since, context.clock.now())
                progress.update(task, completed=share, came=f"{tally.new:,} new, {tally.known:,} known")

            async def waits(error: RetriableError) -> None:
                seconds = error.retry_after or 0.0
                span = format_span(timedelta(seconds=round(seconds)))
                console.print(f"{error} Waiting {span}.", markup=False, highlight=False, soft_wrap=True)
                await asyncio.sleep(seconds)

            source.waits = waits
            await keep_spent(storage, source)
            async for portion in source.backfill(since):
                await _take(context, storage, source, portion, tally, cards=cards)
                await keep_spent(storage, source)
                shown()
            progress.update(task, completed=1.0)


async def _take(
    context: Context, storage: Storage, source: Source, portion: Sequence[SourceEvent], tally: Tally, *, cards: bool
) -> None:
    for start in range(0, len(portion), PORTION):
        events = portion[start : start + PORTION]
        fresh = await take_in(storage, events, source.name, context.clock.now(), filed=not cards)
        tally.add(events, fresh)
