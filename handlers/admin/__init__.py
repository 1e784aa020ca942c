"""The subcommands of app.py, one per file. One counts once it stands in this table.

A file is read when its subcommand is named: together they stand on nearly everything, which takes a second.
"""

from collections.abc import Iterator, MutableMapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

SUBCOMMANDS = {
    "migrate": "handlers.admin.migrate:migrate",
    "replay": "handlers.admin.replay:replay",
    "stats": "handlers.admin.stats:stats",
    "digest": "handlers.admin.digest:digest",
    "customers": "handlers.admin.customers:customers",
    "people": "handlers.admin.people:people",
    "crm": "handlers.admin.crm:crm",
    "manifest": "handlers.admin.manifest:manifests",
    "outbox": "handlers.admin.outbox:outbox",
    "sources": "handlers.admin.sources:sources",
    "routes": "handlers.admin.routes:routes",
    "triage": "handlers.admin.triage:triage",
    "learning": "handlers.admin.learning:learning",
    "benchmarks": "handlers.admin.benchmarks:benchmarks",
    "seed": "handlers.admin.seed:seed",
}
"""Where each is: a function, or a group of its own. It finds a `Context` as typer's `obj`."""


class Subcommands(TyperGroup):
    """The group of those it is made with, and of `SUBCOMMANDS`."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = _ReadWhenNamed(self.commands)


class _ReadWhenNamed(MutableMapping[str, Any]):
    """Commands by name, in the order in which help lists them."""

    def __init__(self, read: MutableMapping[str, Any]) -> None:
        self._read = read
        self._names = [*read, *SUBCOMMANDS]

    def __getitem__(self, name: str) -> Any:
        if name not in self._read:
            self._read[name] = _command(name, SUBCOMMANDS[name])
        return self._read[name]

    def __setitem__(self, name: str, command: Any) -> None:
        if name not in self._names:
            self._names.append(name)
        self._read[name] = command

    def __delitem__(self, name: str) -> None:
        self._names.remove(name)
        self._read.pop(name, None)

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _command(name: str, place: str) -> Any:
    module, _, within = place.partition(":")
    found = getattr(import_module(module), within)
    group = typer.Typer(pretty_exceptions_enable=False)
    if isinstance(found, typer.Typer):
        group.add_typer(found, name=name)
    else:
        group.command(name)(found)
    return typer.main.get_group(group).commands[name]
