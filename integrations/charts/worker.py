"""The process that paints: reads charts from its input until there are no more, writes a picture for each.

Each message is its length in four bytes and then itself: in, a pickle from our own process; out, a byte that says whether
it is a picture (1) or the words of an error (0), before either.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import resource
import struct
import sys

from integrations.charts.drawing import draw

LENGTH = struct.Struct(">I")
MOST_MEMORY = 2_000_000_000
"""Bytes of addresses."""


def _run() -> None:
    with contextlib.suppress(ValueError, OSError):  # not every system has this limit
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    # What is printed or warned of here must not get between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    asked = sys.stdin.buffer
    with contextlib.suppress(BrokenPipeError), answers:
        while len(head := asked.read(LENGTH.size)) == LENGTH.size:
            body = asked.read(*LENGTH.unpack(head))
            try:
                painted = b"\1" + draw(*pickle.loads(body))  # noqa: S301 - from our own process
            except Exception as error:
                painted = b"\0" + f"{type(error).__name__}: {error}".encode("utf-8", "replace")[:500]
            answers.write(LENGTH.pack(len(painted)) + painted)
            answers.flush()


if __name__ == "__main__":
    _run()
