"""What a source only gave a hint of is asked for at its network, until that answers; what it tells is taken in like all else."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import structlog

from bot.domain.post import SourceEvent
from bot.errors import GoneError, NotSetError, PermanentError, RetriableError
from bot.ports import HINT, Clock, Source, Storage, Taken, UnitOfWork
from handlers.polling import key_of, polling, read_polling, write_polling
from handlers.taking_in import take_in

KIND = HINT

Noted = Callable[[str, Sequence[SourceEvent], Sequence[bool]], None]
"""Is told what came from a source, and which of it was new."""


def nobody(source: str, events: Sequence[SourceEvent], fresh: Sequence[bool]) -> None:
    """Nobody is told."""


_log = structlog.get_logger(__name__)


class HintLookUp:
    """Looks one hint up. At worst twice: what it brings is known then.

    The hints of a source are asked for one after the other, within its budget; one that fails lets the others pass, unless
    the network asked for patience. `noted` is told what came.
    """

    def __init__(
        self,
        storage: Storage,
        sources: Mapping[str, Source],
        clock: Clock,
        noted: Noted = nobody,
    ) -> None:
        self._storage = storage
        self._sources = sources
        self._clock = clock
        self._noted = noted

    async def __call__(self, taken: Taken) -> None:
        """Ask the network, and keep what it says; nothing, where the thing is gone."""
        payload = taken.work.payload
        name, filed = str(payload["source"]), bool(payload.get("filed"))
        hint = SourceEvent.model_validate_json(str(payload["event"]))
        source = self._sources.get(name)
        if source is None:
            raise PermanentError(f"Its source, “{name}”, is not configured any more.")
        await self._restore_spent(source)
        try:
            events = await self._told(source, hint)
        finally:
            await self._keep_spent(source)
        fresh = await take_in(self._storage, events, name, self._clock.now(), filed=filed) if events else []
        self._noted(name, events, fresh)
        _log.info("hint_looked_up", source=name, new=sum(fresh), known=len(fresh) - sum(fresh))

    async def _told(self, source: Source, hint: SourceEvent) -> Sequence[SourceEvent]:
        try:
            return await source.look_up(hint)
        except GoneError:
            return ()
        except NotSetError as error:
            # Somebody may set it.
            raise RetriableError(str(error)) from error
        except PermanentError as error:
            _log.warning("unread", source=source.name)
            return [_as_unread(hint, str(error))]

    async def _restore_spent(self, source: Source) -> None:
        if source.budget is None:
            return
        async with self._storage.reading() as uow:
            state = await polling(uow, source.name)
        if state.budget_begun:
            source.restore_spent(datetime.fromisoformat(state.budget_begun), state.budget_spent)

    async def _keep_spent(self, source: Source) -> None:
        spent = source.spent()
        if spent is None:
            return
        async with self._storage.writing() as uow:
            await _keep(uow, source.name, *spent)


async def _keep(uow: UnitOfWork, name: str, begun: datetime, spent: int) -> None:
    kept = await uow.setting(key_of(name))
    state = replace(read_polling(kept), budget_begun=begun.isoformat(), budget_spent=spent)
    # Where a visit ends at this moment, it has written the same purse.
    await uow.swap_setting(key_of(name), kept, write_polling(state))


def _as_unread(hint: SourceEvent, why: str) -> SourceEvent:
    name = hint.external_id if not hint.revision else f"{hint.external_id} {hint.revision}"
    return hint.model_copy(update={"kind": "unread", "external_id": name, "why": why[:500]})
