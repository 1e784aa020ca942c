"""Baton as it runs for a local Teams client: `app.py run` with the sample company, its floor a channel of a team."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.e2e.calls import call
from tests.e2e.demo import APP, READY_WITHIN, ROOT, free_ports
from tests.e2e.front_door import FrontDoor
from tests.e2e.waiting import until
from tests.e2e_teams.company import FLOOR

SAMPLE = ROOT / "playground" / "sample" / "baton.toml"
SURFACES = f"""[[surfaces]]
name = "floor"
platform = "teams"
channel = "{FLOOR}"
rate = 1000

"""


def configuration() -> str:
    """The sample's configuration, with the floor on Teams and nothing on Slack."""
    sample = SAMPLE.read_text(encoding="utf-8")
    without = re.sub(r"\[\[surfaces\]\]\n(?:.+\n)+\n", "", sample)
    return without.replace("[policies]", f"{SURFACES}[policies]")


class Baton:
    """The process, stopped by its id. It learns where the client is from what the client sends first."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        (self.port,) = free_ports(1)
        self.door = FrontDoor(f"http://127.0.0.1:{self.port}")
        self.environment: Mapping[str, str] = {
            **{
                name: value for name, value in os.environ.items() if not name.startswith(("BATON_", "SLACK_", "TEAMS_"))
            },
            "BATON_PORT": str(self.port),
            "BATON_HOST": "127.0.0.1",
            "BATON_DATA_DIR": str(folder),
            "BATON_CONFIG": str(folder / "baton.toml"),
            "BATON_HOOK_SECRET": self.door.secret,
            "TEAMS_LOCAL_CLIENT": "1",
            **environment,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Self:
        """Starts it and waits until it is ready."""
        self._configure()
        with (self.folder / "baton.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*APP, "run"], cwd=ROOT, env=dict(self.environment), stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )
        until(self._is_ready, "Baton is ready", READY_WITHIN)
        return self

    def run_app(self, *arguments: str) -> None:
        """A subcommand of app.py that must succeed, before it is started."""
        self._configure()
        subprocess.run([*APP, *arguments], cwd=ROOT, env=dict(self.environment), check=True, timeout=100)

    def _configure(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "baton.toml").write_text(configuration(), encoding="utf-8")

    def _is_ready(self) -> bool:
        if self._process is None or self._process.poll() is not None:
            raise RuntimeError(f"Baton did not start:\n{self.log()}")
        try:
            return call("GET", f"{self.door.base}/healthz", seconds=2).status == 200
        except OSError:
            return False

    def stop(self) -> None:
        """Ends it politely."""
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(signal.SIGTERM)
            process.wait(30)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def log(self) -> str:
        """What it printed."""
        return (self.folder / "baton.log").read_text(errors="replace")

    def complaints(self) -> list[str]:
        """What its log calls a warning or an error."""
        grave = re.compile(r"Traceback|\b(error|warning|critical)\b", re.IGNORECASE)
        return [line for line in self.log().splitlines() if grave.search(line)]
