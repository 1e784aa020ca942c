"""`stats`: how much there is."""

from __future__ import annotations

import asyncio
import json
from enum import StrEnum
from typing import Annotated, Any

import typer

from bot.ports import Counts
from handlers.admin.context import Context, context_of


class Format(StrEnum):
    """How results are printed."""

    TEXT = "text"
    JSON = "json"


def stats(
    typed: typer.Context,
    format: Annotated[Format, typer.Option("--format", help="text for people, json for programs")] = Format.TEXT,
) -> None:
    """How many posts, conversations, customers and cards there are, and what is still to be sent."""
    found = as_json(asyncio.run(_counts(context_of(typed))))
    typer.echo(json.dumps(found, ensure_ascii=False, indent=2) if format is Format.JSON else _as_text(found))


async def _counts(context: Context) -> Counts:
    async with context.storage() as storage, storage.reading() as uow:
        return await uow.counts()


def as_json(counts: Counts) -> dict[str, Any]:
    """The counts as programs read them."""
    return {
        "posts": {"total": counts.posts, "by_network": counts.posts_by_network},
        "conversations": {"total": counts.conversations, "by_state": counts.conversations_by_state},
        "customers": counts.customers,
        "cards": counts.cards,
        "outbox_pending": counts.outbox_pending,
        "outbox_dead": counts.outbox_dead,
    }


def _as_text(found: dict[str, Any]) -> str:
    lines = []
    for name, value in found.items():
        label = name.replace("_", " ")
        if not isinstance(value, dict):
            lines.append(f"{label:<15}{value:>9,}")
            continue
        lines.append(f"{label:<15}{value['total']:>9,}")
        parts = next(part for key, part in value.items() if key != "total")
        lines += [f"  {key:<13}{count:>9,}" for key, count in sorted(parts.items(), key=lambda item: -item[1])]
    return "\n".join(lines)
