"""Sends a storm to the bot: thousands of posts within a minute, as on a bad day: `python -m playground.storm --help`.

It goes to the demo that runs on `BATON_DATA_DIR`, unless `BATON_PORT` and `BATON_HOOK_SECRET` (`whsec_…`) name another
bot. Nothing is lost when the bot goes down in between: what it did not answer for is sent again.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import json
import os
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TextIO

import aiohttp

from playground.feed import Settings
from playground.front_door import Answered, FrontDoor
from playground.storm_posts import StormPost, make_storm

CONNECTIONS = 8
TELL_EVERY = 5.0
"""Seconds between two lines of progress."""


@dataclass
class Report:
    """What came of it. Times in seconds; `late` is by how much a delivery began after its moment, at worst."""

    sent: int = 0
    accepted: int = 0
    duplicates: int = 0
    refused: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    middle: float = 0.0
    late: float = 0.0
    _took: list[float] = field(default_factory=list, repr=False)

    def count(self, answered: Answered) -> None:
        """Adds one answer."""
        self.sent += 1
        said = answered.said or {}
        self.accepted += int(said.get("accepted", 0))
        self.duplicates += int(said.get("duplicates", 0))
        self.refused += answered.said is None
        self._took.append(answered.took)

    def as_json(self) -> str:
        """One line."""
        took = sorted(self._took)
        self.slowest, self.middle = (took[-1], took[len(took) // 2]) if took else (0.0, 0.0)
        told = {name: value for name, value in asdict(self).items() if not name.startswith("_")}
        return json.dumps({name: round(value, 4) for name, value in told.items()})


class Storm:
    """Sends deliveries at their moments over a few connections; with `out`, notes each when it was accepted."""

    def __init__(
        self, url: str, secret: str, posts: Sequence[StormPost], seconds: float, out: TextIO | None = None
    ) -> None:
        self._url = url
        self._secret = secret
        self._posts = posts
        self._seconds = seconds
        self._out = out
        self._report = Report()

    async def run(self) -> Report:
        """Until every post is answered for."""
        begun = time.monotonic()
        due: asyncio.Queue[StormPost | None] = asyncio.Queue()
        timeout = aiohttp.ClientTimeout(total=60)
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            asyncio.TaskGroup() as group,
        ):
            door = FrontDoor(session, self._url, self._secret, say)
            for _ in range(CONNECTIONS):
                group.create_task(self._connection(door, due, begun))
            telling = group.create_task(self._tell(begun))
            for one in self._posts:
                wait = begun + one.after * self._seconds - time.monotonic()
                if wait > 0:
                    await asyncio.sleep(wait)
                due.put_nowait(one)
            for _ in range(CONNECTIONS):
                due.put_nowait(None)
            await due.join()
            telling.cancel()
        self._report.seconds = time.monotonic() - begun
        return self._report

    async def _connection(self, door: FrontDoor, due: asyncio.Queue[StormPost | None], begun: float) -> None:
        while (one := await due.get()) is not None:
            self._report.late = max(self._report.late, time.monotonic() - begun - one.after * self._seconds)
            answered = await door.deliver(f"msg_{one.id}{'_again' if one.again else ''}", one.record)
            self._report.count(answered)
            self._note(one, answered)
            due.task_done()
        due.task_done()

    def _note(self, one: StormPost, answered: Answered) -> None:
        if self._out is None:
            return
        said = answered.said or {}
        line = {
            "external_id": one.id,
            "network": one.post["network"],
            "kind": one.kind,
            "again": one.again,
            "new": bool(said.get("accepted")),
            "refused": answered.said is None,
            "accepted_at": answered.at.isoformat(timespec="milliseconds"),
            "took": round(answered.took, 4),
            "text": one.post["text"],
        }
        self._out.write(json.dumps(line, ensure_ascii=False) + "\n")

    async def _tell(self, begun: float) -> None:
        while True:
            await asyncio.sleep(TELL_EVERY)
            say(f"{self._report.sent} of {len(self._posts)} after {time.monotonic() - begun:.0f} s")


def read_texts(path: Path, column: str) -> list[str]:
    """The texts of a CSV file; raises SystemExit where there are none."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        if column not in (rows.fieldnames or ()):
            raise SystemExit(f"{path} has no column {column!r}; it has {', '.join(rows.fieldnames or ())}.")
        texts = [row[column].strip() for row in rows if (row[column] or "").strip()]
    if not texts:
        raise SystemExit(f"There is no text in {path}.")
    return texts


def settings() -> Settings:
    """Where the bot is: as the environment says, else as the demo left word in its data folder."""
    left: dict[str, str] = {}
    try:
        word = Path(os.environ.get("BATON_DATA_DIR") or ".baton") / "demo.json"
        left = json.loads(word.read_text(encoding="utf-8"))["environment"]
    except (OSError, ValueError, KeyError):
        pass
    return Settings.from_environment({**left, **os.environ})


def say(words: str) -> None:
    """To standard error: standard output has the report alone."""
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()


def arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser("python -m playground.storm", description="Sends a storm of posts to a bot.")
    parser.add_argument("--posts", type=int, default=10_000, help="how many (10000)")
    parser.add_argument("--seconds", type=float, default=60.0, help="within how many seconds (60)")
    parser.add_argument(
        "--urgent", type=int, default=20, help="how many of them are urgent and about something else (20)"
    )
    parser.add_argument("--seed", type=int, default=7, help="the same seed gives the same posts (7)")
    parser.add_argument("--file", type=Path, help="a CSV file with the storm's texts, instead of those made up here")
    parser.add_argument("--text-column", default="text", help="its column with the text (text)")
    parser.add_argument("--out", type=Path, help="a file that gets one JSON object a line: what was accepted when")
    return parser.parse_args(words)


def main() -> None:
    """The command."""
    asked = arguments()
    where = settings()
    texts = read_texts(asked.file, asked.text_column) if asked.file else []
    try:
        posts = make_storm(asked.posts, asked.urgent, asked.seed, texts)
    except ValueError as error:
        raise SystemExit(f"That cannot be sent: {error}.") from error
    say(f"{asked.posts} posts, {asked.urgent} of them unrelated and urgent, in {asked.seconds:g} s to {where.url}")
    with ExitStack() as stack:
        out = stack.enter_context(asked.out.open("w", encoding="utf-8")) if asked.out else None
        try:
            report = asyncio.run(Storm(where.url, where.secret, posts, asked.seconds, out).run())
        except KeyboardInterrupt:
            raise SystemExit("Stopped.") from None
    sys.stdout.write(f"{report.as_json()}\n")


if __name__ == "__main__":
    main()
