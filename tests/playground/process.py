"""A playground of its own for a test: the real process on a free port, with its own folder; and calls of its user API."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

ROOT = Path(__file__).parents[2]
BOT_TOKEN = "xoxb-playground"
APP_TOKEN = "xapp-playground"
SIGNING_SECRET = "playground-signing-secret"
Json = dict[str, Any]


class PlaygroundProcess:
    """`python -m playground` on a free port. After `kill` or `stop`, `start` goes on with the same port and folder."""

    def __init__(
        self, folder: Path, *, manifest: Json | None = None, rate: float = 100_000, **environment: str
    ) -> None:
        self.folder = folder
        self.manifest_path = folder / "manifest.json"
        self._port = 0
        self._process: subprocess.Popen[str] | None = None
        self._environment: Mapping[str, str] = {
            **os.environ,
            "BATON_DATA_DIR": str(folder),
            "PLAYGROUND_RATE": str(rate),
            **environment,
        }
        if manifest is not None:
            self.declare(manifest)
            self._environment = {**self._environment, "PLAYGROUND_MANIFEST": str(self.manifest_path)}

    def declare(self, manifest: Json) -> None:
        """Writes the app's manifest; a running playground reads it again."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.manifest_path.write_text(json.dumps(manifest), encoding="utf-8")

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def api_url(self) -> str:
        """The base address of the Web API."""
        return f"{self.url}/api/"

    def client(self, token: str = BOT_TOKEN) -> AsyncWebClient:
        """The official client."""
        return AsyncWebClient(token, base_url=self.api_url)

    def start(self) -> Self:
        """Starts the process and waits until it listens."""
        process = subprocess.Popen(
            [sys.executable, "-m", "playground"],
            cwd=ROOT,
            env={**self._environment, "PLAYGROUND_PORT": str(self._port)},
            stdout=subprocess.PIPE,
            text=True,
        )
        self._process = process
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line.startswith("playground: "):
            self.stop()
            raise RuntimeError("the playground did not start")
        self._port = int(line.rsplit(":", 1)[1])
        return self

    def stop(self) -> int:
        """Ends the process politely and answers its exit status."""
        return self._end(signal.SIGTERM)

    def kill(self) -> int:
        """Ends the process at once."""
        return self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> int:
        process, self._process = self._process, None
        if process is None:
            return 0
        process.send_signal(how)
        status = process.wait(10)
        if process.stdout is not None:
            process.stdout.close()
        return status

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


class People:
    """What people do, through the user API."""

    def __init__(self, url: str) -> None:
        self._session = aiohttp.ClientSession(url)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self._session.close()

    async def try_to(self, deed: str, user: str, **arguments: Any) -> Json:
        """POSTs a deed and answers whatever comes."""
        async with self._session.post(f"/user/{deed}", json={"user": user, **arguments}) as response:
            answer: Json = await response.json()
            return answer

    async def do(self, deed: str, user: str, **arguments: Any) -> Json:
        """POSTs a deed that must succeed."""
        answer = await self.try_to(deed, user, **arguments)
        assert answer["ok"], answer
        return answer

    async def see(self, what: str, user: str, **parameters: Any) -> Json:
        """GETs something that must succeed."""
        async with self._session.get(f"/user/{what}", params={"user": user, **parameters}) as response:
            answer: Json = await response.json()
            assert answer["ok"], answer
            return answer

    async def messages(self, user: str, channel: str = "floor", **parameters: Any) -> list[Json]:
        """What this person sees in a channel."""
        found: list[Json] = (await self.see("messages", user, channel=channel, **parameters))["messages"]
        return found

    async def last(self, user: str, channel: str = "floor", **parameters: Any) -> Json:
        """The newest message this person sees."""
        return (await self.messages(user, channel, **parameters))[-1]

    async def view(self, user: str) -> Json:
        """The modal that is open; it must be."""
        view: Json | None = (await self.see("view", user))["view"]
        assert view is not None
        return view

    async def counters(self) -> Json:
        """What the app did so far."""
        async with self._session.get("/playground/counters") as response:
            answer: Json = await response.json()
            return answer
