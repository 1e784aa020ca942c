"""A server of a network as a process of its own: started, waited for, ended by its id."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.e2e.demo import ROOT
from tests.e2e.waiting import until

SERVERS = Path(os.environ.get("NETWORK_SERVERS") or ROOT / ".venv" / "servers")
"""Where `.ci/need_network_servers` puts what is not installed on the machine."""


class Server:
    """Use as `with Server(…):`. `ready` says whether it can be used; an `OSError` in it means not yet."""

    def __init__(
        self,
        command: Sequence[str | Path],
        log: Path,
        ready: Callable[[], bool],
        *,
        environment: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        within: float = 60.0,
    ) -> None:
        self.command = [str(word) for word in command]
        self.log = log
        self._ready = ready
        self._environment = {**os.environ, **(environment or {})}
        self._cwd = cwd
        self._within = within
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Self:
        """Starts it and waits until it can be used."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command, cwd=self._cwd, env=self._environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        try:
            until(self._is_ready, f"{Path(self.command[0]).name} is ready", self._within)
        except BaseException:
            self.stop()
            raise
        return self

    def _is_ready(self) -> bool:
        if self._process is None or self._process.poll() is not None:
            raise RuntimeError(f"{self.command[0]} did not start:\n{self.words()[-3000:]}")
        try:
            return self._ready()
        except OSError:
            return False

    def stop(self) -> None:
        """Ends it politely; by force when that takes longer than ten seconds."""
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def words(self) -> str:
        """What it printed."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""
