"""Ends Baton as a power cut would: at random times, and at the very moment an answer reaches its network."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from threading import Event, Lock, Thread

from tests.e2e.calls import call
from tests.e2e.demo import Demo

BETWEEN = 4.0
"""Seconds from one kill to the next, at least: the demo gives up on a bot that ends twenty times within a minute."""


class Killer:
    """Kills so often; `fraction` of it is done. `now` is for networks, which know when it hurts most."""

    def __init__(self, demo: Demo, kills: int, chance: random.Random) -> None:
        self.when: Counter[str] = Counter()
        self.saved = kills // 2
        """Kills that are kept for the moments of answers."""
        self._demo = demo
        self._kills = kills
        self._chance = chance
        self._lock = Lock()
        self._last = time.monotonic() - BETWEEN
        self._stop = Event()
        self._thread = Thread(target=self._at_random, daemon=True)

    @property
    def done(self) -> int:
        """How often so far."""
        return sum(self.when.values())

    @property
    def fraction(self) -> float:
        """How much of it is done, from 0 to 1."""
        return 1.0 if self._kills == 0 else min(1.0, self.done / self._kills)

    def start(self) -> None:
        """Begin with those at random times."""
        self._thread.start()

    def stop(self) -> None:
        """No more."""
        self._stop.set()
        self._thread.join(30)

    def now(self, when: str) -> bool:
        """Kill it, unless that was done just now or often enough."""
        with self._lock:
            if self.done >= self._kills or time.monotonic() - self._last < BETWEEN or self._stop.is_set():
                return False
            try:
                os.kill(self._demo.bot_pid, signal.SIGKILL)
            except ProcessLookupError:
                return False
            self._last = time.monotonic()
            self.when[when] += 1
            return True

    def _at_random(self) -> None:
        while self.done < self._kills and not self._stop.wait(self._chance.uniform(0.0, 5.0)):
            if self._kills - self.done > self.saved and self._is_up():
                self._stop.wait(self._chance.uniform(0.0, 3.0))
                self.now("at a random time")

    def _is_up(self) -> bool:
        try:
            return call("GET", f"{self._demo.door.base}/healthz", seconds=1).status == 200
        except OSError:
            return False
