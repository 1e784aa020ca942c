"""What becomes of a conversation goes for those who say the same: they are resolved with it, or go on without it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from bot.config import Config
from bot.domain import echoing
from bot.domain import events as e
from bot.domain.conversation import Conversation, State
from bot.domain.post import StoredPost
from bot.ports import Change, Clock, Storage, Taken, UnitOfWork, Work
from handlers.echoes import remember_again
from handlers.showing import show

RESOLVE = "resolve_echoes"
LEAD_ANEW = "lead_anew"

PORTION = 50
"""Conversations of one transaction: small enough that a person's command does not wait for it."""


async def follow(uow: UnitOfWork, change: Change) -> None:
    """One work item for all the echoes of a conversation that was resolved, or of whose customer nothing is left."""
    c = change.conversation
    if c.echo_of is not None:
        return
    if c.echoes and any(isinstance(event, e.Resolved) for event in change.events):
        await uow.outbox.put(_resolve(c.number))
    if any(isinstance(event, e.Forgotten) for event in change.events) and c.resolved_at is None:
        await uow.outbox.put(Work(LEAD_ANEW, {"leader": c.number}, priority=1, dedup=str(c.number)))


def _resolve(leader: int) -> Work:
    # Its payload has no `number`: what is said of the leader may be forgotten meanwhile, and the echoes live on.
    return Work(RESOLVE, {"leader": leader}, key="echoes", dedup=str(leader))


class EchoResolver:
    """Resolves a leader's echoes as it was resolved, portion by portion; begun again, it goes on where it was."""

    def __init__(self, storage: Storage, clock: Clock, portion: int = PORTION) -> None:
        self._storage = storage
        self._clock = clock
        self._portion = portion

    async def __call__(self, taken: Taken) -> None:
        """Until none waits, or the leader was taken up again: the rest then waits with it."""
        number = int(taken.work.payload["leader"])

        async def resolve(uow: UnitOfWork, leader: Conversation, echoes: list[Conversation]) -> bool:
            if leader.state is not State.RESOLVED:
                return False
            for echo in echoes:
                at = max(self._clock.now(), echo.changed_at or echo.opened_at)
                await uow.conversations.save(echo, echoing.resolved_with(echo, leader, at))
            return True

        await _in_portions(self._storage, number, self._portion, resolve)


class EchoHeir:
    """Nothing is left of a leader, on its customer's request: the oldest of its echoes stands for the others from now on."""

    def __init__(self, storage: Storage, config: Config, clock: Clock, portion: int = PORTION) -> None:
        self._storage = storage
        self._config = config
        self._clock = clock
        self._portion = portion

    async def __call__(self, taken: Taken) -> None:
        """Until none waits for the one that is gone."""
        gone = int(taken.work.payload["leader"])
        await _in_portions(self._storage, gone, self._portion, self._lead_anew)

    async def _lead_anew(self, uow: UnitOfWork, gone: Conversation, echoes: list[Conversation]) -> bool:
        heir = await self._heir(uow, gone.number)
        if heir is None:
            first, *echoes = echoes
            heir = await self._inherit(uow, gone.number, first)
        moved = dict.fromkeys((echo.network for echo in echoes), 0)
        for echo in echoes:
            at = max(self._clock.now(), echo.changed_at or echo.opened_at)
            await uow.conversations.save(echo, echoing.follows(echo, heir.number, at))
            moved[echo.network] += 1
        if not moved:
            return True
        at = max(self._clock.now(), heir.changed_at or heir.opened_at)
        heir = await uow.conversations.save(heir, echoing.echoed(heir, at, moved, self._config.life_policies))
        if heir.state is State.RESOLVED:
            await uow.outbox.put(_resolve(heir.number))
        return True

    async def _heir(self, uow: UnitOfWork, gone: int) -> Conversation | None:
        """Who was chosen in an earlier portion, unless nothing is left of them, too."""
        chosen = await uow.setting(_chosen(gone))
        heir = await uow.conversations.take(int(chosen)) if chosen else None
        return heir if heir is not None and not heir.forgotten else None

    async def _inherit(self, uow: UnitOfWork, gone: int, echo: Conversation) -> Conversation:
        await uow.set_setting(_chosen(gone), str(echo.number))
        at = max(self._clock.now(), echo.changed_at or echo.opened_at)
        heir = await uow.conversations.save(echo, echoing.inherits(echo, at))
        posts: list[StoredPost] = await uow.posts.of(heir.number, heir.posts)
        if posts and posts[0].deleted_at is None:
            await remember_again(uow, heir, posts[0], at)
        await show(uow, self._config, heir)
        return heir


def _chosen(gone: int) -> str:
    return f"heir:{gone}"


async def _in_portions(
    storage: Storage,
    number: int,
    portion: int,
    act: Callable[[UnitOfWork, Conversation, list[Conversation]], Awaitable[bool]],
) -> None:
    """Act on the echoes that wait for a leader's outcome, the oldest first, while `act` says to go on.

    Each portion is a transaction of its own that locks the leader, so that none joins or leaves it meanwhile.
    """
    after = 0
    while True:
        async with storage.writing() as uow:
            leader = await uow.conversations.take(number)
            waiting = await uow.echoes.waiting(number, after, portion)
            echoes = [await uow.conversations.take(each) for each in waiting]
            there = [echo for echo in echoes if echo.state is State.ECHO and echo.echo_of == number]
            if not waiting or (there and not await act(uow, leader, there)):
                return
        after = waiting[-1]
        # Others wait for the store, too.
        await asyncio.sleep(0)
