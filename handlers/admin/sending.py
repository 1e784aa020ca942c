"""Sending records to a signed front door until each one is acknowledged or refused: none lost, none skipped."""

from __future__ import annotations

import asyncio
import json
import os
import random
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import aiohttp
from standardwebhooks import Webhook

from bot.errors import ConfigError, PermanentError

BATCHES_A_SECOND = 20
"""Above this rate several records travel together."""

MOST_AT_ONCE = 200
MOST_BYTES = 500_000
LONGEST_PAUSE = 2.0
"""Seconds between tries while the other side is down."""

TOLD = 5
"""So many refusals are told one by one."""


@dataclass(slots=True)
class Tally:
    """What became of the records so far: `sent` is how many were answered for, in order from the first."""

    sent: int = 0
    accepted: int = 0
    duplicates: int = 0
    refused: int = 0

    def as_dict(self) -> dict[str, int]:
        """In the order in which it is told."""
        return asdict(self)


class _Refused(Exception):
    """The other side looked at the records and will not have them."""


class Sender:
    """Sends records in order. What was answered for is kept in `state` after each answer, and not sent again."""

    def __init__(
        self,
        url: str,
        secret: str,
        rate: float,
        state: Path,
        *,
        say: Callable[[str], None],
        advance: Callable[[int], None] = lambda _: None,
    ) -> None:
        self._url = url
        self._webhook = Webhook(secret if secret.startswith("whsec_") else secret.encode())
        self._rate = rate
        self._size = max(1, min(MOST_AT_ONCE, round(rate / BATCHES_A_SECOND)))
        self._state = state
        self._say = say
        self._advance = advance
        self._tally = self._read()

    async def send(self, records: Iterable[dict[str, Any]]) -> Tally:
        """All records but those that were answered for by an earlier run."""
        rest = islice(records, self._tally.sent, None)
        if self._tally.sent:
            self._say(f"{self._tally.sent} were answered for before; going on from there.")
            self._advance(self._tally.sent)
        started, first = time.monotonic(), self._tally.sent
        timeout = aiohttp.ClientTimeout(total=60, connect=5)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            while batch := list(islice(rest, self._size)):
                ahead = (self._tally.sent - first) / self._rate - (time.monotonic() - started)
                if ahead > 0:
                    await asyncio.sleep(ahead)
                elif ahead < -1:
                    # After a stop of the other side the rate holds again; what was missed is not made up for in a rush.
                    started, first = time.monotonic(), self._tally.sent
                await self._deliver(session, batch)
        return self._tally

    async def _deliver(self, session: aiohttp.ClientSession, batch: list[dict[str, Any]]) -> None:
        """One delivery. When it is refused it is sent in halves, until the record that is at fault stands alone."""
        body = json.dumps(batch, ensure_ascii=False).encode("utf-8", "replace")
        try:
            if len(body) > MOST_BYTES and len(batch) > 1:
                raise _Refused("too long")
            answer = await self._until_answered(session, body)
        except _Refused as refusal:
            if len(batch) > 1:
                middle = len(batch) // 2
                await self._deliver(session, batch[:middle])
                await self._deliver(session, batch[middle:])
                return
            self._refuse(batch[0], str(refusal))
            answer = {}
        self._tally.sent += len(batch)
        self._tally.accepted += int(answer.get("accepted", 0))
        self._tally.duplicates += int(answer.get("duplicates", 0))
        self._write()
        self._advance(self._tally.sent)

    async def _until_answered(self, session: aiohttp.ClientSession, body: bytes) -> dict[str, Any]:
        """Tries for as long as the other side is down or busy; the delivery keeps its id."""
        delivery, failures = f"msg_{uuid.uuid4().hex}", 0
        while True:
            try:
                answer = await self._once(session, delivery, body)
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                asked, why = 0.0, f"{type(error).__name__}: {error}"
            else:
                if isinstance(answer, dict):
                    if failures:
                        self._say("It answers again; going on.")
                    return answer
                asked, why = answer, "it is busy"
            failures += 1
            if failures == 1:
                self._say(f"No answer from {self._url} ({why}). Waiting for it; nothing is lost.")
            backoff = min(LONGEST_PAUSE, 0.2 * 2.0 ** min(failures, 8)) * random.uniform(0.7, 1.0)
            await asyncio.sleep(max(backoff, asked))

    async def _once(self, session: aiohttp.ClientSession, delivery: str, body: bytes) -> dict[str, Any] | float:
        """The answer's JSON, or the seconds to wait before trying again."""
        now = datetime.now(UTC)
        headers = {
            "content-type": "application/json",
            "webhook-id": delivery,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._webhook.sign(delivery, now, body.decode()),
        }
        async with session.post(self._url, data=body, headers=headers) as response:
            said = await response.text(errors="replace")
            match response.status:
                case 200:
                    found: dict[str, Any] = json.loads(said)
                    return found
                case 400 | 413 | 422:
                    raise _Refused(_detail(said))
                case 401 | 403:
                    raise ConfigError(f"{self._url} refuses our signature: {_detail(said)}", "Check the secret.")
                case 404 | 405:
                    raise PermanentError(f"{self._url} takes no deliveries: {_detail(said)}")
                case _:
                    return _seconds(response.headers.get("Retry-After"))

    def _refuse(self, record: dict[str, Any], why: str) -> None:
        self._tally.refused += 1
        if self._tally.refused <= TOLD:
            self._say(f"Refused: {record.get('external_id')!r}: {why}")

    def _read(self) -> Tally:
        try:
            return Tally(**json.loads(self._state.read_text()))
        except FileNotFoundError:
            return Tally()
        except (ValueError, TypeError) as error:
            raise ConfigError(f"{self._state} is damaged: {error}.", "Remove it to begin again.") from error

    def _write(self) -> None:
        """Put in place in one step, so that a kill at any moment leaves a whole file."""
        self._state.parent.mkdir(parents=True, exist_ok=True)
        made = self._state.with_suffix(f".{os.getpid()}.new")
        made.write_text(json.dumps(self._tally.as_dict()))
        made.replace(self._state)


def _detail(said: str) -> str:
    try:
        return str(json.loads(said)["detail"])
    except (ValueError, KeyError, TypeError):
        return said[:200]


def _seconds(header: str | None) -> float:
    try:
        return min(60.0, float(header or 0.0))
    except ValueError:
        return 1.0
