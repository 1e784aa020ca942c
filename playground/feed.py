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
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from standardwebhooks import Webhook

SAMPLE = Path(__file__).parent / "sample" / "posts.jsonl"
PAUSE = 1.0
"""Seconds between tries while the bot does not answer."""


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
        secret = settings.secret
        self._webhook = Webhook(secret if secret.startswith("whsec_") else secret.encode())
        self._state = settings.data_dir / "feed.json"

    async def run(self) -> None:
        """Until everything is sent."""
        done = self._done()
        loop = asyncio.get_running_loop()
        begun = loop.time() - (self._lines[done - 1].after / self._settings.speed if done > 0 else 0.0)
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as session:
            for number, line in enumerate(self._lines[done:], start=done):
                await asyncio.sleep(begun + line.after / self._settings.speed - loop.time())
                waited = await self._send(session, number, line)
                # What came late because the bot was down must not make the rest come at once.
                begun += waited
                self._note(number + 1)
        _say(f"All {len(self._lines)} are sent.")

    async def _send(self, session: aiohttp.ClientSession, number: int, line: Line) -> float:
        """Until it is answered for; gives the seconds it had to wait."""
        waited = 0.0
        while True:
            now = datetime.now(UTC)
            body = json.dumps(line.record(now), ensure_ascii=False)
            headers = {
                "content-type": "application/json",
                "webhook-id": f"msg_sample_{number}",
                "webhook-timestamp": str(int(now.timestamp())),
                "webhook-signature": self._webhook.sign(f"msg_sample_{number}", now, body),
            }
            try:
                async with session.post(self._settings.url, data=body.encode(), headers=headers) as answer:
                    if answer.status == 200:
                        return waited
                    said = (await answer.text())[:300]
                    if answer.status in {400, 413}:
                        _say(f"Line {number + 1} is refused: {said}")
                        return waited
                    _say(f"{self._settings.url} answers {answer.status}: {said}")
            except (aiohttp.ClientError, TimeoutError) as error:
                if waited == 0.0:
                    _say(f"The bot does not answer ({type(error).__name__}); waiting for it.")
            await asyncio.sleep(PAUSE)
            waited += PAUSE

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
