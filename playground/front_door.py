"""Signed deliveries to the bot's generic webhook, as any sender would make them: tried until they are answered for."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import aiohttp
from standardwebhooks import Webhook

PAUSE = 1.0
"""Seconds between tries while the bot does not answer."""

_REFUSALS = {400, 413}


@dataclass(frozen=True)
class Answered:
    """A delivery that was answered for.

    `said` is the bot's answer, None where it refused; `at` the moment of it, `took` the seconds from the last try to it,
    `waited` those before that try.
    """

    said: dict[str, Any] | None
    at: datetime
    took: float
    waited: float


class FrontDoor:
    """The address of a source, and what signs for it. `say` is told what goes wrong."""

    def __init__(self, session: aiohttp.ClientSession, url: str, secret: str, say: Callable[[str], None]) -> None:
        self._session = session
        self._url = url
        self._webhook = Webhook(secret if secret.startswith("whsec_") else secret.encode())
        self._say = say
        self._missed = False

    async def deliver(self, name: str, write: Callable[[datetime], object]) -> Answered:
        """One delivery, until it is answered for. `write` gives what is sent, with the times that are true at each try."""
        waited = 0.0
        while True:
            now, begun = datetime.now(UTC), time.monotonic()
            body = json.dumps(write(now), ensure_ascii=False)
            headers = {
                "content-type": "application/json",
                "webhook-id": name,
                "webhook-timestamp": str(int(now.timestamp())),
                "webhook-signature": self._webhook.sign(name, now, body),
            }
            try:
                async with self._session.post(self._url, data=body.encode(), headers=headers) as answer:
                    said = await answer.text()
                    taken = Answered(None, datetime.now(UTC), time.monotonic() - begun, waited)
                    self._missed = False
                    if answer.status == 200:
                        return Answered(json.loads(said), taken.at, taken.took, waited)
                    if answer.status in _REFUSALS:
                        self._say(f"{name} is refused: {said[:300]}")
                        return taken
                    self._say(f"{self._url} answers {answer.status}: {said[:300]}")
            except (aiohttp.ClientError, TimeoutError) as error:
                if not self._missed:
                    self._say(f"The bot does not answer ({type(error).__name__}); waiting for it.")
                self._missed = True
            await asyncio.sleep(PAUSE)
            waited += PAUSE
