"""app.py as a process of its own, on a data folder that need not be there yet: a subcommand, or the running bot."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from tests.contract.signing import standard_webhooks

ROOT = Path(__file__).parents[1]
SECRET = "whsec_YXBwIHRlc3Qgc2VjcmV0IGFwcCB0ZXN0"
READY_WITHIN = 90.0
"""Seconds; far more than it takes, where others work on the same machine."""

OURS = ("BATON_", "SLACK_", "TEAMS_", "PLAYGROUND_", "FEED")


def environment(data: Path, **more: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return {**inherited, "BATON_DATA_DIR": str(data), **more}


def app(data: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "app.py"), *words],
        env=environment(data, **more),
        cwd=data.parent,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def running(data: Path, port: int, expected: int = 200, **more: str) -> Iterator[subprocess.Popen[str]]:
    """The bot, from ready (or what else is expected of its health) until it was told to end."""
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "app.py"), "run"],
        env=environment(data, BATON_PORT=str(port), **more),
        cwd=data.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        deadline = time.monotonic() + READY_WITHIN
        while health(port) != expected:
            assert process.poll() is None, process.communicate()[1]
            assert time.monotonic() < deadline, "not ready in time"
            time.sleep(0.05)
        yield process
    finally:
        process.kill()
        process.communicate()


def health(port: int) -> int | None:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return None


def metrics(port: int) -> dict[tuple[str, str], float]:
    """What Prometheus reads of the sources."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
        families = text_string_to_metric_families(answer.read().decode())
    return {(s.name, s.labels.get("source", "")): s.value for family in families for s in family.samples}


def deliver(port: int, secret: str = SECRET) -> int:
    """A post through the front door; the status."""
    post = {
        "network": "mastodon",
        "external_id": "1",
        "author": {"handle": "maya"},
        "text": "third parcel that arrives crushed",
        "posted_at": "2026-03-02T09:00:00Z",
    }
    body = json.dumps(post).encode()
    headers = {"Content-Type": "application/json", **standard_webhooks(body, datetime.now(UTC), secret)}
    request = urllib.request.Request(f"http://127.0.0.1:{port}/hooks/generic/demo", body, headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return int(answer.status)
