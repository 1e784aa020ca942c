"""After the all-clear every conversation of the crisis says that it was a part of it, in portions, however many there are."""

from __future__ import annotations

from bot.domain import crisis as k
from bot.domain.conversation import Conversation
from bot.domain.crisis import Crisis, CrisisState
from bot.domain.events import WasPartOfCrisis
from bot.ports import Clock, Storage, Taken, UnitOfWork, Work
from handlers.crises import save

KIND = "crisis_record"

PORTION = 50
"""So many conversations are written to in one transaction."""


def recording(crisis: int, after: int = 0, done: int = 0) -> Work:
    """Write to those behind `after`; `done` have been written to."""
    payload = {"crisis": crisis, "after": after, "done": done}
    return Work(KIND, payload, key=KIND, priority=2, once=f"{KIND}:{crisis}:{after}")


class CrisisRecorder:
    """One portion, and asks for the next one in the same transaction: of two runs of it, one counts."""

    def __init__(self, storage: Storage, clock: Clock, portion: int = PORTION) -> None:
        self._storage = storage
        self._clock = clock
        self._portion = portion

    async def __call__(self, taken: Taken) -> None:
        """Write to the next conversations."""
        payload = taken.work.payload
        number, after, done = int(payload["crisis"]), int(payload["after"]), int(payload["done"])
        async with self._storage.writing() as uow:
            crisis = await uow.crises.take(number)
            if crisis.state is not CrisisState.OVER or crisis.recorded is not None:
                return
            # A run whose end nobody recorded has written to these already.
            if not await uow.first(f"{KIND}:{number}:{after}"):
                return
            numbers = await uow.crises.conversations(number, after, self._portion)
            for each in numbers:
                done += await self._write(uow, crisis, each)
            if len(numbers) == self._portion:
                await uow.outbox.put(recording(number, numbers[-1], done))
            else:
                await save(uow, crisis, k.recorded(crisis, self._clock.now(), done))

    async def _write(self, uow: UnitOfWork, crisis: Crisis, number: int) -> bool:
        c = await uow.conversations.take(number)
        if c.forgotten or crisis.opened_at is None or crisis.ended_at is None:
            return False
        part = WasPartOfCrisis(
            at=max(self._clock.now(), c.changed_at or c.opened_at),
            crisis=crisis.number,
            began=crisis.opened_at,
            ended=crisis.ended_at,
            happened=crisis.ended_why,
            changed=crisis.changed,
            acted=_acted(c),
        )
        await uow.conversations.save(c, [part])
        return True


def _acted(c: Conversation) -> bool:
    """Did people hold it, answer it, or call it a crisis?"""
    return bool(c.route) or c.answered > 0 or c.crisis
