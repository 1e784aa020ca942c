"""The client that measures: HTTP/1.1 on kept-open connections, so light that the servers and not it are the limit.

A request is bytes made beforehand; an answer is complete when its announced length has come.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

Answered = Callable[[int, bytes], None]


def post(path: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    """A POST request, ready to be sent."""
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


class Line(asyncio.Protocol):
    """One connection, one request at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._received = b""
        self._answered: Answered | None = None
        self.lost = False

    @classmethod
    async def to(cls, port: int) -> Line:
        """Connect to a server of this machine."""
        _, line = await asyncio.get_running_loop().create_connection(cls, "127.0.0.1", port)
        return line

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See `asyncio.Protocol`."""
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """See `asyncio.Protocol`."""
        self.lost = True
        if self._answered is not None:
            self._answered(0, b"the connection was lost")

    def data_received(self, data: bytes) -> None:
        """See `asyncio.Protocol`."""
        received = self._received = self._received + data
        head = received.find(b"\r\n\r\n")
        if head < 0:
            return
        length = received.lower().find(b"\r\ncontent-length:", 0, head + 2)
        announced = int(received[length + 17 : received.index(b"\r\n", length + 17)]) if length >= 0 else 0
        if len(received) < head + 4 + announced:
            return
        self._received = b""
        answered, self._answered = self._answered, None
        if answered is not None:
            answered(int(received[9:12]), received[head + 4 :])

    def send(self, request: bytes, answered: Answered) -> None:
        """Send a request; `answered` is called with status and body, with status 0 when the connection was lost."""
        if self._transport is None or self.lost:
            raise ConnectionError("the server is gone")
        self._answered = answered
        self._transport.write(request)

    async def ask(self, request: bytes) -> tuple[int, bytes, float]:
        """Status, body, and the seconds from sending the request to having the complete answer."""
        future: asyncio.Future[tuple[int, bytes, float]] = asyncio.get_running_loop().create_future()

        def answered(status: int, body: bytes) -> None:
            future.set_result((status, body, time.perf_counter() - begun))

        begun = time.perf_counter()
        self.send(request, answered)
        return await future

    def close(self) -> None:
        """Close the connection."""
        if self._transport is not None:
            self._transport.close()


@dataclass
class Poured:
    """How a load went: how many were answered with 200, in how many seconds; one of the other answers."""

    good: int = 0
    seconds: float = 0.0
    other: str = ""

    @property
    def per_second(self) -> float:
        """Answers a second."""
        return self.good / self.seconds


async def pour(port: int, requests: Iterable[bytes], connections: int) -> Poured:
    """Send all requests over so many connections, each the next one as soon as it has its answer."""
    lines = [await Line.to(port) for _ in range(connections)]
    waiting, poured, open_ones = iter(list(requests)), Poured(), len(lines)
    done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def go_on(line: Line) -> None:
        nonlocal open_ones
        request = next(waiting, None) if not line.lost else None
        if request is not None:
            line.send(request, lambda status, body: count(line, status, body))
            return
        open_ones -= 1
        if open_ones == 0:
            done.set_result(None)

    def count(line: Line, status: int, body: bytes) -> None:
        if status == 200:
            poured.good += 1
        else:
            poured.other = f"{status} {body.decode(errors='replace')}"
        go_on(line)

    begun = time.perf_counter()
    for line in lines:
        go_on(line)
    await done
    poured.seconds = time.perf_counter() - begun
    for line in lines:
        line.close()
    return poured


def quantile(values: Sequence[float], share: float) -> float:
    """The value that `share` of all values do not exceed."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]
