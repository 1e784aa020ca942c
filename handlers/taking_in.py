"""Takes in what a source brought when some of it cannot be stored: that is kept as unread, and the rest all the same."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

import structlog

from bot.domain.post import SourceEvent
from bot.errors import PermanentError
from bot.ports import Storage

_log = structlog.get_logger(__name__)


async def take_in(
    storage: Storage, events: Sequence[SourceEvent], source: str, at: datetime, *, filed: bool = False
) -> list[bool]:
    """Accept events all together, or one by one where that is not possible; True where one is new."""
    try:
        async with storage.writing() as uow:
            return await uow.posts.accept(events, source, at, filed=filed)
    except PermanentError:
        if len(events) > 1:
            return [new for event in events for new in await take_in(storage, [event], source, at, filed=filed)]
        if not events or events[0].kind == "unread":
            raise
    kept = _as_unread(events[0])
    _log.warning("unread", source=source)
    return await take_in(storage, [kept], source, at)


def _as_unread(event: SourceEvent) -> SourceEvent:
    # Ascii alone: what cannot be stored is most often text that is not Unicode.
    body = ascii(event.model_dump())[:100_000]
    return SourceEvent(
        kind="unread",
        network=ascii(event.network)[1:-1],
        account="",
        external_id=hashlib.blake2b(body.encode(), digest_size=16).hexdigest(),
        why="it cannot be stored: text that is not Unicode, or a number that is too great",
        raw=body,
    )
