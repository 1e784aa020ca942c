"""A storm over the whole product: sent by its own script, while somebody sits at the floor and everything is written down."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.e2e.calls import Json
from tests.e2e.demo import ROOT, Demo
from tests.e2e.floor.colleague import Colleague
from tests.e2e.waiting import until
from tests.e2e_storm.kept import Kept
from tests.e2e_storm.memory import Memory
from tests.e2e_storm.watching import Watch

POSTS, SECONDS, UNRELATED = 10_000, 60, 20
RATE = 1
"""Messages a second that a channel takes: as many as Slack's."""

PAUSE = 2.0
"""Seconds between two things that somebody does at the floor meanwhile."""

WATCHER = "ana"


@dataclass
class Storm:
    """What was sent, seen and measured. `felt` are the seconds that moving to another channel and back took, `answered`
    those that a command took."""

    demo: Demo
    kept: Kept
    watch: Watch
    memory: Memory
    report: Json = field(default_factory=dict)
    lines: list[Json] = field(default_factory=list)
    began: float = 0.0
    sent: float = 0.0
    felt: list[float] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)

    def unrelated(self) -> dict[str, float]:
        """The urgent posts about other things: when each was accepted."""
        return {
            line["external_id"]: datetime.fromisoformat(line["accepted_at"]).timestamp()
            for line in self.lines
            if line["kind"] == "urgent" and line["new"]
        }


@contextmanager
def storm_over(folder: Path, chromium: Browser) -> Iterator[Storm]:
    """The product with the storm behind it, every post of it heard; it goes on being watched."""
    with (
        Demo(folder, rate=RATE) as demo,
        Watch(demo.url, WATCHER) as watch,
        Memory(lambda: demo.bot_pid) as memory,
    ):
        storm = Storm(demo, Kept(folder), watch, memory)
        window = at_the_floor(chromium, demo, WATCHER)
        until(lambda: len(memory.samples) >= 3, "the bot has come to rest")
        _rage(storm, window, folder / "sent.jsonl")
        assert window.complaints == []
        window.page.context.close()
        until(lambda: storm.kept.unheard() == 0, "every post belongs to a conversation", 60, 0.2)
        yield storm


def at_the_floor(chromium: Browser, demo: Demo, user: str, scheme: str = "light") -> Colleague:
    """Opens somebody's window at the floor."""
    page = chromium.new_context(
        viewport={"width": 1400, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    ).new_page()
    page.set_default_timeout(15_000)
    made = Colleague(page, demo.url)
    made.listen()
    page.goto(f"{demo.url}/?user={user}#/floor")
    page.wait_for_selector("#sidebar .room", state="attached")
    return made


def _rage(storm: Storm, window: Colleague, out: Path) -> None:
    command = [sys.executable, "-m", "playground.storm", "--out", str(out)]
    command += ["--posts", str(POSTS), "--seconds", str(SECONDS), "--urgent", str(UNRELATED)]
    with out.with_suffix(".log").open("wb") as log:
        storm.began = time.time()
        sending = subprocess.Popen(
            command, cwd=ROOT, env=dict(storm.demo.environment), stdout=subprocess.PIPE, stderr=log, text=True
        )
    while sending.poll() is None:
        storm.felt.append(_look_around(window))
        storm.answered.append(_ask(storm.demo))
        time.sleep(PAUSE)
    storm.sent = time.time()
    said, _ = sending.communicate()
    assert sending.returncode == 0, out.with_suffix(".log").read_text()
    storm.report = json.loads(said)
    storm.lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]


def _look_around(window: Colleague) -> float:
    begun = time.monotonic()
    for channel in ("management", "floor"):
        window.page.locator("#sidebar").get_by_role("link", name=channel).first.click()
        expect(window.page.locator("#main .pane-title")).to_contain_text(channel)
    return time.monotonic() - begun


def _ask(demo: Demo) -> float:
    begun = time.monotonic()
    demo.people.do("slash", WATCHER, channel="floor", text="/baton help")
    return time.monotonic() - begun
