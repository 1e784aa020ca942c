"""The servers under test, each a process of its own: Baton as `app.py run` starts it, and the floors."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO

from tests.benchmarks.company import CONFIG, TEAM
from tests.benchmarks.signing import HOOK_SECRET, SLACK_SECRET

ROOT = Path(__file__).parents[2]
READY_WITHIN = 60.0

_NOBODYS = ("BATON_", "SLACK_", "TEAMS_")
"""Settings of whoever runs the benchmarks must not reach the servers."""


@asynccontextmanager
async def baton(
    database_url: str, slack: str, folder: Path, *, rate: float = 1.0, more: Mapping[str, str] | None = None
) -> AsyncIterator[int]:
    """The whole bot; gives its port. `rate` multiplies the one message a second that a channel takes."""
    folder.mkdir(parents=True, exist_ok=True)
    config, port = folder / "baton.toml", _free_port()
    config.write_text(CONFIG, encoding="utf-8")
    settings = {
        "BATON_DATA_DIR": str(folder),
        "BATON_CONFIG": str(config),
        "BATON_DATABASE_URL": database_url,
        "BATON_PORT": str(port),
        "BATON_HOOK_SECRET": HOOK_SECRET,
        "BATON_SLACK_API_URL": slack,
        "BATON_SLACK_RATE": str(rate),
        "SLACK_BOT_TOKEN": "xoxb-bench",
        "SLACK_SIGNING_SECRET": SLACK_SECRET,
        "SLACK_TEAM_ID": TEAM,
        **(more or {}),
    }
    with (folder / "baton.log").open("ab") as log:
        process = _start([str(ROOT / "app.py"), "run"], settings, stdout=log, stderr=log)
    try:
        await _ready(process, f"http://127.0.0.1:{port}/healthz", folder / "baton.log")
        yield port
    finally:
        await _end(process)


@asynccontextmanager
async def floor(kind: str, address: str) -> AsyncIterator[int]:
    """One of `tests.benchmarks.floors`; gives its port."""
    process = _start(["-m", "tests.benchmarks.floors", kind, address], {}, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        line = await asyncio.to_thread(process.stdout.readline)
        if not line.strip().isdigit():
            raise RuntimeError(f"the floor {kind} did not start")
        yield int(line)
    finally:
        await _end(process)
        if process.stdout is not None:
            process.stdout.close()


def _start(
    command: list[str], settings: Mapping[str, str], *, stdout: int | IO[bytes], stderr: IO[bytes] | None = None
) -> subprocess.Popen[bytes]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(_NOBODYS)}
    environment |= {**settings, "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen([sys.executable, *command], cwd=ROOT, env=environment, stdout=stdout, stderr=stderr)


async def _ready(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    for _ in range(int(READY_WITHIN / 0.1)):
        if process.poll() is not None:
            break
        if await asyncio.to_thread(_answers, url):
            return
        await asyncio.sleep(0.1)
    raise RuntimeError(f"Baton did not start:\n{log.read_text(errors='replace')[-2000:]}")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


async def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        await asyncio.to_thread(process.wait, 20)
    except subprocess.TimeoutExpired:
        process.kill()
        await asyncio.to_thread(process.wait)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
