"""Who is this? Customers who are new, or of whom something new is known, are compared with those who share a key with them.

Exact links join at once; what is likely is proposed on their cards. Everything of it can be undone (`unmerge`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import structlog

from bot.domain.evidence import Commonness
from bot.domain.identity import Known, Traits, keys_of, traits, words_in
from bot.domain.likenesses import Verdict, judge, shared_by
from bot.errors import ConflictError
from bot.ports import Clock, Storage, Taken, UnitOfWork, Work

KIND = "likeness"

BATCH = 100
"""So many are compared in one go."""

MOST_TRIES = 5

_log = structlog.get_logger("baton")


async def ask(uow: UnitOfWork, customers: Collection[str]) -> None:
    """Have customers compared, once what is known of them is committed."""
    every = sorted(customers)
    for start in range(0, len(every), BATCH):
        # One at a time: of two who are new at once, the second finds the first.
        await uow.outbox.put(Work(KIND, {"customers": every[start : start + BATCH]}, key=KIND))


@dataclass(frozen=True, slots=True)
class _Judged:
    """What became of one comparison: under whose id the customer is shown, and who may be them."""

    root: str
    verdicts: list[Verdict]
    around: frozenset[str]


class LikenessFinder:
    """Compares customers, joins and proposes."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    async def __call__(self, taken: Taken) -> None:
        """One portion: those that are named, or the next ones of all."""
        payload = taken.work.payload
        if "after" in payload:
            await self._everybody(str(payload["after"]))
        else:
            await self.compare([str(each) for each in payload["customers"]])

    async def compare(self, customers: Sequence[str]) -> None:
        """Compare these customers with all others."""
        await self._remember(customers)
        done: set[str] = set()
        ripples: set[str] = set()
        for customer in customers:
            judged = await self._settle(customer, done)
            ripples |= judged.around if judged is not None else frozenset()
        # With somebody new there, what was proposed before may look otherwise.
        async with self._storage.reading() as uow:
            proposed = await uow.likenesses.open(sorted(ripples))
        for customer in sorted({each for pair in proposed for each in pair if each in ripples}):
            await self._settle(customer, done)

    async def _everybody(self, after: str) -> None:
        async with self._storage.reading() as uow:
            customers = await uow.likenesses.after(after, BATCH)
        await self.compare(customers)
        if len(customers) == BATCH:
            async with self._storage.writing() as uow:
                await uow.outbox.put(Work(KIND, {"after": customers[-1]}, key=KIND))

    async def _remember(self, customers: Sequence[str]) -> None:
        async with self._storage.reading() as uow:
            known = await uow.likenesses.own(customers)
        keys, mentioned = await asyncio.to_thread(_keys, known)
        async with self._storage.writing() as uow:
            await uow.likenesses.remember(keys, mentioned)

    async def _settle(self, customer: str, done: set[str]) -> _Judged | None:
        """Judge until nothing joins any more; each who was joined is looked at again as the one they are."""
        while True:
            judged = await self._judge(customer)
            if judged is None or judged.root in done:
                return None
            if not await self._apply(judged):
                done.add(judged.root)
                return judged

    async def _judge(self, customer: str) -> _Judged | None:
        async with self._storage.reading() as uow:
            found = await uow.likenesses.around(customer)
        if found is None:
            return None
        root, known, common, refused = found
        # In a thread of its own: others are not to wait while hundreds of names are compared.
        verdicts = await asyncio.to_thread(_verdicts, root, known, common, refused)
        return _Judged(root, verdicts, frozenset(each.id for each in known) - {root})

    async def _apply(self, judged: _Judged) -> bool:
        """Join or propose; True when somebody was joined."""
        for tried in range(1, MOST_TRIES + 1):
            try:
                async with self._storage.writing() as uow:
                    return await self._write(uow, judged)
            except ConflictError:
                if tried == MOST_TRIES:
                    raise
        raise AssertionError("the loop returns or raises")

    async def _write(self, uow: UnitOfWork, judged: _Judged) -> bool:
        root, verdicts, at = judged.root, judged.verdicts, self._clock.now()
        if verdicts and verdicts[0].likeness.exact:
            first = verdicts[0]
            merge = await uow.identities.merge(root, first.other, first.likeness.reason, at)
            if merge is not None:
                _log.info("customers_joined", one=root, other=first.other, why=first.likeness.reason)
                await refresh(uow, root)
            return merge is not None
        likely = {verdict.other for verdict in verdicts}
        for one, other in await uow.likenesses.open([root]):
            if (other if one == root else one) not in likely:
                await uow.likenesses.withdraw(one, other)
        if verdicts:
            await uow.likenesses.propose(root, verdicts[0].other, verdicts[0].likeness, at)
        return False


async def refresh(uow: UnitOfWork, customer: str) -> None:
    """Cards of open conversations show who the customer is now."""
    for number in await uow.identities.open_conversations(customer):
        await uow.postings.refresh(number, soon=False)


def _keys(known: Sequence[Known]) -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    compared = [traits(each) for each in known]
    keys = {one.known.id: keys_of(one) | {f"w:{word}"[:100] for word in words_in(one)} for one in compared}
    return keys, {each.id: each.mentioned for each in known}


def _verdicts(root: str, known: Sequence[Known], common: Commonness, refused: frozenset[str]) -> list[Verdict]:
    compared: dict[str, Traits] = {each.id: traits(each) for each in known}
    around = list(compared.values())
    return judge(compared[root], around, replace(common, shared=shared_by(around)), refused)
