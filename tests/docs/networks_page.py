"""Writes docs/networks.md from what the connectors say of themselves."""

from __future__ import annotations

import inspect
from datetime import timedelta

from bot.domain.delivery import Capabilities
from integrations.budget import in_dollars
from integrations.every_source import CONNECTORS
from integrations.source import Connector, Options
from tests.docs.configuration_page import settings_table
from tests.docs.pages import ROOT

INTRODUCTION = """\
# Networks

Written by `make docs` from the connectors in `integrations/networks/`; do not edit it here.

What Baton listens to, what it can do there, and what not. A source is a part `[sources.<name>]` of
[baton.toml](configuration.md#sourcesname) with one of these kinds. How one is added: [add a network](add-a-network.md); how
they are watched: [operate](operate.md#sources).
"""

LEGEND = """\
*In*: deliveries are pushed to `/hooks/<kind>/<name>`, or the source is polled every so often. *Backfill*: what is older than
the source can be fetched with `app.py sources backfill`. *Edits*, *deletes*: they reach the card. *Answers*: can be sent from
the channel; *longest* counts as the network does; *window* is how long after a post. *Sent once by*: how an answer whose fate
is unknown is kept from being sent twice: by a key that the network honours, or by looking whether it is there; otherwise
the holder decides, and it is never sent again by itself. *Budget*: the most requests, unless `budget` says otherwise; where a
network bills what is read, the most money.
"""

PAGES = {"generic": "generic-webhook.md"}
"""Pages that are not named like their kind."""

_SAID = {
    "push": "takes no deliveries",
    "poll": "is not polled",
    "backfill": "fetches nothing older",
    "reply": "sends no answers",
    "edits": "sees no edits",
    "deletes": "sees no deletes",
    "longest": "length of an answer",
    "reply_window": "window for answers",
    "once": "answers sent once",
    "budget": "budget",
}

_COLUMNS = ("Kind", "In", "Backfill", "Edits", "Deletes", "Answers", "Longest", "Window", "Sent once by", "Budget")


def networks_page() -> str:
    """The whole page."""
    connectors = sorted(CONNECTORS, key=lambda connector: connector.kind)
    table = [_row(_COLUMNS), _row("---" for _ in _COLUMNS), *(_row(_cells(connector)) for connector in connectors)]
    parts = [INTRODUCTION, "\n".join(table) + "\n", LEGEND, *map(_part, connectors)]
    return "\n".join(parts)


def _row(cells: object) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"  # type: ignore[attr-defined]


def _cells(connector: type[Connector]) -> tuple[str, ...]:
    can = connector.abilities
    ways = " and ".join(way for way, does in (("push", can.push), ("poll", can.poll)) if does)
    once = {"key": "key", "look-up": "look-up", "never": "the holder"}[can.once] if can.reply else "–"
    return (
        f"[{connector.kind}](#{connector.kind})",
        ways or "–",
        *("yes" if does else "–" for does in (can.backfill, can.edits, can.deletes, can.reply)),
        _longest(can),
        _span(can.reply_window) if can.reply and can.reply_window else "–",
        once,
        _budget(can),
    )


def _longest(can: Capabilities) -> str:
    if not can.reply or can.longest is None:
        return "–"
    units = {"characters": "characters", "graphemes": "graphemes", "bytes": "bytes", "utf16": "UTF-16 units"}
    links = f", a link counts {can.link}" if can.link is not None else ""
    return f"{can.longest:,} {units[can.unit]}{links}"


def _budget(can: Capabilities) -> str:
    if can.budget is None:
        return "–"
    most = in_dollars(can.budget[0]) if can.bills else f"{can.budget[0]:,}"
    return f"{most} in {_span(can.budget[1])}"


def _span(span: timedelta) -> str:
    for size, unit in ((86400, "days"), (3600, "hours"), (60, "minutes"), (1, "seconds")):
        if span.total_seconds() % size == 0:
            count = int(span.total_seconds() / size)
            return f"{count} {unit.removesuffix('s') if count == 1 else unit}"
    return f"{span.total_seconds():g} seconds"


def _part(connector: type[Connector]) -> str:
    said = [f"## {connector.kind}", "", _summary(connector), ""]
    page = PAGES.get(connector.kind, f"networks/{connector.kind}.md")
    said += [f"How to set it up: [{page}]({page}).{_payloads(connector.kind)}", ""]
    if connector.abilities.why:
        said += ["| What it does not do | Why |", "|---|---|"]
        said += [_row((_SAID.get(name, name), why)) for name, why in connector.abilities.why.items()]
        said.append("")
    needs = ", ".join(f"`{name}`" for name in connector.needs)
    said.append(f"Needs {needs}. " if needs else "Needs nothing beside its kind. ")
    if connector.Options is Options:
        said[-1] += "It has no settings of its own."
        return "\n".join(said) + "\n"
    said[-1] += "Its own settings:"
    return "\n".join([*said, "", *settings_table(connector.Options)]) + "\n"


def _payloads(kind: str) -> str:
    """What the network says, as the tests have it."""
    path = f"tests/payloads/{kind}/README.md"
    return f" What it sends, for the tests: [saved payloads](../{path})." if (ROOT / path).exists() else ""


def _summary(connector: type[Connector]) -> str:
    """The first line of its file."""
    module = inspect.getmodule(connector)
    return (inspect.getdoc(module) or "").split("\n")[0]
