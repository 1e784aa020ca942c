"""The running bot: it takes posts from the first moment, ends in order, and says why where it cannot begin."""

from __future__ import annotations

import gzip
import json
import signal
import socket
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.app_process import SECRET, app, deliver, free_port, health, metrics, running


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder that is not there yet, in a folder without baton.toml."""
    return tmp_path / "data"


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
