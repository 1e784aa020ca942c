"""`routes`: which there are, and where each post of a file would go, and why."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.config import Config
from bot.domain.campaigns import campaigns_of
from bot.domain.customer import Customer
from bot.domain.events import Opened
from bot.domain.post import EARLIEST, Author, Post
from bot.domain.replay import opened
from bot.domain.routing import REGIONS, case_of
from bot.domain.triage import is_urgent, suggested
from bot.ports import Triage
from bot.views.reading import why_here
from bot.views.wording import count
from handlers.admin import table_file
from handlers.admin.context import context_of
from handlers.admin.learning import learned_here
from handlers.admin.terminal import columns, on_a_line

routes = typer.Typer(
    help="Which conversations are shown where: the rules, and what they would do with the posts of a file."
)

SHOWN = 60
"""How much of a post a line shows."""


@dataclass(frozen=True, slots=True)
class Going:
    """Where one post would go."""

    text: str
    surfaces: tuple[str, ...]
    departments: tuple[str, ...]
    routes: tuple[str, ...]
    urgent: bool
    why: str
    campaigns: tuple[str, ...] = ()


@routes.callback(invoke_without_command=True)
def default(typed: typer.Context) -> None:
    """Without a further word: the list."""
    if typed.invoked_subcommand is None:
        list_routes(typed)


@routes.command("list")
def list_routes(typed: typer.Context) -> None:
    """Every route of baton.toml: its conditions, the surfaces and departments it names."""
    parts = context_of(typed).config.routes
    if not parts:
        typer.echo("no routes: every conversation is shown on every floor")
        return
    rows = [("route", "when", "shown on", "suggests")]
    for number, part in enumerate(parts, start=1):
        conditions = part.model_dump(exclude_defaults=True, exclude={"name", "surfaces", "suggest"})
        when = "; ".join(f"{name}: {_said(value)}" for name, value in conditions.items()) or "always"
        rows.append((part.name or f"route {number}", when, ", ".join(part.surfaces), ", ".join(part.suggest)))
    for line in columns(rows):
        typer.echo(line)


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


@routes.command("test")
def try_out(
    typed: typer.Context,
    file: Annotated[
        Path, typer.Argument(help="CSV with the column text; network, account, tier, region, country are used too")
    ],
    column: Annotated[str, typer.Option("--text-column", help="The column with the posts' words")] = "text",
    network: Annotated[str, typer.Option(help="The network of posts whose row names none")] = "mastodon",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a post, for programs")] = False,
    with_learned: Annotated[
        bool, typer.Option("--learned", help="With what claims and passes have taught here, too")
    ] = False,
) -> None:
    """Show where each post of a file would go, and why; then how many would come to each surface."""
    context = context_of(typed)
    triage = context.triage(asyncio.run(learned_here(context)) if with_learned else None)
    surfaces: Counter[str] = Counter()
    posts = 0
    goings = _goings(triage, context.config, file, column.strip().lower(), network, context.clock.now())
    for number, going in enumerate(goings, start=1):
        posts = number
        surfaces.update(going.surfaces)
        typer.echo(json.dumps(_as_dict(number, going), ensure_ascii=False) if as_json else _line(number, going))
    if not as_json:
        typer.echo(f"\n{count(posts, 'post')}")
        for line in columns([(name, f"{many:,}") for name, many in surfaces.most_common()]):
            typer.echo(f"  {line}")


def _goings(triage: Triage, config: Config, file: Path, column: str, network: str, at: datetime) -> Iterator[Going]:
    for row in table_file.rows(file, column=column):
        # A short row lacks its last fields.
        yield going(row.get(column, ""), row.get("network", "").strip().lower() or network, row, triage, config, at)


def going(text: str, network: str, row: Mapping[str, str], triage: Triage, config: Config, at: datetime) -> Going:
    """Where a first post of somebody new would go that is heard at this time."""
    reading = triage.read(text)
    attributes = {name: row[name].strip() for name in (*REGIONS, "tier") if row.get(name, "").strip()}
    customer = Customer("nobody", "Somebody", attributes=attributes)
    heard = Opened(
        at=EARLIEST, number=0, customer_id=customer.id, network=network, account="", post_id="", reading=reading,
        urgent=is_urgent(reading), why_urgent=reading.urgent_for, departments=suggested(reading),
        campaigns=_campaigns(text, network, row, config, at),
    )  # fmt: skip
    c = opened(heard)
    routed = config.routed(case_of(c, customer))
    c = replace(c, departments=tuple(dict.fromkeys((*routed.departments, *c.departments))))
    return Going(
        text,
        tuple(surface.name for surface in config.surfaces_for(case_of(c, customer))),
        c.departments,
        tuple(fit.rule.name or "without a name" for fit in routed.fits),
        c.urgent,
        why_here(c, customer, config),
        c.campaigns,
    )


def _campaigns(text: str, network: str, row: Mapping[str, str], config: Config, at: datetime) -> tuple[str, ...]:
    """By its words, and by the column account."""
    account = row.get("account", "").strip()
    post = Post.model_construct(
        network=network, account=account, external_id="1", author=Author(handle="somebody"), text=text, posted_at=at
    )
    return campaigns_of(config.campaign_rules, post, at)


def _line(number: int, going: Going) -> str:
    text = on_a_line(going.text)
    beginning = text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
    where = ", ".join(going.surfaces) or "nowhere"
    tags = f"  campaign: {on_a_line(', '.join(going.campaigns))}" if going.campaigns else ""
    return (
        f"{number:>6}  {beginning}\n        → {where}"
        + (f"  because: {on_a_line(going.why)}" if going.why else "")
        + tags
    )


def _as_dict(number: int, going: Going) -> dict[str, Any]:
    return {
        "row": number,
        "text": going.text,
        "surfaces": going.surfaces,
        "departments": going.departments,
        "routes": going.routes,
        "urgent": going.urgent,
        "why": going.why,
        "campaigns": going.campaigns,
    }
