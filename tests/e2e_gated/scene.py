"""One Baton that listens to every pretended network, and what happens on each of them.

What takes its time (polls are looked at every fifteen seconds, what failed is tried again later) is done on all networks first
and waited for on each one afterwards.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import orjson

from integrations.every_source import CONNECTORS
from tests.contract.networks import PRETENDED
from tests.e2e.demo import APP, ROOT
from tests.e2e_networks.baton import Baton, Card
from tests.fakes.networks.pretend import PretendNetwork

ABLE = {connector.kind: connector.abilities for connector in CONNECTORS}


def with_all(*names: str) -> list[str]:
    """The kinds whose connector can do this (by the names of `Capabilities`) or that have it (by those of `PretendNetwork`)."""
    return [
        kind
        for kind, network in PRETENDED.items()
        if all(getattr(ABLE[kind], name, False) or getattr(network, name, False) for name in names)
    ]


def word() -> str:
    """One that stands nowhere else."""
    return f"w{uuid4().hex[:10]}"


class Scene:
    """`with Scene(folder) as scene:`; `network[kind]`, `post[kind]` and `card[kind]` are what the tests follow."""

    def __init__(self, folder: Path) -> None:
        self.network: dict[str, PretendNetwork] = {}
        self.post: dict[str, str] = {}
        self.card: dict[str, Card] = {}
        self._folder = folder
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self.network = {kind: stack.enter_context(make()) for kind, make in PRETENDED.items()}
            environment = {name: value for each in self.network.values() for name, value in _own(each).items()}
            parts = "\n".join(_part(network) for network in self.network.values())
            self.baton = stack.enter_context(Baton(self._folder, parts, **environment))
            for kind, network in self.network.items():
                network.hook = f"{self.baton.door.base}/hooks/{kind}/{kind}"
            self._stack = stack.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stack.close()

    def deliver(self) -> None:
        """Everything that the networks push, pushed; all of it must be taken."""
        for kind, network in self.network.items():
            assert all(status == 200 for status in network.deliver()), kind

    def doctor(self) -> str:
        """What `app.py doctor` prints, whatever it finds."""
        command, environment = [*APP, "doctor"], dict(self.baton.environment)
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=100
        )
        return done.stdout

    def write(self, text: Mapping[str, str], *, author: str = "tom", below: bool = False) -> dict[str, str]:
        """A customer writes on each of these networks; gives the ids. `below`: below the first post, or our answer there."""
        ids = {
            kind: self.network[kind].write(said, author=author, answers=self.post[kind] if below else None)
            for kind, said in text.items()
        }
        self.deliver()
        return ids


def _own(network: PretendNetwork) -> dict[str, str]:
    """The secrets by variables that no other network has."""
    return {_variable(network, name): value for name, value in network.environment.items()}


def _variable(network: PretendNetwork, name: str) -> str:
    return f"{network.kind.upper()}_{name}"


def _part(network: PretendNetwork) -> str:
    """What stands in baton.toml."""
    # Asked every second: what a network allows in an hour would soon be used. One that bills has its cap in money.
    able = ABLE[network.kind]
    budget = {} if able.budget is None or able.bills else {"budget": "100000 in 1h"}
    settings = {"every": "1s", **budget, **network.settings}
    named = {
        name: _variable(network, str(value)) if name.endswith("_env") else value for name, value in settings.items()
    }
    return "\n".join(_lines(f"sources.{network.kind}", named))


def _lines(table: str, values: Mapping[str, Any]) -> Iterable[str]:
    yield f"[{table}]"
    yield from (
        f"{name} = {orjson.dumps(value).decode()}" for name, value in values.items() if not isinstance(value, dict)
    )
    for name, value in values.items():
        if isinstance(value, dict):
            yield from _lines(f"{table}.{name}", value)
