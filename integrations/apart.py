"""Reading what strangers wrote in a process of its own: it can be stopped, which a thread cannot, and has little to spend.

The process gets none of our environment, so no secret of ours is near what strangers wrote.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import pickle
import resource
import sys
from asyncio.subprocess import PIPE
from collections.abc import Callable
from typing import Any, TypeVar

from bot.errors import RetriableError

T = TypeVar("T")

MOST_MEMORY = 2_000_000_000
"""Bytes of addresses."""


async def apart(function: Callable[..., T], *args: Any, seconds: float = 30.0) -> T:
    """`function(*args)`, each of which can be pickled. Raises what it raises, `RetriableError` where it comes to no end."""
    # In threads: much of it would keep everybody else waiting.
    given = await asyncio.to_thread(pickle.dumps, (function, args))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", __name__, str(int(seconds))),
        stdin=PIPE,
        stdout=PIPE,
        env={
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            "PYTHONUTF8": "1",
            # Threads of numpy's take more addresses than the process has, and little is gained by them.
            "OPENBLAS_NUM_THREADS": "1",
        },
    )
    try:
        async with asyncio.timeout(seconds):
            answer, _ = await process.communicate(given)
    except TimeoutError as error:
        raise RetriableError(f"Reading it takes longer than {seconds:g} seconds.") from error
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if process.returncode != 0:
        raise RetriableError(f"Reading it ended with {process.returncode}.")
    read: tuple[T, Exception | None] = await asyncio.to_thread(pickle.loads, answer)
    result, failure = read
    if failure is not None:
        raise failure
    return result


def _run(seconds: int) -> None:
    """The other side."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    with contextlib.suppress(ValueError, OSError):  # not every system has this limit
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    # What is printed or logged here must not get between the answer.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        function, args = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own process
    except (EOFError, pickle.UnpicklingError):
        return  # Whoever asked was killed while asking.
    result, failure = None, None
    try:
        result = function(*args)
    except Exception as error:
        failure = error
    # Whoever asked may have been killed meanwhile.
    with contextlib.suppress(BrokenPipeError), answers:
        pickle.dump((result, failure), answers)


if __name__ == "__main__":
    _run(int(sys.argv[1]))
