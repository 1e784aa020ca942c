"""`demo`: Baton, the playground and the sample feed as three processes, each started again when it dies."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

READY_WITHIN = 60.0
"""Seconds a process may take until its /healthz answers."""

MOST_STARTS = 20
"""Starts of one process within a minute, after which the demo gives up."""

DEMO_SECRET = "whsec_ZGVtb2RlbW9kZW1vZGVtb2RlbW9kZW1vZGVtbw=="  # noqa: S105 (a fixed one, for loopback only)

PLAYGROUND_TOKENS = {
    "SLACK_BOT_TOKEN": "xoxb-playground",
    "SLACK_APP_TOKEN": "xapp-playground",
    "SLACK_SIGNING_SECRET": "playground-signing-secret",
}


@dataclass
class Child:
    """One process of the demo. `pid_file` names it for whoever wants to kill it and see what happens."""

    name: str
    command: list[str]
    env: Mapping[str, str]
    healthz: str | None = None
    pid_file: Path | None = None
    forever: bool = True
    log: Path | None = None
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    starts: list[float] = field(default_factory=list, init=False)

    def start(self) -> None:
        """Start it; its output goes to its log file."""
        self.starts = [at for at in self.starts if at > time.monotonic() - 60] + [time.monotonic()]
        output = self.log.open("ab") if self.log is not None else None
        try:
            # A group of its own: Ctrl-C reaches only the demo, which then ends its children in order.
            self.process = subprocess.Popen(
                self.command, env=dict(self.env), stdout=output, stderr=output, start_new_session=True
            )
        finally:
            if output is not None:
                output.close()
        if self.pid_file is not None:
            # In one step: whoever reads it to kill the bot never finds it empty.
            made = self.pid_file.with_suffix(".new")
            made.write_text(f"{self.process.pid}\n")
            made.replace(self.pid_file)

    def ended(self) -> bool:
        """Has it stopped by itself?"""
        return self.process is not None and self.process.poll() is not None

    def stop(self) -> None:
        """Ask it to end; kill it when it does not within ten seconds."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.pid_file is not None:
            self.pid_file.unlink(missing_ok=True)


RUNNING = "demo.json"
"""What a running demo leaves in its data folder for the other subcommands; gone when it ends."""


def environment_of_running_demo(data_dir: Path) -> dict[str, str]:
    """The variables that a demo running on this data folder was started with; nothing when none is running."""
    try:
        kept = json.loads((data_dir / RUNNING).read_text())
        os.kill(int(kept["pid"]), 0)
    except (OSError, ValueError, KeyError):
        return {}
    return {str(name): str(value) for name, value in kept["environment"].items()}


