"""The weekly digest as it was counted: once for each time it is due, so that everybody who gets it sees the same numbers."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

import orjson
import structlog
from pydantic import TypeAdapter, ValidationError

from bot.config import Config
from bot.domain.measured import Measured
from bot.domain.measures import Failure, Window
from bot.languages import speaking_to
from bot.ports import Clock, DeadLetters, Storage
from bot.speech import say
from handlers.digest import measure_all

KIND = "digest"
"""The kind of work that sends one digest to one recipient."""

KEPT = timedelta(days=8)
"""How long it is kept what was counted: until the next digest is out."""

MOST = 100
"""So many digests that could not be delivered are looked at."""

_MEASURED = TypeAdapter(Measured)
_PAIRS = ""
"""Stands for a mapping whose keys are no texts, as pairs: JSON knows no other keys."""

_log = structlog.get_logger("baton")


class KeptDigest:
    """Counts the digest that was due at a time, or gives what was counted for it before."""

    def __init__(self, storage: Storage, letters: DeadLetters, config: Config, clock: Clock) -> None:
        self._storage = storage
        self._letters = letters
        self._config = config
        self._clock = clock
        # Several recipients come at once, and counting takes seconds.
        self._counting = asyncio.Lock()

    async def of(self, due: datetime, window: Window) -> Measured:
        """What happened in this window, as it was counted first."""
        async with self._counting:
            key = due.isoformat()
            async with self._storage.reading() as uow:
                kept = await uow.digests.get(key)
            if kept is not None and (found := _read(kept)) is not None:
                return found
            # What failed is named in words: not in those of whoever happens to come first.
            with speaking_to(self._config.company.language):
                async with self._storage.reading() as uow:
                    counted = await measure_all(uow, window, self._config)
                failures = (*counted.digest.failures, *await self._undelivered(due))
            counted = replace(counted, digest=replace(counted.digest, failures=failures))
            body = written(counted)
            async with self._storage.writing() as uow:
                if kept is None:
                    # Another replica may have counted meanwhile.
                    body = await uow.digests.keep(key, body, self._clock.now())
                else:
                    await uow.digests.replace(key, body, self._clock.now())
            return _read(body) or counted

    async def _undelivered(self, due: datetime) -> list[Failure]:
        """Digests of other weeks that somebody was to get and did not."""
        return [
            Failure(say("Digest to {who}", who=recipient(letter.payload)), letter.error, letter.created_at)
            for letter in await self._letters.dead(MOST, KIND)
            if str(letter.payload.get("due")) != due.isoformat()
        ]


def recipient(payload: Mapping[str, Any]) -> str:
    """Who was to get a digest, by what the work says: a surface's name, or an address."""
    return next((str(payload[key]) for key in ("surface", "person", "mail") if payload.get(key)), "")


def in_words(window: Window) -> list[str]:
    """A window as it travels in a payload."""
    return [window.start.isoformat(), window.end.isoformat(), window.timezone]


def window_of(payload: Mapping[str, Any]) -> Window:
    """The window that a payload holds."""
    start, end, timezone = payload["window"]
    return Window(datetime.fromisoformat(start), datetime.fromisoformat(end), timezone)


def written(counted: Measured) -> str:
    """Everything that was counted, as text."""
    return orjson.dumps(_plain(_MEASURED.dump_python(counted))).decode()


def _read(body: str) -> Measured | None:
    """What was counted; None where another version of Baton wrote it in a form that this one does not read."""
    try:
        return _MEASURED.validate_python(_keyed(orjson.loads(body)))
    except (ValidationError, ValueError, TypeError) as error:
        _log.warning("digest_counted_anew", why=type(error).__name__)
        return None


def _plain(value: Any) -> Any:
    """As JSON has it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        if all(isinstance(key, str) for key in value):
            return {str(_plain(key)): _plain(each) for key, each in value.items()}
        return {_PAIRS: [[_plain(key), _plain(each)] for key, each in value.items()]}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(each) for each in value]
    return value.total_seconds() if isinstance(value, timedelta) else value


def _keyed(value: Any) -> Any:
    """With the keys that JSON does not know."""
    if isinstance(value, list):
        return [_keyed(each) for each in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {_PAIRS}:
        return {tuple(key) if isinstance(key, list) else key: _keyed(each) for key, each in value[_PAIRS]}
    return {key: _keyed(each) for key, each in value.items()}
