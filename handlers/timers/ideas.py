"""What time alone does to an idea: its holder is warned, and then the lease ends."""

from __future__ import annotations

from datetime import datetime

import structlog

from bot.domain import idea_life as life
from bot.errors import ConflictError, RetriableError, UserError
from bot.ports import Clock, Storage
from handlers.ideas import save

_log = structlog.get_logger(__name__)

BATCH = 100


class DueIdeas:
    """Carries out what is due. Several replicas may run it: the idea's lock lets one of them act."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock
        self._failed: set[int] = set()

    async def __call__(self) -> int:
        """Carry out what is due now; gives how many ideas were looked at."""
        now = self._clock.now()
        async with self._storage.reading() as uow:
            due = await uow.ideas.due(now, BATCH)
        for number in due:
            await self._fire(number, now)
        return len(due)

    async def _fire(self, number: int, now: datetime) -> None:
        try:
            async with self._storage.writing() as uow:
                idea = await uow.ideas.take(number)
                if events := life.expire(idea, now) or life.warn(idea, now):
                    await save(uow, idea, events)
                else:
                    await uow.ideas.put_off(number)
        except (ConflictError, UserError):
            # Somebody acted at the same moment, or the idea is gone.
            return
        except RetriableError:
            raise
        except Exception:
            # It holds up no other. It stays due and is tried again and again, but told of once.
            if number not in self._failed:
                self._failed.add(number)
                _log.exception("idea_timer_failed", idea=number)
