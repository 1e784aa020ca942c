"""Writes docs/crms.md from what the connectors to CRMs say of themselves."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from datetime import timedelta
from typing import get_args

from pydantic import BaseModel

from integrations.crm import CONNECTORS
from integrations.record import CrmAbilities, CrmConnector, CrmOptions
from tests.docs.configuration_page import settings_table
from tests.docs.pages import ROOT

INTRODUCTION = """\
# CRMs

Written by `make docs` from the connectors in `integrations/crm/`; do not edit it here.

Where the company keeps its customers. Baton looks a customer up there, shows what they bought and asked for, and writes what came
of each conversation onto their record, once. A CRM is a part `[crm.<name>]` of [baton.toml](configuration.md#crmname) with one of
these kinds; there may be several. How one is added: [add a CRM](add-a-crm.md).
"""

LEGEND = """\
Customers are looked for by e-mail address everywhere, mostly by phone number and name as well; every kind takes entries. *Purchases*,
*tickets*: they are shown with the customer. *Cases*: one is opened beside the entry where `case` asks for it. *Handles*: the
customer's name on a network is kept there and found again; Baton keeps it in its own record all the same. *Forget*: entries
that Baton wrote can be erased. *Contacts*: all of them can be [imported](import.md#from-a-crm). *Budget*: the most requests, unless `budget` says otherwise.
"""

_ABILITIES = ("purchases", "tickets", "cases", "handles", "forget", "contacts")
_SAID = {
    "purchases": "shows no purchases",
    "tickets": "shows no tickets",
    "cases": "opens no cases",
    "handles": "keeps no handles",
    "forget": "erases no entries",
    "contacts": "lists no contacts",
}


def crms_page() -> str:
    """The whole page."""
    connectors = sorted(CONNECTORS, key=lambda connector: connector.kind)
    columns = ("Kind", *(ability.capitalize() for ability in _ABILITIES), "Budget")
    table = [_row(columns), _row("---" for _ in columns), *(_row(_cells(connector)) for connector in connectors)]
    return "\n".join([INTRODUCTION, "\n".join(table) + "\n", LEGEND, *map(_part, connectors)])


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _cells(connector: type[CrmConnector]) -> Iterable[str]:
    able = connector.abilities
    does = ("yes" if getattr(able, ability) else "–" for ability in _ABILITIES)
    return (f"[{connector.kind}](#{connector.kind})", *does, _budget(able))


def _budget(able: CrmAbilities) -> str:
    return f"{able.budget[0]:,} in {_span(able.budget[1])}" if able.budget is not None else "–"


def _span(span: timedelta) -> str:
    for size, unit in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if span.total_seconds() % size == 0:
            count = int(span.total_seconds() / size)
            return f"{count} {unit.removesuffix('s') if count == 1 else unit}"
    return f"{span.total_seconds():g} seconds"


def _part(connector: type[CrmConnector]) -> str:
    page = f"crms/{connector.kind}.md"
    said = [f"## {connector.kind}", "", _summary(connector), ""]
    said += [f"How to set it up: [{page}]({page}).{_payloads(connector.kind)}", ""]
    if why := connector.abilities.why:
        said += [
            "| What it does not do | Why |",
            "|---|---|",
            *(_row((_SAID.get(n, n), w)) for n, w in why.items()),
            "",
        ]
    needs = ", ".join(f"`{name}`" for name in connector.needs)
    said.append(f"Needs {needs}. " if needs else "Needs nothing beside its kind. ")
    if connector.Options is CrmOptions:
        said[-1] += "It has no settings of its own."
        return "\n".join(said) + "\n"
    said[-1] += "Its own settings:"
    said += ["", *settings_table(connector.Options)]
    for model, names in tables_within(connector.Options, ()).items():
        headings = ", ".join(f"`[crm.<name>.{name}]`" for name in names)
        said += ["", f"### {headings}", "", inspect.cleandoc(model.__doc__ or ""), "", *settings_table(model)]
    return "\n".join(said) + "\n"


def tables_within(model: type[BaseModel], above: tuple[str, ...]) -> dict[type[BaseModel], list[str]]:
    """The tables within the settings of a kind, each with the names that it may stand under."""
    found: dict[type[BaseModel], list[str]] = {}
    for name, field in model.model_fields.items():
        for inner in (field.annotation, *get_args(field.annotation)):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                found.setdefault(inner, []).append(".".join((*above, name)))
                for deeper, names in tables_within(inner, (*above, name)).items():
                    found.setdefault(deeper, []).extend(names)
    return found


def _payloads(kind: str) -> str:
    """What the vendor's server says, as the tests have it."""
    path = f"tests/payloads/crm/{kind}/README.md"
    return f" What it answers, for the tests: [saved payloads](../{path})." if (ROOT / path).exists() else ""


def _summary(connector: type[CrmConnector]) -> str:
    """The first line of its file."""
    return (inspect.getdoc(inspect.getmodule(connector)) or "").split("\n")[0]
