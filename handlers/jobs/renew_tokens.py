"""Renews access tokens before they end, also those of sources that seldom ask anything: what ends unused is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import timedelta

import structlog

from bot.errors import BatonError, NotSetError, unquoted
from bot.ports import Clock, Source

EVERY = timedelta(minutes=15)

AFTER_FAILURE = timedelta(hours=1)
"""A network that refused is left alone for so long, unless somebody needs the token."""

_log = structlog.get_logger("baton.tokens")


class RenewTokens:
    """Every source by itself: one that is refused keeps back no other. `doctor` tells of it."""

    def __init__(self, sources: Iterable[Source], clock: Clock) -> None:
        self._sources = tuple(sources)
        self._clock = clock

    async def __call__(self) -> None:
        """Renew what is due."""
        await asyncio.gather(*(self._renew(source) for source in self._sources))

    async def close(self) -> None:
        """Let what is under way anywhere end, before the store is closed."""
        await asyncio.gather(*(source.tokens.close() for source in self._sources if source.tokens is not None))

    async def _renew(self, source: Source) -> None:
        tokens = source.tokens
        if tokens is None or not tokens.used:
            return
        try:
            standing = await tokens.standing()
            failed_at = standing.failed_at if standing is not None else None
            if failed_at is None or self._clock.now() - failed_at >= AFTER_FAILURE:
                await tokens.renew_ahead()
        except NotSetError:
            pass  # nobody has allowed it yet
        except BatonError as error:
            _log.warning("token_not_renewed", source=source.name, why=unquoted(str(error)))
