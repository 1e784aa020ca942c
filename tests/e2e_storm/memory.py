"""How much memory a process takes, sampled every second while a test does other things."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

EVERY = 1.0


def resident(pid: int) -> float:
    """Megabytes of memory that a process takes."""
    found = re.search(r"^VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


@dataclass
class Memory:
    """Samples in megabytes, one a second, of the process that `pid` names at that moment."""

    pid: Callable[[], int]
    samples: list[float] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._ended.set()
        self._thread.join(5)

    def _sample(self) -> None:
        while not self._ended.wait(EVERY):
            self.samples.append(resident(self.pid()))
