"""What time alone does: a due timer looks at the conversation again and acts only if it still has to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import structlog

from bot.domain import life
from bot.domain.conversation import Conversation, Timer
from bot.domain.policy import Policies
from bot.errors import ConflictError, RetriableError, UserError
from bot.ports import Clock, Storage

_log = structlog.get_logger(__name__)

BATCH = 100

TIMERS: Mapping[Timer, Callable[[Conversation, datetime, Policies], life.Events]] = {
    Timer.LEASE_WARNING: lambda conversation, at, _: life.warn(conversation, at),
    Timer.LEASE_EXPIRY: lambda conversation, at, _: life.expire(conversation, at),
    Timer.OVERDUE: life.overdue,
    Timer.WAKE: life.wake,
}


class DueTimers:
    """Carries out due timers. Several replicas may run it: the conversation's lock lets one of them act."""

    def __init__(self, storage: Storage, policies: Policies, clock: Clock) -> None:
        self._storage = storage
        self._policies = policies
        self._clock = clock
        self._failed: set[tuple[int, Timer]] = set()

    async def __call__(self) -> int:
        """Carry out what is due now; gives how many timers were looked at."""
        now = self._clock.now()
        async with self._storage.reading() as uow:
            due = await uow.conversations.due(now, BATCH)
        for number, timer in due:
            await self._fire(number, timer, now)
        return len(due)

    async def _fire(self, number: int, timer: Timer, now: datetime) -> None:
        try:
            async with self._storage.writing() as uow:
                conversation = await uow.conversations.take(number)
                events = TIMERS[timer](conversation, now, self._policies)
                if events:
                    await uow.conversations.save(conversation, events)
                else:
                    await uow.conversations.settle(number, timer)
        except (ConflictError, UserError):
            # Somebody acted at the same moment, or the conversation is gone; its timers are reconciled there.
            return
        except RetriableError:
            raise
        except Exception:
            # It holds up no other. It stays due and is tried again and again, but told of once.
            if (number, timer) not in self._failed:
                self._failed.add((number, timer))
                _log.exception("timer_failed", conversation=number, timer=timer.value)
