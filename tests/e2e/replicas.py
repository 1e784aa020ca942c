"""Several bots on one PostgreSQL and one workspace, each a process of its own, as an operator would run them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from handlers.admin.demo import PLAYGROUND_TOKENS
from tests.e2e.calls import Json, call
from tests.e2e.demo import APP, READY_WITHIN, ROOT, free_ports
from tests.e2e.front_door import FrontDoor
from tests.e2e.people import People
from tests.e2e.waiting import until
from tests.playground.process import PlaygroundProcess


@dataclass
class Replica:
    """One `app.py run`."""

    port: int
    environment: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def door(self) -> FrontDoor:
        """Its front door."""
        return FrontDoor(f"http://127.0.0.1:{self.port}")

    def start(self) -> None:
        """Starts it, without waiting."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen([*APP, "run"], cwd=ROOT, env=dict(self.environment), stdout=log, stderr=log)

    def is_ready(self) -> bool:
        """Does it answer that it is?"""
        if self.process is None or self.process.poll() is not None:
            raise RuntimeError(f"a replica ended: {self.log.read_text(errors='replace')[-2000:]}")
        try:
            return call("GET", f"{self.door.base}/healthz", seconds=2).status == 200
        except OSError:
            return False

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Ends it and waits until it is gone."""
        process, self.process = self.process, None
        if process is not None:
            process.send_signal(how)
            process.wait(30)


class Pair:
    """Two replicas beside a playground."""

    def __init__(self, folder: Path, database_url: str, config: Path) -> None:
        self.config = config
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("BATON_", "SLACK_"))},
            **PLAYGROUND_TOKENS,
            "BATON_CONFIG": str(config),
            "BATON_DATABASE_URL": database_url,
            "BATON_HOOK_SECRET": FrontDoor("").secret,
            "BATON_SLACK_RATE": "1000",
        }
        manifest = subprocess.run(
            [*APP, "manifest", "slack"], cwd=ROOT, env={**environment, "BATON_DATA_DIR": str(folder)},
            capture_output=True, check=True,
        ).stdout  # fmt: skip
        self.playground = PlaygroundProcess(folder / "playground", manifest=json.loads(manifest)).start()
        self.people = People(self.playground.url)
        self.environment = {**environment, "BATON_SLACK_API_URL": self.playground.api_url}
        self.replicas = [
            Replica(
                port,
                {**self.environment, "BATON_PORT": str(port), "BATON_DATA_DIR": str(folder / str(port))},
                folder / f"bot-{port}.log",
            )
            for port in free_ports(2)
        ]

    def start(self) -> None:
        """Starts both at once and waits until both are ready and connected."""
        for replica in self.replicas:
            replica.start()
        for replica in self.replicas:
            until(replica.is_ready, "a replica is ready", READY_WITHIN)

    def stop(self) -> None:
        """Ends both."""
        for replica in self.replicas:
            replica.end()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()
        self.playground.stop()

    def counters(self) -> Json:
        """What both did to the workspace so far."""
        return call("GET", f"{self.playground.url}/playground/counters").json()

    def tracebacks(self) -> list[str]:
        """What the logs call an error."""
        lines = [line for replica in self.replicas for line in replica.log.read_text(errors="replace").splitlines()]
        return [line for line in lines if "Traceback" in line or "level='error'" in line]
