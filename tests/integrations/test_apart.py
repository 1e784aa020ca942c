"""What is read in a process of its own: its answer, its failure, its end."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import time
from subprocess import PIPE

import pytest

from bot.errors import RetriableError
from integrations.apart import apart


async def test_the_answer_comes_back() -> None:
    assert await apart(sorted, [3, 1, 2]) == [1, 2, 3]
    assert await apart(os.getpid) != os.getpid()


async def test_so_does_a_failure() -> None:
    with pytest.raises(ZeroDivisionError):
        await apart(divmod, 1, 0)


async def test_what_is_printed_does_not_get_between() -> None:
    assert await apart(os.write, 1, b"hello") == 5


async def test_what_comes_to_no_end_is_stopped() -> None:
    begun = time.monotonic()
    with pytest.raises(RetriableError, match="longer than 2 seconds"):
        await apart(time.sleep, 60, seconds=2)
    assert time.monotonic() - begun < 20


async def test_a_process_that_dies_is_a_failure_and_no_answer() -> None:
    with pytest.raises(RetriableError, match="ended with 3"):
        await apart(os._exit, 3)


async def test_memory_has_an_end() -> None:
    with pytest.raises((MemoryError, RetriableError)):
        await apart(bytearray, 3_000_000_000)


async def test_no_secret_of_ours_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
    assert await apart(os.getenv, "SLACK_BOT_TOKEN") is None


@pytest.mark.parametrize("asked", [pickle.dumps((sorted, ([1] * 100_000,))), b""])
def test_whoever_asked_may_be_killed_meanwhile(asked: bytes) -> None:
    command = [sys.executable, "-m", "integrations.apart", "5"]
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, stderr=PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        process.stdin.write(asked)
        process.stdin.close()
        assert process.wait(30) == 0
        assert process.stderr.read() == b""
