"""Telling all who asked: an answer is written to each of them, in a transaction of its own, so that a crash neither loses one
nor writes one twice; and approving, or rejecting, all that was read."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import structlog

from bot.config import Config
from bot.domain import answering, telling
from bot.domain.acting import Act
from bot.domain.answer import AnswerState
from bot.domain.conversation import Conversation
from bot.domain.idea import IdeaState
from bot.domain.ids import new_id
from bot.domain.loops import Loop, LoopState
from bot.domain.people import PersonRef
from bot.errors import UserError
from bot.ports import Answering, Clock, Storage, Taken, UnitOfWork, Work
from bot.views import too_long
from handlers.answer_form import approvals_needed
from handlers.loops import NOTICE, judged, live_posts, who_alone_tells

PAGE = 50
"""So many are read at once."""

_log = structlog.get_logger("baton")


@dataclass(frozen=True, slots=True)
class _Order:
    """What somebody confirmed, when: these texts, and no others, to those who had asked by then."""

    idea: int
    texts: frozenset[str]
    by: PersonRef
    via: str
    at: datetime
    mark: str
    why: str

    def act(self, c: Conversation, now: datetime) -> Act:
        """Theirs, now: never before what happened last."""
        return Act(self.by, max(now, c.changed_at or now), self.via)


def _read(payload: Mapping[str, Any]) -> _Order:
    return _Order(
        idea=int(payload["idea"]),
        texts=frozenset(payload["texts"]),
        by=PersonRef(**payload["by"]),
        via=str(payload["via"]),
        at=datetime.fromisoformat(payload["at"]),
        mark=str(payload["mark"]),
        why=str(payload.get("why") or ""),
    )


class _Rounds(ABC):
    """Goes through the loops of an idea page by page. What was done already is in another state, and is passed over."""

    state: LoopState

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    async def __call__(self, taken: Taken) -> None:
        """All of them; in the end the departments whose approval is due are told, once."""
        order, after, asked = _read(taken.work.payload), 0, set[str]()
        while True:
            async with self._storage.reading() as uow:
                idea = await uow.ideas.get(order.idea)
                page = await uow.loops.page(order.idea, [self.state], after, PAGE)
            if idea is None or idea.state is not IdeaState.SHIPPED or not page:
                break
            for loop in page:
                async with self._storage.writing() as uow:
                    c = await self._one(uow, loop.number, order)
                if c is not None and c.answer is not None and c.answer.waits_for is not None:
                    asked.add(c.answer.waits_for)
            after = page[-1].number
        await self._ask(order, sorted(asked))

    @abstractmethod
    async def _one(self, uow: UnitOfWork, number: int, order: _Order) -> Conversation | None:
        """What is done with one of them; None where it is passed over."""

    async def _ask(self, order: _Order, departments: list[str]) -> None:
        works = []
        for department in departments:
            once = f"loop-approve:{order.mark}:{department}"
            payload = {"idea": order.idea, "what": "approve", "department": department, "by": order.by.id, "mark": once}
            works.append(Work(NOTICE, payload, priority=0, once=once))
        async with self._storage.writing() as uow:
            await uow.outbox.put(*works)


class AskerTeller(_Rounds):
    """Writes the answers that one colleague confirmed."""

    state = LoopState.DRAFTED

    def __init__(self, storage: Storage, answering: Answering, config: Config, clock: Clock) -> None:
        super().__init__(storage, clock)
        self._answering = answering
        self._config = config

    async def _one(self, uow: UnitOfWork, number: int, order: _Order) -> Conversation | None:
        c = await uow.conversations.take(number)
        loop = await uow.loops.get(order.idea, number)
        if loop is None or loop.state is not LoopState.DRAFTED or loop.opened_at > order.at:
            return None
        if loop.text not in order.texts:
            return None
        act = order.act(c, self._clock.now())
        holder = await who_alone_tells(uow, c, act.at)
        if holder is not None and holder.id != order.by.id:
            await self._hand_to(uow, loop, holder)
            return None
        return await self._write(uow, c, loop, act)

    async def _write(self, uow: UnitOfWork, c: Conversation, loop: Loop, act: Act) -> Conversation | None:
        posts = await live_posts(uow, c.number)
        now_is = judged(loop, c, posts, self._answering, act.at)
        if now_is.state is not LoopState.DRAFTED:
            await uow.loops.keep(now_is)
            return None
        if wrong := too_long(loop.text, self._answering.way(posts[-1], act.at), c.network):
            await uow.loops.keep(replace(loop, detail=wrong))
            return None
        answer_id, needs = new_id(), await approvals_needed(c, act.by.department, uow, self._config)
        try:
            written = telling.tell(
                c,
                act,
                self._config.life_policies,
                idea=loop.idea,
                answer_id=answer_id,
                post_id=posts[-1].id,
                text=loop.text,
                needs=needs,
            )
        except UserError as error:
            await uow.loops.keep(replace(loop, detail=error.message))
            return None
        await uow.answers.add(answer_id, c.number, posts[-1])
        _log.info("asker_told", idea=loop.idea, number=c.number)
        return await uow.conversations.save(c, written)

    async def _hand_to(self, uow: UnitOfWork, loop: Loop, holder: PersonRef) -> None:
        """Who holds it is asked once to tell the customer."""
        once = f"loop-held:{loop.idea}:{loop.number}:{loop.shipped}:{holder.id}"
        payload = {"idea": loop.idea, "what": "held", "conversation": loop.number, "person": holder.id, "mark": once}
        await uow.outbox.put(Work(NOTICE, payload, priority=0, once=once))


class AnswerApprover(_Rounds):
    """Approves the answers that somebody read, or rejects them."""

    state = LoopState.SENDING

    async def _one(self, uow: UnitOfWork, number: int, order: _Order) -> Conversation | None:
        c = await uow.conversations.take(number)
        answer = c.answer
        if answer is None or answer.idea != order.idea or answer.state is not AnswerState.ASKED:
            return None
        if answer.waits_for != order.by.department or answer.text not in order.texts or answer.at > order.at:
            return None
        act = order.act(c, self._clock.now())
        try:
            events = answering.reject(c, act, order.why) if order.why else answering.approve(c, act)
        except UserError:
            return None
        return await uow.conversations.save(c, events)
