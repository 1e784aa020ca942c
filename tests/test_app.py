"""Every subcommand of app.py works on an empty data folder, without baton.toml or tokens: results alone on standard
output, logs on standard error."""

from __future__ import annotations

import gzip
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer
from prometheus_client.parser import text_string_to_metric_families

from app import Installation, cli
from bot.errors import ConfigError
from handlers.admin import Subcommands
from tests.contract.signing import standard_webhooks

ROOT = Path(__file__).parents[1]
SECRET = "whsec_YXBwIHRlc3Qgc2VjcmV0IGFwcCB0ZXN0"
OURS = ("BATON_", "SLACK_", "TEAMS_", "PLAYGROUND_", "FEED")

NOTHING = {
    "posts": {"total": 0, "by_network": {}},
    "conversations": {"total": 0, "by_state": {}},
    "customers": 0,
    "cards": 0,
    "outbox_pending": 0,
    "outbox_dead": 0,
}


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


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder that is not there yet, in a folder without baton.toml."""
    return tmp_path / "data"


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
        deadline = time.monotonic() + 30
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


# On an empty folder


def test_stats_are_json_of_the_promised_shape_and_nothing_else(data: Path) -> None:
    done = app(data, "stats", "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == NOTHING
    assert (data / "baton.db").is_file(), "it migrated by itself"


def test_migrate_says_so_and_may_be_repeated(data: Path) -> None:
    for _ in range(2):
        done = app(data, "migrate")
        assert (done.returncode, done.stdout, done.stderr) == (0, "up to date\n", "")


def test_what_it_writes_is_for_its_user_alone(data: Path) -> None:
    app(data, "stats")
    assert {path.name: oct(path.stat().st_mode & 0o777) for path in (data, data / "baton.db")} == {
        "data": "0o700",
        "baton.db": "0o600",
    }


def test_the_manifest_is_json_and_names_every_short_command(data: Path) -> None:
    done = app(data, "manifest", "slack")
    assert done.returncode == 0
    manifest = json.loads(done.stdout)
    commands = [command["command"] for command in manifest["features"]["slash_commands"]]
    assert commands == ["/baton", "/claim", "/discuss", "/escalate", "/customer"]
    assert manifest["settings"]["socket_mode_enabled"]
    served = json.loads(app(data, "manifest", "slack", "--url", "https://baton.example.com").stdout)
    assert not served["settings"]["socket_mode_enabled"]
    assert served["features"]["slash_commands"][0]["url"].startswith("https://baton.example.com/")


def test_the_package_for_teams_needs_the_bot_s_id_and_nothing_else(data: Path) -> None:
    without = app(data, "manifest", "teams")
    assert (without.returncode, without.stdout) == (1, "")
    assert without.stderr.startswith("The package needs the bot's app id")
    done = app(data, "manifest", "teams", TEAMS_APP_ID="0f5e9d3c-7a61-4c2e-9b1d-2a4c6e8f0b13")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0] == f"package {data / 'teams-app.zip'}"
    assert zipfile.is_zipfile(data / "teams-app.zip")


def test_the_outbox_is_empty_and_has_nothing_to_put_back(data: Path) -> None:
    listed = app(data, "outbox", "list")
    assert (listed.returncode, listed.stdout) == (0, "no dead letters\n")
    assert app(data, "outbox", "replay").stdout == "0 put back\n"
    assert app(data, "outbox", "replay", "17").stdout == "0 put back\n"


def test_the_doctor_finds_nothing_broken_and_says_what_to_set(data: Path) -> None:
    done = app(data, "doctor")
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert all(line.startswith(("ok   ", "warn ")) for line in lines)
    assert any("Set SLACK_BOT_TOKEN" in line for line in lines)
    assert any("Set BATON_HOOK_SECRET" in line for line in lines)
    assert "slack_off" in done.stderr


def test_customers_are_imported(data: Path) -> None:
    data.mkdir()
    file = data / "customers.csv"
    file.write_text("key,name,handles\n1,Maya Okafor,mastodon:maya\n")
    done = app(data, "customers", "import", str(file))
    assert done.returncode == 0, done.stderr
    assert "1" in done.stdout
    assert json.loads(app(data, "stats", "--format", "json").stdout)["customers"] == 1


def test_a_replay_without_the_secret_says_which_variable_to_set(data: Path) -> None:
    data.mkdir()
    file = data / "posts.csv"
    file.write_text("id,text\n1,one\n")
    done = app(data, "replay", str(file), "--source", "demo")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "BATON_HOOK_SECRET" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_sources_are_listed_and_have_brought_nothing_unreadable(data: Path) -> None:
    done = app(data, "sources", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert [(each["name"], each["state"], each["not_set"]) for each in json.loads(done.stdout)] == [
        ("demo", "off", ["BATON_HOOK_SECRET"])
    ]
    assert app(data, "sources", "unread").stdout == "everything could be read\n"
    wrong = app(data, "sources", "poll", "demo")
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert "it delivers" in wrong.stderr
    assert "Traceback" not in wrong.stderr


@pytest.mark.parametrize("words", [[], ["--help"], ["outbox", "--help"]])
def test_help_is_there_and_is_no_error_of_ours(data: Path, words: list[str]) -> None:
    done = app(data, *words)
    assert "Usage:" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_the_crms_and_the_look_ups_are_told(data: Path) -> None:
    for words in (("crm",), ("crm", "check"), ("crm", "preview", "B-1")):
        done = app(data, *words)
        assert (done.returncode, done.stderr) == (0, "")
    wrong = app(data, "customers", "lookups", "B-1")
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert "There is no B-1" in wrong.stderr


def test_posts_of_a_file_are_read_and_routed(data: Path) -> None:
    posts, found = data.parent / "posts.csv", data.parent / "found.jsonl"
    posts.write_text("text\nMy parcel is late again\n")
    done = app(data, "triage", "--input", str(posts), "--text-column", "text", "--output", str(found))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert json.loads(found.read_text())["departments"][0]["name"] == "logistics"
    assert "every floor" in app(data, "routes").stdout
    assert "→ floor" in app(data, "routes", "test", str(posts)).stdout


def test_what_was_learned_is_told_and_forgotten(data: Path) -> None:
    done = app(data, "learning")
    assert (done.returncode, done.stdout, done.stderr) == (0, "nothing was learned yet\n", "")
    assert app(data, "learning", "reset", "--yes").stdout == "forgotten: what 0 posts taught\n"
    wrong = app(data, "learning", "reset", "nobody", "--yes")
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert "There is no department nobody. Use one of: " in wrong.stderr


def test_a_directory_is_asked_and_what_is_wrong_with_it_is_said(data: Path) -> None:
    toml = data.parent / "baton.toml"
    mapping = 'kind = "rest"\nauth = "none"\nhealth = { path = "/" }\nstaff = { path = "/", next = "next" }\n'
    toml.write_text(f'[directories.people]\nurl = "http://127.0.0.1:{free_port()}"\n{mapping}')
    assert "Directory people" in app(data, "doctor", BATON_CONFIG=str(toml)).stdout
    wrong = app(data, "people", "import", "others", "people.csv", BATON_CONFIG=str(toml))
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert "Use one of: people." in wrong.stderr
    toml.write_text("[directories.people]\nkind = 'rest'\nurl = 'http://127.0.0.1:1'\nhealth = { path = '/' }\n")
    assert "line 1, directories.people" in app(data, "doctor", BATON_CONFIG=str(toml)).stderr


def test_every_subcommand_is_looked_at_here() -> None:
    front = typer.main.get_command(cli)
    assert isinstance(front, Subcommands)
    assert {name for name, command in front.commands.items() if command.help} == {
        "run",
        "demo",
        "migrate",
        "doctor",
        "replay",
        "stats",
        "customers",
        "manifest",
        "outbox",
        "sources",
        "crm",
        "people",
        "routes",
        "triage",
        "learning",
    }


# Running


def test_the_bot_is_ready_without_tokens_takes_signed_posts_and_ends_in_order(data: Path) -> None:
    port = free_port()
    with running(data, port, BATON_HOOK_SECRET=SECRET) as bot:
        assert deliver(port) == 200
        with pytest.raises(urllib.error.HTTPError, match="401"):
            deliver(port, secret="whsec_YW5vdGhlciBzZWNyZXQ=")
        deadline = time.monotonic() + 20
        while True:
            # While it runs, another subcommand looks into the same folder.
            found = json.loads(app(data, "stats", "--format", "json").stdout)
            if found["conversations"]["total"]:
                break
            assert time.monotonic() < deadline
        assert found["posts"] == {"total": 1, "by_network": {"mastodon": 1}}
        assert found["conversations"] == {"total": 1, "by_state": {"floor": 1}}
        assert (found["customers"], found["outbox_pending"], found["outbox_dead"]) == (1, 1, 0), "the card waits"
        told = metrics(port)
        assert told["baton_source_events_total", "demo"] == 1
        assert told["baton_source_up", "demo"] == 1
        bot.send_signal(signal.SIGTERM)
        out, err = bot.communicate(timeout=20)
    assert bot.returncode == 0
    assert out == ""
    assert "event='ready'" in err
    assert "Traceback" not in err


def test_a_port_that_is_taken_ends_it_with_a_reason(data: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = app(data, "run", BATON_PORT=str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert done.stdout == ""
    assert "address already in use" in done.stderr.lower()
    assert "BATON_PORT" in done.stderr
    assert "Traceback" not in done.stderr


def test_while_slack_cannot_be_reached_posts_are_taken_and_it_may_be_ended(data: Path) -> None:
    port, nowhere = free_port(), f"http://127.0.0.1:{free_port()}/api/"
    tokens = {"SLACK_BOT_TOKEN": "xoxb-hidden", "SLACK_APP_TOKEN": "xapp-hidden", "BATON_SLACK_API_URL": nowhere}
    with running(data, port, expected=503, BATON_HOOK_SECRET=SECRET, **tokens) as bot:
        assert deliver(port) == 200
        deadline = time.monotonic() + 20
        while json.loads(app(data, "stats", "--format", "json").stdout)["conversations"]["total"] == 0:
            assert time.monotonic() < deadline
        bot.send_signal(signal.SIGTERM)
        _, err = bot.communicate(timeout=30)
    assert bot.returncode == 0
    assert "hidden" not in err


def test_slack_without_a_way_in_ends_it_with_a_reason(data: Path) -> None:
    done = app(data, "run", BATON_PORT=str(free_port()), SLACK_BOT_TOKEN="xoxb-1")
    assert (done.returncode, done.stdout) == (1, "")
    assert "SLACK_SIGNING_SECRET" in done.stderr
    assert "Traceback" not in done.stderr


def test_who_never_finishes_a_request_does_not_keep_it_from_ending(data: Path) -> None:
    port = free_port()
    with running(data, port, BATON_HOOK_SECRET=SECRET) as bot, socket.create_connection(("127.0.0.1", port)) as slow:
        slow.sendall(b"POST /hooks/generic/demo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{")
        time.sleep(0.5)
        begun = time.monotonic()
        bot.send_signal(signal.SIGTERM)
        bot.communicate(timeout=30)
    assert bot.returncode == 0
    assert time.monotonic() - begun < 15


def test_a_second_bot_on_the_same_file_ends_with_a_reason_and_the_first_goes_on(data: Path) -> None:
    port = free_port()
    with running(data, port) as first:
        done = app(data, "run", BATON_PORT=str(free_port()))
        assert (done.returncode, done.stdout) == (1, "")
        assert "Another Baton is running" in done.stderr
        assert "Traceback" not in done.stderr
        assert health(port) == 200
        first.kill()
        first.wait()
        with running(data, port):
            assert health(port) == 200


def test_nothing_is_unpacked_for_strangers(data: Path) -> None:
    port = free_port()
    with running(data, port, BATON_HOOK_SECRET=SECRET) as bot:
        bomb = gzip.compress(b" " * 50_000_000)
        for encoding in ("gzip", "deflate", "br", "zstd"):
            headers = {"Content-Encoding": encoding}
            request = urllib.request.Request(f"http://127.0.0.1:{port}/hooks/generic/demo", bomb, headers)
            with pytest.raises(urllib.error.HTTPError, match="415"):
                urllib.request.urlopen(request, timeout=10)
        bot.send_signal(signal.SIGTERM)
        assert "Traceback" not in bot.communicate(timeout=20)[1]


# What is set wrongly


@pytest.mark.parametrize(
    "url", ["postgresql://maya:hunter22@host:port/baton", "hunter22", "mysql://maya:hunter22@host/x"]
)
def test_a_wrong_database_is_told_of_without_its_password(data: Path, url: str) -> None:
    done = app(data, "stats", BATON_DATABASE_URL=url)
    assert (done.returncode, done.stdout) == (1, "")
    assert "Traceback" not in done.stderr
    assert "hunter22" not in done.stderr


@pytest.mark.parametrize(
    ("name", "value", "mend"),
    [
        ("BATON_PORT", "http", "Set a port number like 8080."),
        ("BATON_PORT", "²", "Set a port number like 8080."),
        ("BATON_PORT", "65536", "Set a port number like 8080."),
        ("BATON_SLACK_RATE", "fast", "Set a number above 0"),
        ("BATON_CONFIG", "nowhere.toml", "Mend the path."),
    ],
)
def test_a_wrong_variable_is_named_with_the_mend(tmp_path: Path, name: str, value: str, mend: str) -> None:
    with pytest.raises(ConfigError) as wrong:
        Installation.read({"BATON_DATA_DIR": str(tmp_path), name: value})
    assert name in wrong.value.message
    assert value in wrong.value.message
    assert mend in wrong.value.hint


def test_a_wrong_configuration_is_named_by_file_line_and_setting(data: Path) -> None:
    toml = data.parent / "baton.toml"
    toml.write_text('[company]\nname = "Acme"\ntimezone = "Mars/Olympus"\n')
    done = app(data, "stats")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("baton.toml, line 3, company.timezone:")
    assert len(done.stderr.splitlines()) == 1


def test_a_configuration_that_is_no_text_is_named(data: Path) -> None:
    toml = data.parent / "office.toml"
    toml.write_bytes(b"\xff\xfe\x00name")
    done = app(data, "stats", BATON_CONFIG=str(toml))
    assert (done.returncode, done.stdout) == (1, "")
    assert "office.toml" in done.stderr
    assert "Traceback" not in done.stderr