class Demo:
    """Starts the processes in order, watches them, ends them in the other order."""

    def __init__(self, root: Path, data_dir: Path, environ: Mapping[str, str], say: Callable[[str], None]) -> None:
        self._say = say
        self._root = root
        self._data = data_dir
        self.port = int(environ.get("BATON_PORT") or 8080)
        self.playground_port = int(environ.get("PLAYGROUND_PORT") or 8081)
        self._feed = environ.get("FEED", "sample") != "none"
        self._env = self._environment(environ)
        self._stopping = False

    def _environment(self, environ: Mapping[str, str]) -> dict[str, str]:
        env = {
            **environ,
            **PLAYGROUND_TOKENS,
            "BATON_PORT": str(self.port),
            "BATON_DATA_DIR": str(self._data),
            "BATON_SLACK_API_URL": f"http://127.0.0.1:{self.playground_port}/api/",
            "BATON_SLACK_RATE": environ.get("PLAYGROUND_RATE") or "1",
            "PLAYGROUND_PORT": str(self.playground_port),
            "PLAYGROUND_MANIFEST": str(self._data / "slack-manifest.json"),
            "PYTHONUNBUFFERED": "1",
        }
        env.setdefault("BATON_HOOK_SECRET", DEMO_SECRET)
        env.setdefault("BATON_DEMO_REPLY_URL", f"http://127.0.0.1:{self.playground_port}/customers/answers")
        env.setdefault("BATON_CONFIG", str(self._root / "playground" / "sample" / "baton.toml"))
        return env

    def children(self) -> list[Child]:
        """The processes, in the order in which they start."""
        python, app = sys.executable, str(self._root / "app.py")
        logs = self._data / "logs"
        found = [
            Child(
                "the playground",
                [python, "-m", "playground"],
                self._env,
                healthz=f"http://127.0.0.1:{self.playground_port}/healthz",
                log=logs / "playground.log",
            ),
            Child(
                "Baton",
                [python, app, "run"],
                self._env,
                healthz=f"http://127.0.0.1:{self.port}/healthz",
                pid_file=self._data / "bot.pid",
                log=logs / "bot.log",
            ),
        ]
        if self._feed:
            feed = Child(
                "the sample feed", [python, "-m", "playground.feed"], self._env, forever=False, log=logs / "feed.log"
            )
            found.append(feed)
        return found

    def prepare(self) -> None:
        """Folders, the manifest the playground learns the app from, and the customers of the sample company."""
        (self._data / "logs").mkdir(parents=True, exist_ok=True)
        app = str(self._root / "app.py")
        manifest = self._run_app([app, "manifest", "slack"])
        json.loads(manifest)
        (self._data / "slack-manifest.json").write_bytes(manifest)
        if self._feed:
            self._run_app([app, "customers", "import", str(self._root / "playground" / "sample" / "customers.json")])

    def _leave_word(self) -> None:
        """So that `app.py stats` or `app.py replay` on the same data folder reach this demo."""
        ours = ("BATON_", "SLACK_", "PLAYGROUND_")
        word = {"pid": os.getpid(), "environment": {k: v for k, v in self._env.items() if k.startswith(ours)}}
        path = self._data / RUNNING
        path.touch(mode=0o600)
        path.write_text(json.dumps(word))

    def _run_app(self, command: list[str]) -> bytes:
        done = subprocess.run(
            [sys.executable, *command], env=self._env, capture_output=True, check=False, cwd=self._root
        )
        if done.returncode != 0:
            sys.stderr.buffer.write(done.stderr)
            raise SystemExit(f"{' '.join(command[1:])} failed; see above.")
        return done.stdout

    def run(self) -> None:
        """Until it is told to stop (Ctrl-C or SIGTERM)."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        os.chdir(self._root)
        self.prepare()
        children = self.children()
        self._leave_word()
        try:
            for child in children:
                child.start()
                self._await_ready(child)
                if child.forever and child.ended():
                    raise SystemExit(f"{_last_words(child)}\n{child.name} did not start; its log is {child.log}.")
            if not self._stopping:
                self._say(_welcome(self.playground_port, self._data, self._feed))
            while not self._stopping:
                for child in children:
                    self._revive(child)
                time.sleep(0.2)
        finally:
            for child in reversed(children):
                child.stop()
            (self._data / RUNNING).unlink(missing_ok=True)

    def _stop(self, _number: int, _frame: object) -> None:
        self._stopping = True

    def _revive(self, child: Child) -> None:
        while not self._stopping and child.ended() and child.process is not None:
            if not child.forever and child.process.returncode == 0:
                return
            if len(child.starts) >= MOST_STARTS:
                raise SystemExit(f"{child.name} ends again and again; its last words are in {child.log}.")
            self._say(f"{child.name} ended ({child.process.returncode}); starting it again.")
            child.start()
            self._await_ready(child)

    def _await_ready(self, child: Child) -> None:
        """Wait until it answers, or has ended."""
        deadline = time.monotonic() + READY_WITHIN
        while child.healthz is not None and not self._stopping and not child.ended():
            try:
                with urllib.request.urlopen(child.healthz, timeout=1) as answer:  # noqa: S310 (loopback)
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
            if time.monotonic() > deadline:
                raise SystemExit(f"{child.name} is not ready after {READY_WITHIN:.0f} s; its log is {child.log}.")


def _last_words(child: Child) -> str:
    return child.log.read_text(errors="replace")[-2000:] if child.log is not None and child.log.exists() else ""


def _welcome(port: int, data_dir: Path, feed: bool) -> str:
    width = min(shutil.get_terminal_size().columns, 100)
    lines = [
        "─" * width,
        f"Baton is up: http://127.0.0.1:{port}/?user=ana   (you are Ana, of Support)",
        "",
        "Four things to try:",
        "  1  In #floor, press Claim on a card, then Pass… it to Product. Open a second window as Chloé",
        f"     (http://127.0.0.1:{port}/?user=chloe) and accept it.",
        "  2  Type /baton customer Maya Okafor" if feed else "  2  Type /baton help",
        "  3  As Chloé, who holds it now, press Reply… and answer: the customer writes back a little later",
        "  4  Press Resolve… on it; then type /baton digest now",
        "",
        f"Stop with Ctrl-C; start again and it continues. Data and logs: {data_dir}",
        "─" * width,
    ]
    return "\n".join(lines)
