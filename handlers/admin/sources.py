"""`sources`: how each is doing, what could not be read, asking one now, and fetching what is older than Baton."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import typer

from bot.domain.spans import format_span
from bot.errors import UserError
from bot.ports import Source, Unread
from bot.views.wording import count
from handlers.admin.allow import allow
from handlers.admin.backfill import backfill
from handlers.admin.context import Context, context_of
from handlers.admin.terminal import columns, on_a_line
from handlers.admin.trying import try_mapping
from handlers.arrivals import Arrivals
from handlers.events.source_notices import operators
from handlers.jobs.poll_sources import PollSources
from handlers.polling import polling
from handlers.source_reports import SourceReport, report_all

sources = typer.Typer(help="Where posts come from: how each source is doing, asking one now, fetching what is older.")
sources.command("backfill")(backfill)
sources.command("allow")(allow)
sources.command("try")(try_mapping)

AsJson = Annotated[bool, typer.Option("--json", help="For programs")]
Named = Annotated[str, typer.Argument(help="Its name in baton.toml")]

UNREAD = 50
"""How many of the things that could not be read are shown."""

BEGINNING = 300
"""How much of each."""


@sources.callback(invoke_without_command=True)
def default(typed: typer.Context, as_json: AsJson = False) -> None:
    """Without a further word: the list."""
    if typed.invoked_subcommand is None:
        list_sources(typed, as_json)


@sources.command("list")
def list_sources(typed: typer.Context, as_json: AsJson = False) -> None:
    """Every source: its state, when it was last heard, its last error, how much came, what is left of its budget."""
    context = context_of(typed)
    now, reports = context.clock.now(), asyncio.run(_reports(context))
    if as_json:
        typer.echo(json.dumps([as_dict(report, now) for report in reports], ensure_ascii=False, indent=2))
        return
    if not reports:
        typer.echo("no sources: add [sources.<name>] to baton.toml")
        return
    titles = ("name", "kind", "network", "state", "last heard", "posts", "changes", "hints", "unread", "budget")
    lines = columns([titles, *(_cells(report, now) for report in reports)])
    typer.echo(lines[0])
    for line, report in zip(lines[1:], reports, strict=True):
        typer.echo(line)
        if report.error:
            typer.echo(f"    {on_a_line(report.error)}")
        if report.rests:
            typer.echo(f"    {on_a_line(report.rests)}")


async def _reports(context: Context) -> list[SourceReport]:
    async with context.sources() as opened, context.storage() as storage, storage.reading() as uow:
        return await report_all(uow, opened, context.config, context.environment, context.clock.now())


def _cells(report: SourceReport, now: datetime) -> tuple[str, ...]:
    lag, counts = report.lag(now), report.counts
    numbers = (f"{number:,}" for number in (counts.posts, counts.changes, counts.hints, counts.unread))
    heard = f"{format_span(lag)} ago" if lag is not None else "never"
    return report.name, report.kind, report.network, _state(report), heard, *numbers, report.budget_left or "–"


def _state(report: SourceReport) -> str:
    since = f" since {report.since:%Y-%m-%d %H:%M}" if report.since is not None else ""
    match report.state:
        case "off" if report.missing:
            return f"off: {', '.join(report.missing)} not set"
        case "waiting":
            return "waiting for its first poll" if report.polled else "waiting for its first delivery"
        case state:
            return f"{state}{since}"


def as_dict(report: SourceReport, now: datetime) -> dict[str, Any]:
    """A report as programs read it; times are ISO 8601 in UTC, spans are seconds."""
    lag, counts = report.lag(now), report.counts
    return {
        "name": report.name,
        "kind": report.kind,
        "network": report.network,
        "state": report.state,
        "since": _iso(report.since),
        "last_heard": _iso(report.heard_at),
        "lag_seconds": round(lag.total_seconds(), 3) if lag is not None else None,
        "next_poll": _iso(report.next_at),
        "failures": report.failures,
        "error": report.error or None,
        "rests": report.rests or None,
        "not_set": list(report.missing),
        "posts": counts.posts,
        "changes": counts.changes,
        "hints": counts.hints,
        "hints_given_up": counts.hints_lost,
        "unread": counts.unread,
        "budget": None
        if report.budget is None
        else {
            "limit": report.budget[0],
            "seconds": report.budget[1].total_seconds(),
            "spent": report.spent,
            "unit": "millionths of a US dollar" if report.bills else "requests",
        },
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None


@sources.command("unread")
def show_unread(
    typed: typer.Context,
    name: Annotated[str | None, typer.Argument(help="Of this source alone")] = None,
    forget: Annotated[bool, typer.Option("--forget", help="Drop it")] = False,
) -> None:
    """What came and could not be read: why, and how it begins."""
    context = context_of(typed)
    if forget:
        typer.echo(f"{asyncio.run(_forget(context, name)):,} dropped")
        return
    found = asyncio.run(_unread(context, name))
    for each in found[:UNREAD]:
        typer.echo(f"{each.source}  {each.at:%Y-%m-%d %H:%M}  {on_a_line(each.why)}")
        typer.echo(f"    {on_a_line(each.body[:BEGINNING])}{'…' if len(each.body) > BEGINNING else ''}")
    if not found:
        typer.echo("everything could be read")
    elif len(found) > UNREAD:
        typer.echo("… and more")


async def _unread(context: Context, name: str | None) -> list[Unread]:
    async with context.storage() as storage, storage.reading() as uow:
        return await uow.sources.unread(name, UNREAD + 1)


async def _forget(context: Context, name: str | None) -> int:
    async with context.storage() as storage, storage.writing() as uow:
        return await uow.sources.forget_unread(name)


def one_of(opened: Mapping[str, Source], name: str) -> Source:
    """The source of this name; raises `UserError` that names those there are."""
    if name not in opened:
        raise UserError(f"There is no source “{name}”.", f"Use one of: {', '.join(opened) or 'none yet'}.")
    return opened[name]


@sources.command("poll")
def poll(typed: typer.Context, name: Named) -> None:
    """Ask a source now, whatever its interval, and say what came. Exit code 1 when it fails."""
    said, fine = asyncio.run(_poll(context_of(typed), name))
    typer.echo(said)
    if not fine:
        raise typer.Exit(1)


async def _poll(context: Context, name: str) -> tuple[str, bool]:
    async with context.sources() as opened, context.storage() as storage:
        source = one_of(opened, name)
        if not source.capabilities().poll:
            raise UserError(f"“{name}” is not polled: it delivers.", "`app.py sources` says when it did last.")
        arrivals = Arrivals(context.clock)
        job = PollSources(storage, [source], context.clock, operators=operators(context.config), noted=arrivals.note)
        await job.visit(source, early=True)
        async with storage.reading() as uow:
            state = await polling(uow, name)
    if name in arrivals.last:
        return _came(arrivals), True
    if state.error:
        return f"{name} fails: {on_a_line(state.error)}", False
    if state.visit_until:
        return f"{name} is being asked by a running Baton at this moment", False
    return on_a_line(state.rests) or f"{name} is not asked before {state.next_at}", False


def _came(arrivals: Arrivals) -> str:
    if not arrivals.counted:
        return "nothing new"
    new = sum(many for (_, _, fresh), many in arrivals.counted.items() if fresh)
    known = arrivals.counted.total() - new
    kinds = {
        "created": "post",
        "edited": "edit",
        "deleted": "delete",
        "metrics": "count",
        "unread": "unread thing",
        "hint": "hint",
    }
    parts = [count(many, kinds[kind]) for (_, kind, fresh), many in sorted(arrivals.counted.items()) if fresh and many]
    return f"{new:,} new{': ' + ', '.join(parts) if parts else ''}; {known:,} known already"
