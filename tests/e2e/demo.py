"""The whole product as `make demo` runs it, on ports and in a folder of its own; with what must not happen in it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from slack_sdk import WebClient

from tests.e2e.calls import Json, call
from tests.e2e.front_door import FrontDoor
from tests.e2e.people import Card, People
from tests.e2e.waiting import until

ROOT = Path(__file__).parents[2]
APP = (sys.executable, str(ROOT / "app.py"))
READY_WITHIN = 100.0
"""Seconds a start may take where other work shares the machine."""


def free_ports(how_many: int) -> list[int]:
    """Ports that nobody listens on."""
    sockets = [socket.socket() for _ in range(how_many)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


class Demo:
    """`app.py demo`, stopped by its process id. `rate` is the messages a second that a channel takes."""

    def __init__(self, folder: Path, *, rate: float = 1000, feed: str = "none", **environment: str) -> None:
        self.data_dir = folder
        self.bot_port, self.playground_port = free_ports(2)
        self.url = f"http://127.0.0.1:{self.playground_port}"
        self.people = People(self.url)
        self.door = FrontDoor(f"http://127.0.0.1:{self.bot_port}")
        self.environment: Mapping[str, str] = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("BATON_", "SLACK_"))},
            "BATON_PORT": str(self.bot_port),
            "PLAYGROUND_PORT": str(self.playground_port),
            "BATON_DATA_DIR": str(folder),
            "BATON_HOOK_SECRET": self.door.secret,
            "BATON_CONFIG": str(ROOT / "playground" / "sample" / "baton.toml"),
            "PLAYGROUND_RATE": str(rate),
            "FEED": feed,
            "PLAYGROUND_THINKING_SECONDS": "1",
            **environment,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Self:
        """Starts it and waits until both sides answer."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        with (self.data_dir / "demo.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*APP, "demo"], cwd=ROOT, env=dict(self.environment), stdout=log, stderr=log
            )
        until(self._is_up, "the demo is up", READY_WITHIN)
        return self

    def _is_up(self) -> bool:
        said = (self.data_dir / "demo.log").read_text(errors="replace")
        if self._process is None or self._process.poll() is not None:
            raise RuntimeError(f"the demo did not start:\n{said}")
        return "Baton is up" in said

    def stop(self) -> None:
        """Ends it politely; it ends its processes."""
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(signal.SIGTERM)
            process.wait(30)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    @property
    def bot_pid(self) -> int:
        """The process that `bot.pid` names."""
        return int((self.data_dir / "bot.pid").read_text())

    def kill_bot(self) -> None:
        """Ends the bot as a power cut would, and waits until the demo has started another one."""
        pid = self.bot_pid
        os.kill(pid, signal.SIGKILL)
        until(lambda: self.bot_pid != pid, "the demo starts another bot", READY_WITHIN)
        until(self._bot_is_ready, "the bot is ready again", READY_WITHIN)

    def _bot_is_ready(self) -> bool:
        try:
            return call("GET", f"{self.door.base}/healthz", seconds=2).status == 200
        except OSError:
            return False

    def run_app(self, *arguments: str) -> str:
        """What a subcommand of app.py prints; it must succeed."""
        done = subprocess.run(
            [*APP, *arguments],
            cwd=ROOT,
            env=dict(self.environment),
            capture_output=True,
            text=True,
            check=False,
            timeout=100,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def stats(self) -> Json:
        """`app.py stats --format json`."""
        read: Json = json.loads(self.run_app("stats", "--format", "json"))
        return read

    def web(self) -> WebClient:
        """The official client, with the bot's token."""
        return WebClient("xoxb-playground", base_url=f"{self.url}/api/")

    def hear(self, post: Json) -> Card:
        """Delivers a post, whose last word no other post has, and waits for its conversation's card."""
        self.door.deliver(post)
        return self.people.card_with(post["external_id"], post["text"].split()[-1])

    def counters(self) -> Json:
        """What the app did to the workspace so far."""
        return call("GET", f"{self.url}/playground/counters").json()

    def complaints(self, *, killed: bool = False) -> list[str]:
        """What Slack would have refused, and what the bot's log calls an error; a killed bot misses some deliveries."""
        counted = self.counters()
        names = ("refused", "missing_scopes") if killed else ("refused", "missing_scopes", "failed")
        found = [f"{name}: {counted[name]}" for name in names if counted[name]]
        log = (self.data_dir / "logs" / "bot.log").read_text(errors="replace")
        return found + [line for line in log.splitlines() if "Traceback" in line or "level='error'" in line]
