"""The model of baton.toml, as what reads posts and what writes drafts, with what they cost together."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from bot.config import Config
from bot.errors import BatonError, BudgetError
from bot.ports import Finding, SecondReader, Writer
from integrations.ai.model.client import ModelClient, Question
from integrations.ai.model.ledger import Ledger
from integrations.ai.model.reader import ModelReader
from integrations.ai.model.readings import Choices, unfenced
from integrations.ai.model.settings import ModelSettings
from integrations.ai.model.writer import ModelWriter
from integrations.redaction import redact

_FRESH = 20.0
"""Seconds for which a check is good: whoever looks again after one that took long is told what came of it."""

_READY: dict[str, Any] = {
    "type": "object",
    "properties": {"ready": {"type": "boolean"}},
    "required": ["ready"],
    "additionalProperties": False,
}


class Model:
    """`reader` is None where the configuration has no post read, `writer` where it has nothing written. `close` at the end."""

    def __init__(self, settings: ModelSettings, config: Config, topics: tuple[str, ...] = ()) -> None:
        part = config.ai
        self.settings = settings
        self._most = (part.requests, part.tokens)
        self.ledger = Ledger(*self._most)
        self._client = ModelClient(settings, self.ledger)
        self.reader: SecondReader | None = None
        self.writer: Writer | None = None
        if part.when != "never":
            self.reader = ModelReader(self._client, Choices(tuple(config.departments), topics))
        if part.writes:
            self.writer = ModelWriter(self._client, config.voice, part.languages, config.company.name)
        self._checking: asyncio.Task[list[Finding]] | None = None
        self._checked = 0.0

    async def close(self) -> None:
        """Drop the connections, and what is still being asked."""
        if self._checking is not None:
            self._checking.cancel()
            await asyncio.gather(self._checking, return_exceptions=True)
        await self._client.close()

    async def check(self) -> list[Finding]:
        """Can it be reached, and does it take a schema? A slow one goes on while nobody waits: who asks again is told."""
        if missing := self.settings.missing:
            mend = f"Set {missing}, or OPENAI_BASE_URL to a server that needs no key; or remove `model` from [ai]."
            return [Finding("Model", "fail", f"{missing} is not set", mend)]
        now = asyncio.get_running_loop().time()
        if self._checking is None or now > self._checked + _FRESH:
            self._checking, self._checked = asyncio.create_task(self._check(), name="model check"), now
        return await asyncio.shield(self._checking)

    async def _check(self) -> list[Finding]:
        name = f"{self.settings.model} at {redact(self.settings.url, [self.settings.key])}"
        try:
            said = await self._client.ask(Question("Answer with JSON: ready is true.", "Are you ready?", 50, _READY))
            ready = json.loads(unfenced(said))
        except BudgetError as error:
            return [Finding("Model", "warn", str(error), "Raise `requests` or `tokens` of [ai], or wait.")]
        except (BatonError, ValueError) as error:
            mend = "Check `model` of [ai], OPENAI_BASE_URL and OPENAI_API_KEY. Without it, triage goes on here alone."
            return [Finding("Model", "fail", f"{name}: {error}", mend)]
        if not isinstance(ready, dict) or ready.get("ready") is not True:
            return [
                Finding("Model", "warn", f"{name} answers, but not in the form it is asked for", "Try another model.")
            ]
        spent = self.ledger.spent
        used = f"used today: {spent.requests:,} of {self._most[0]:,} requests, {spent.tokens:,} of {self._most[1]:,} tokens"
        if not self._client.takes_schemas:
            return [
                Finding("Model", "warn", f"{name} takes no schema: what it says is only checked afterwards; {used}")
            ]
        return [Finding("Model", "ok", f"{name} answers and takes a schema; {used}")]
