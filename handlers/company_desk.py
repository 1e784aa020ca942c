"""Asks the company's directories whether a customer works here or is a vendor, while somebody waits for the card."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.domain.belonging import Listed
from bot.domain.customer import CustomerRecord, Identity
from bot.errors import PermanentError, RetriableError
from bot.ports import Clock, CompanyDesk, CompanyDirectory, DirectoryAnswer
from bot.speech import mark
from handlers.crm_desk import AT_ALL, MOST, WITHIN

KEPT = timedelta(minutes=10)
"""So long an answer is shown again: who works here changes more seldom than what somebody bought."""

ADDRESSES = 3
"""So many of a customer's addresses are asked for."""

_MAIL = frozenset({"email", "mail"})

Key = tuple[str, str, frozenset[str]]
"""The directory, the customer, and their addresses: another address is another question."""

_log = structlog.get_logger("baton")


@dataclass(frozen=True, slots=True)
class _Kept:
    answer: DirectoryAnswer
    at: datetime


class LiveCompanyDesk(CompanyDesk):
    """Waits `within` seconds for all; what comes later is kept, so that trying again shows it at once.

    Two who look at the same customer at the same time are one question. `close` before the loop ends.
    """

    def __init__(self, directories: Mapping[str, CompanyDirectory], clock: Clock, within: float = WITHIN) -> None:
        self._directories = directories
        self._clock = clock
        self._within = within
        self._kept: OrderedDict[Key, _Kept] = OrderedDict()
        self._asked: dict[Key, asyncio.Task[DirectoryAnswer]] = {}

    async def ask(self, record: CustomerRecord) -> tuple[DirectoryAnswer, ...]:
        """What each directory says within the time there is; never raises."""
        self._drop_old()
        addresses = tuple(dict.fromkeys(each.handle for each in record.identities if each.network in _MAIL))
        if not addresses:
            return ()
        begun = time.perf_counter()
        answers: dict[str, DirectoryAnswer] = {}
        asked: dict[str, asyncio.Task[DirectoryAnswer]] = {}
        for name, directory in self._directories.items():
            key = (name, record.customer.id, frozenset(addresses))
            if (kept := self._kept.get(key)) is not None:
                answers[name] = kept.answer
            elif (under_way := self._asked.get(key)) is not None:
                asked[name] = under_way
            elif len(self._asked) < MOST:
                asked[name] = self._begin(key, directory, addresses[:ADDRESSES])
            else:
                answers[name] = DirectoryAnswer(name, "failed", why=mark("too many questions are under way"))
        if asked:
            await asyncio.wait(asked.values(), timeout=self._within)
        for name, task in asked.items():
            late = DirectoryAnswer(name, "late", time.perf_counter() - begun)
            answers[name] = task.result() if task.done() and not task.cancelled() else late
        return tuple(answers[name] for name in self._directories)

    async def forget(self, customers: Collection[str]) -> None:
        """Drop what was answered about them, and the questions that are under way."""
        asked = [task for key, task in self._asked.items() if key[1] in customers]
        for task in asked:
            task.cancel()
        await asyncio.gather(*asked, return_exceptions=True)
        for key in [key for key in self._kept if key[1] in customers]:
            del self._kept[key]

    async def close(self) -> None:
        """Drop the questions that are under way."""
        tasks = list(self._asked.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _begin(
        self, key: Key, directory: CompanyDirectory, addresses: Collection[str]
    ) -> asyncio.Task[DirectoryAnswer]:
        task = asyncio.create_task(self._answer(key, directory, addresses), name=f"directory {directory.name}")
        self._asked[key] = task
        task.add_done_callback(lambda _: self._asked.pop(key, None))
        return task

    async def _answer(self, key: Key, directory: CompanyDirectory, addresses: Collection[str]) -> DirectoryAnswer:
        begun, name = time.perf_counter(), directory.name
        try:
            async with asyncio.timeout(AT_ALL):
                listed = await _look(directory, addresses)
        except TimeoutError:
            return DirectoryAnswer(name, "failed", why=f"no answer in {AT_ALL:.0f} s")
        except (RetriableError, PermanentError) as error:
            return DirectoryAnswer(name, "failed", why=str(error))
        except Exception as error:  # a connector's mistake must not cost anybody the rest of the card
            _log.exception("directory_not_read", directory=name)
            return DirectoryAnswer(name, "failed", why=f"its answer could not be read ({type(error).__name__})")
        seconds = time.perf_counter() - begun
        answer = DirectoryAnswer(name, "known" if listed else "nobody", seconds, listed)
        self._kept[key] = _Kept(answer, self._clock.now())
        while len(self._kept) > MOST:
            self._kept.popitem(last=False)
        return answer

    def _drop_old(self) -> None:
        oldest = self._clock.now() - KEPT
        while self._kept and next(iter(self._kept.values())).at < oldest:
            self._kept.popitem(last=False)


async def _look(directory: CompanyDirectory, addresses: Collection[str]) -> tuple[Listed, ...]:
    """The first entry of each sort that one of the addresses leads to."""
    found: dict[str, Listed] = {}
    for address in addresses:
        identity = Identity("email", address)
        for sort, ask in (("employee", directory.employee_of), ("vendor", directory.vendor_of)):
            if sort not in found and (listed := await ask(identity)) is not None:
                found[sort] = listed
    return tuple(found.values())
