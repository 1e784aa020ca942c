"""What a person sees of every channel, with the moment of each message and of each change, while a test does other things."""

from __future__ import annotations

import http.client
import json
import re
import threading
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from tests.e2e.calls import Json
from tests.e2e.people import words_of

ROLLUP = "🌊"
_RANGE = re.compile(r"\bB-(\d+)(?:–B-(\d+))?\b")


def named(words: str) -> set[int]:
    """The conversations whose references stand in a text, those of a range among them."""
    return {
        number for found in _RANGE.finditer(words) for number in range(int(found[1]), int(found[2] or found[1]) + 1)
    }


@dataclass(frozen=True)
class Sight:
    """A message as it was shown from a moment on."""

    at: float
    channel: str
    ts: str
    words: str

    @property
    def is_rollup(self) -> bool:
        """Is it the card for what is rolled up?"""
        return self.words.startswith(ROLLUP)


@dataclass
class Watch:
    """Reads the page's own stream of one person, in a thread."""

    url: str
    user: str
    sights: list[Sight] = field(default_factory=list)

    def __enter__(self) -> Self:
        parts = urlsplit(self.url)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        self._connection.request("GET", f"/user/stream?user={self.user}")
        self._response = self._connection.getresponse()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._connection.sock is not None:
            self._connection.sock.shutdown(2)
        self._thread.join(5)
        self._connection.close()

    def _read(self) -> None:
        while line := self._response.readline():
            if line.startswith(b"data: "):
                self._keep(json.loads(line[6:]))

    def _keep(self, event: Json) -> None:
        if event["type"] in {"message", "message_changed"}:
            message = event["message"]
            self.sights.append(Sight(time.time(), event["channel"], message["ts"], words_of(message)))

    def rollups(self) -> list[Sight]:
        """Each state of the rollup cards."""
        return [sight for sight in list(self.sights) if sight.is_rollup]

    def named_first(self) -> dict[int, float]:
        """When each conversation was first named on a rollup card."""
        first: dict[int, float] = {}
        for sight in self.rollups():
            for number in named(sight.words):
                first.setdefault(number, sight.at)
        return first
