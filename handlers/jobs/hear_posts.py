"""Turns new posts into conversations as they come, without getting in the way of those that are still coming."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import structlog

from bot.config import Config
from bot.errors import ConflictError, RetriableError
from bot.ports import Clock, Storage, Triage
from handlers.hearing import UnheardError, hear
from handlers.reading_ahead import ReadingAhead
from handlers.rolling import Rolling

_log = structlog.get_logger(__name__)

BATCH = 60
"""Posts of one transaction: small enough that a person's command does not wait for it."""

YIELD = 0.02
"""Seconds that hearing stands back, again and again, while deliveries wait for their commit ..."""

PATIENCE = 1.0
"""... but not longer than this, so that a stream without end is heard too."""


AGAIN_AFTER = 600.0
"""Seconds after which what could not be heard is tried again."""


class HearPosts:
    """One call hears all there is. A post that cannot be heard is set aside: it must not hold up those of everybody else."""

    def __init__(
        self,
        storage: Storage,
        config: Config,
        clock: Clock,
        triage: Triage,
        busy: Callable[[], bool],
        again_after: float = AGAIN_AFTER,
        rolling: Rolling | None = None,
    ) -> None:
        self._storage = storage
        self._config = config
        self._clock = clock
        self._ahead = ReadingAhead(storage, triage)
        self._first: list[str] = []
        self._busy = busy
        self._again_after = again_after
        self._rolling = rolling
        self._aside: dict[str, float] = {}

    async def __call__(self) -> None:
        """Hear in batches until nothing is left; one by one where a batch fails."""
        size = BATCH
        while True:
            await self._stand_back()
            try:
                heard = await self._hear(size)
                if not heard:
                    self._ahead.caught_up()
                    return
                if heard >= BATCH:
                    # More is waiting: what is urgent must not wait behind it.
                    self._first += await self._ahead.look()
            except ConflictError:
                await asyncio.sleep(YIELD)
            except UnheardError as error:
                _log.exception("set_aside", what=error.what, seconds=self._again_after)
                self._aside[error.what] = time.monotonic() + self._again_after
                size = BATCH
            except RetriableError:
                raise
            except Exception:
                if size == 1:
                    raise
                _log.warning("batch_failed", then="one by one", exc_info=True)
                size = 1

    async def _hear(self, size: int) -> int:
        now = time.monotonic()
        self._aside = {what: until for what, until in self._aside.items() if until > now}
        policies = self._config.life_policies
        first = self._first[:size]
        heard = await hear(
            self._storage,
            self._config,
            policies,
            self._clock,
            self._ahead,
            size,
            self._aside,
            self._rolling,
            first,
        )
        self._first = self._first[len(first) :]
        return heard

    async def _stand_back(self) -> None:
        waited = 0.0
        while self._busy() and waited < PATIENCE:
            await asyncio.sleep(YIELD)
            waited += YIELD
