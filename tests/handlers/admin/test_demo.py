"""`demo`: which processes it starts with what, how one that dies comes back, and what others learn of it."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from handlers.admin.demo import DEMO_SECRET, RUNNING, Child, Demo, environment_of_running_demo

ROOT = Path(__file__).parents[3]
SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


def demo(data: Path, **environment: str) -> Demo:
    return Demo(ROOT, data, environment, lambda _: None)


def child(tmp_path: Path, command: list[str]) -> Child:
    return Child("a child", command, os.environ, pid_file=tmp_path / "bot.pid", log=tmp_path / "child.log")


def test_it_starts_the_workspace_the_bot_and_the_sample_in_this_order(tmp_path: Path) -> None:
    names = [child.name for child in demo(tmp_path).children()]
    assert names == ["the playground", "Baton", "the sample feed"]
    assert [child.name for child in demo(tmp_path, FEED="none").children()] == names[:2]


def test_the_bot_is_told_of_the_workspace_and_its_ports_are_the_callers(tmp_path: Path) -> None:
    made = demo(tmp_path, BATON_PORT="9090", PLAYGROUND_PORT="9191", PLAYGROUND_RATE="20")
    playground, bot, _ = made.children()
    assert bot.healthz == "http://127.0.0.1:9090/healthz"
    assert playground.healthz == "http://127.0.0.1:9191/healthz"
    assert bot.env["BATON_SLACK_API_URL"] == "http://127.0.0.1:9191/api/"
    assert bot.env["BATON_SLACK_RATE"] == "20"
    assert (bot.env["SLACK_BOT_TOKEN"], bot.env["SLACK_APP_TOKEN"]) == ("xoxb-playground", "xapp-playground")
    assert bot.env["BATON_HOOK_SECRET"] == DEMO_SECRET
    assert bot.pid_file == tmp_path / "bot.pid"
    assert bot.env["BATON_DATA_DIR"] == str(tmp_path)


def test_empty_variables_are_as_good_as_none(tmp_path: Path) -> None:
    made = demo(tmp_path, BATON_PORT="", PLAYGROUND_PORT="", PLAYGROUND_RATE="")
    assert (made.port, made.playground_port) == (8080, 8081)
    assert made.children()[1].env["BATON_SLACK_RATE"] == "1"


def test_a_secret_of_ones_own_is_kept(tmp_path: Path) -> None:
    assert demo(tmp_path, BATON_HOOK_SECRET="whsec_bXk=").children()[1].env["BATON_HOOK_SECRET"] == "whsec_bXk="


def test_preparing_leaves_the_manifest_from_which_the_workspace_learns_the_commands(tmp_path: Path) -> None:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("BATON_", "SLACK_"))}
    Demo(ROOT, tmp_path, {**inherited, "FEED": "none"}, lambda _: None).prepare()
    manifest = json.loads((tmp_path / "slack-manifest.json").read_text())
    assert manifest["features"]["slash_commands"][0]["command"] == "/baton"


def test_a_process_is_named_while_it_runs_and_ends_when_asked(tmp_path: Path) -> None:
    running = child(tmp_path, SLEEP)
    running.start()
    assert running.process is not None
    assert (tmp_path / "bot.pid").read_text() == f"{running.process.pid}\n"
    assert not running.ended()
    running.stop()
    assert running.ended()
    assert not (tmp_path / "bot.pid").exists()
    running.stop()


def test_one_that_was_killed_is_noticed_and_started_again(tmp_path: Path) -> None:
    running = child(tmp_path, SLEEP)
    running.start()
    assert running.process is not None
    first = running.process.pid
    os.kill(first, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while not running.ended():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    running.start()
    assert running.process.pid != first
    assert len(running.starts) == 2
    running.stop()


def test_other_subcommands_learn_how_a_running_demo_was_started(tmp_path: Path) -> None:
    kept = {"pid": os.getpid(), "environment": {"BATON_HOOK_SECRET": "whsec_bXk="}}
    (tmp_path / RUNNING).write_text(json.dumps(kept))
    assert environment_of_running_demo(tmp_path) == {"BATON_HOOK_SECRET": "whsec_bXk="}


@pytest.mark.parametrize("content", ["", "{}", '{"pid": 999999999, "environment": {}}', '{"pid": "x"}'])
def test_what_a_demo_left_that_runs_no_more_is_of_no_effect(tmp_path: Path, content: str) -> None:
    (tmp_path / RUNNING).write_text(content)
    assert environment_of_running_demo(tmp_path) == {}
