"""`sources try`: shows what a saved delivery would become, without keeping anything."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.domain.delivery import Delivery
from bot.domain.origins import WEB, origin_of
from bot.domain.post import Post, SourceEvent
from bot.errors import PermanentError, UserError
from bot.ports import Source
from handlers.admin.context import Context, context_of
from handlers.admin.terminal import columns, on_a_line

SHOWN = 60
"""Characters of a text in the table."""

_MARKUP = re.compile(r"</?(?:p|br|a|div|span|b|i)\b[^<>]{0,200}>|&(?:amp|lt|gt|quot|#\d{1,6});", re.IGNORECASE)


class Format(StrEnum):
    """How it is shown."""

    TABLE = "table"
    JSON = "json"


def try_mapping(
    typed: typer.Context,
    mapping: Annotated[str, typer.Argument(help="A source in baton.toml, or a TOML file with one")],
    file: Annotated[Path, typer.Argument(help="A delivery as it came; - is standard input")],
    format: Annotated[Format, typer.Option("--format", help="json for programs")] = Format.TABLE,
    header: Annotated[
        list[str] | None, typer.Option("--header", help="One it came with, like “X-Event: edited”")
    ] = None,
) -> None:
    """Show what a saved delivery would become, post by post; nothing is kept. Exit code 1 when nothing could be read."""
    context = context_of(typed)
    now = context.clock.now()
    delivery = Delivery(_body(file), now, "tried", dict(_header(each) for each in header or ()))
    try:
        events = asyncio.run(_read(context, mapping, delivery))
    except PermanentError as error:
        typer.echo(f"nothing could be read: {on_a_line(str(error))}", err=True)
        raise typer.Exit(1) from error
    twice = {
        key for key, many in Counter(_key(event) for event in events if event.kind == "created").items() if many > 1
    }
    found = [as_dict(event, now, twice) for event in events]
    typer.echo(json.dumps(found, ensure_ascii=False, indent=2) if format is Format.JSON else "\n".join(table(found)))
    if all(event.kind == "unread" for event in events):
        raise typer.Exit(1)


def _body(file: Path) -> bytes:
    try:
        return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise UserError(
            f"{file} cannot be read: {error.strerror}.", "Name a file with a delivery as it came."
        ) from error


def _header(written: str) -> tuple[str, str]:
    name, colon, value = written.partition(":")
    if not colon or not name.strip():
        raise UserError(f"“{written}” is no header.", "Write it like “X-Event: edited”.")
    return name.strip().lower(), value.strip()


async def _read(context: Context, name: str, delivery: Delivery) -> list[SourceEvent]:
    if name in context.config.sources:
        async with context.sources() as opened:
            return opened[name].parse(delivery)
    return _in_a_file(context, name).parse(delivery)


def _in_a_file(context: Context, name: str) -> Source:
    if not Path(name).is_file():
        known = ", ".join(context.config.sources) or "none yet"
        raise UserError(f"There is no source and no file “{name}”.", f"Use a TOML file or one of: {known}.")
    return context.tried(Path(name))


def _key(event: SourceEvent) -> tuple[str, str, str]:
    return event.network, event.account, event.external_id


def as_dict(event: SourceEvent, now: datetime, twice: frozenset[Any] | set[Any] = frozenset()) -> dict[str, Any]:
    """What would be kept of it, and what a person may want to look at: what is missing, odd, or left over."""
    said: dict[str, Any] = {
        "kind": event.kind,
        "network": event.network,
        "account": event.account,
        "external_id": event.external_id,
    }
    post = event.post
    if post is None:
        return said | {"why": event.why or None, "came": event.raw if event.kind in {"unread", "hint"} else None}
    lost = post.raw.get("unreadable", {})
    return said | {
        "author": post.author.model_dump(mode="json", exclude_none=True),
        "text": post.text,
        "posted_at": post.posted_at.isoformat(),
        "edited_at": post.edited_at.isoformat() if post.edited_at is not None else None,
        "url": post.url,
        "via": post.via,
        "parent_id": post.parent_id,
        "root_id": post.root_id,
        "lang": post.lang,
        "visibility": post.visibility.value,
        "rating": post.rating,
        "media": [media.url for media in post.media],
        "metrics": post.metrics,
        "missing": missing(post),
        "odd": [*odd(post, now), *(["another in this delivery has the same id"] if _key(event) in twice else [])],
        "unreadable": lost,
        "left_over": _names({name: value for name, value in post.raw.items() if name != "unreadable"}),
    }


def _names(left_over: dict[str, Any], before: str = "", depth: int = 3) -> list[str]:
    """The fields that the mapping leaves over, as an expression would name them."""
    found = []
    for name, value in left_over.items():
        within = _names(value, f"{before}{name}.", depth - 1) if isinstance(value, dict) and depth > 1 else []
        found += within or [f"{before}{name}"]
    return found


def missing(post: Post) -> list[str]:
    """What a post may have, and this one has not, of what Baton makes most of."""
    told = {
        "the network's own id": post.network == WEB
        or not (post.via and post.external_id.startswith((f"{post.via}:", "https://", "digest:"))),
        "an address": post.url is not None,
        "the author's name": post.author.handle != "unknown",
        "the author's id": post.author.external_id is not None,
        "a language": post.lang is not None,
    }
    return [name for name, there in told.items() if not there]


def odd(post: Post, now: datetime) -> list[str]:
    """What is rarely meant so."""
    place = origin_of(post.url)
    found = {
        "it was written in the future": post.posted_at > now + timedelta(minutes=5),
        "it says no time, so it has the present one": post.posted_at == post.fetched_at,
        "it was written more than a year ago": post.posted_at < now - timedelta(days=366),
        "its text holds HTML": bool(_MARKUP.search(post.text)),
        "its text is cut off": post.text.rstrip().endswith(("…", "...")),
        "it has no text": not post.text.strip(),
        "it has no text but its address": bool(post.text) and post.text == post.url,
        "it was edited before it was written": post.edited_at is not None and post.edited_at < post.posted_at,
        f"its address is on {place.network if place is not None else ''}": place is not None
        and place.network not in {WEB, post.network},
    }
    return [what for what, holds in found.items() if holds]


def table(found: Sequence[dict[str, Any]]) -> list[str]:
    """The same for people: a line for each, and under it what to look at."""
    if not found:
        return ["nothing: everything in it is left out on purpose"]
    titles = ("kind", "network", "id", "author", "time", "via", "text")
    lines = columns([titles, *(_cells(each) for each in found)])
    shown = [lines[0]]
    for line, each in zip(lines[1:], found, strict=True):
        shown.append(line)
        notes = {
            "not read": [each["why"]] if each.get("why") else [],
            "missing": each.get("missing", []),
            "odd": each.get("odd", []),
            "unreadable": [f"{name} = {value!r}"[:SHOWN] for name, value in each.get("unreadable", {}).items()],
            "left over": each.get("left_over", []),
        }
        shown += [f"    {name}: {on_a_line(', '.join(said))}" for name, said in notes.items() if said]
    unread = sum(each["kind"] == "unread" for each in found)
    return [*shown, "", f"{len(found) - unread:,} read, {unread:,} not"]


def _cells(each: dict[str, Any]) -> tuple[str, ...]:
    if "author" not in each:
        return each["kind"], each["network"], on_a_line(each["external_id"]), "", "", "", ""
    text = on_a_line(each["text"])
    return (
        each["kind"],
        each["network"],
        on_a_line(each["external_id"]),
        on_a_line(each["author"]["handle"]),
        f"{datetime.fromisoformat(each['posted_at']).astimezone(UTC):%Y-%m-%d %H:%M}",
        on_a_line(each["via"] or ""),
        text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…",
    )
