"""Sends the sample posts to a bot over signed HTTP, as any sender would: `python -m playground.feed`.

It goes on where it was stopped, waits while the bot is down, and ends when all is sent. Environment: `BATON_PORT`,
`BATON_HOOK_SECRET` (`whsec_…`), `BATON_DATA_DIR` (where it notes how far it came), `FEED_SPEED` (2 is twice as fast).
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp

from playground.front_door import FrontDoor

SAMPLE = Path(__file__).parent / "sample" / "posts.jsonl"


@dataclass(frozen=True)
class Line:
    """One line of the sample: `after` seconds from the start, something happens to a post written `ago` seconds before."""

    after: float
    ago: float
    kind: str
    post: dict[str, Any]

    def record(self, now: datetime) -> dict[str, Any]:
        """The line as the generic webhook takes it, with times that are true now."""
        post = dict(self.post)
        if self.kind in {"created", "edited"}:
            post["posted_at"] = (now - timedelta(seconds=self.ago)).isoformat()
        if self.kind == "edited":
            post["edited_at"] = now.isoformat()
        return {"kind": self.kind, "post": post}


def read_sample(path: Path = SAMPLE) -> list[Line]:
    """The lines in the order in which they are sent."""
    read = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    lines = [Line(each["after"], each.get("ago", 60.0), each["kind"], each["post"]) for each in read]
    return sorted(lines, key=lambda line: line.after)


@dataclass(frozen=True)
class Settings:
    """What the environment says."""

    url: str
    secret: str
    data_dir: Path
    speed: float

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Raises SystemExit when something is missing."""
        secret = environment.get("BATON_HOOK_SECRET", "")
        if not secret:
            raise SystemExit("Set BATON_HOOK_SECRET to the secret of the bot's source `demo`.")
        port = environment.get("BATON_PORT") or "8080"
        return cls(
            f"http://127.0.0.1:{port}/hooks/generic/demo",
            secret,
            Path(environment.get("BATON_DATA_DIR") or ".baton"),
            float(environment.get("FEED_SPEED") or 1.0),
        )


class Feed:
    """Sends one line after the other; `feed.json` in the data folder says how many were answered for."""

    def __init__(self, settings: Settings, lines: list[Line]) -> None:
        self._settings = settings
        self._lines = lines
        self._state = settings.data_dir / "feed.json"

    async def run(self) -> None:
        """Until everything is sent."""
        done = self._done()
        loop = asyncio.get_running_loop()
        begun = loop.time() - (self._lines[done - 1].after / self._settings.speed if done > 0 else 0.0)
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as session:
            door = FrontDoor(session, self._settings.url, self._settings.secret, _say)
            for number, line in enumerate(self._lines[done:], start=done):
                await asyncio.sleep(begun + line.after / self._settings.speed - loop.time())
                answered = await door.deliver(f"msg_sample_{number}", line.record)
                # What came late because the bot was down must not make the rest come at once.
                begun += answered.waited
                self._note(number + 1)
        _say(f"All {len(self._lines)} are sent.")

    def _done(self) -> int:
        try:
            return min(int(json.loads(self._state.read_text())["sent"]), len(self._lines))
        except (FileNotFoundError, ValueError, KeyError):
            return 0

    def _note(self, sent: int) -> None:
        self._state.parent.mkdir(parents=True, exist_ok=True)
        made = self._state.with_suffix(".new")
        made.write_text(json.dumps({"sent": sent}))
        made.replace(self._state)


def _say(words: str) -> None:
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()


def main() -> None:
    """The command."""
    settings = Settings.from_environment(os.environ)
    try:
        asyncio.run(Feed(settings, read_sample()).run())
    except KeyboardInterrupt:
        _say("Stopped; it goes on from here next time.")


if __name__ == "__main__":
    main()
