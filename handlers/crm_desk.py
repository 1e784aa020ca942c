"""Asks the CRMs what they know of a customer while somebody waits for the card: all at once, for a moment only."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.domain.customer import CustomerRecord
from bot.domain.record import Contact, ContactHistory
from bot.errors import PermanentError, RetriableError
from bot.ports import Clock, Crm, CrmAnswer, CrmDesk, CrmLink, Storage
from bot.speech import mark
from handlers.events import crm_contacts
from handlers.events.write_record import sure_match, write_to

WITHIN = 1.5
"""Seconds that all CRMs together have before the card is shown without those that have not answered."""

AT_ALL = 20.0
"""Seconds after which even a late answer is not waited for any more."""

KEPT = timedelta(seconds=60)
"""So long an answer is shown again without asking anew; a colleague who looks just after one need not wait."""

MOST = 1_000
"""So many answers are kept, and so many questions may be under way."""

Key = tuple[str, str, str | None]
"""The CRM, the customer, and the contact that they are known to be there: another link is another question."""

_log = structlog.get_logger("baton")


@dataclass(frozen=True, slots=True)
class _Asked:
    begun: float
    at: datetime
    task: asyncio.Task[CrmAnswer]


class LiveCrmDesk(CrmDesk):
    """Waits `within` seconds for all; what comes later is kept, so that trying again shows it at once.

    Two who look at the same customer at the same time are one question. `close` before the loop ends.
    """

    def __init__(self, storage: Storage, crms: Mapping[str, Crm], clock: Clock, within: float = WITHIN) -> None:
        self._storage = storage
        self._crms = crms
        self._clock = clock
        self._within = within
        self._kept: OrderedDict[Key, CrmAnswer] = OrderedDict()
        self._asked: dict[Key, _Asked] = {}
        self._writing: set[asyncio.Task[None]] = set()

    async def ask(self, record: CustomerRecord, links: Mapping[str, CrmLink]) -> tuple[CrmAnswer, ...]:
        """What each CRM says within the time there is; never raises."""
        self._drop_old()
        answers: dict[str, CrmAnswer] = {}
        asked: dict[str, _Asked] = {}
        for name, crm in self._crms.items():
            link = links.get(name)
            if link is not None and link.contact_id is None:
                answers[name] = CrmAnswer(name, "nobody", 0.0, self._clock.now(), how=link.how)
                continue
            key = (name, record.customer.id, link.contact_id if link is not None else None)
            if (kept := self._kept.get(key)) is not None:
                answers[name] = replace(kept, kept=True, how=link.how if link is not None else kept.how)
            elif (under_way := self._asked.get(key)) is not None:
                asked[name] = under_way
            elif len(self._asked) < MOST:
                asked[name] = self._begin(key, crm, record, link)
            else:
                answers[name] = self._failed(name, mark("too many questions are under way"))
        if asked:
            await asyncio.wait([each.task for each in asked.values()], timeout=self._within)
        for name, each in asked.items():
            done = each.task.done() and not each.task.cancelled()
            answers[name] = each.task.result() if done else self._late(name, each)
        return tuple(answers[name] for name in self._crms)

    async def close(self) -> None:
        """Drop the questions that are under way; what was found out is still written."""
        tasks = [each.task for each in self._asked.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, *self._writing, return_exceptions=True)

    async def forget(self, customers: Collection[str]) -> None:
        """Drop what was answered about them, and the questions that are under way; whom we found is not kept any more."""
        asked = [each.task for key, each in self._asked.items() if key[1] in customers]
        for task in asked:
            task.cancel()
        await asyncio.gather(*asked, *self._writing, return_exceptions=True)
        for key in [key for key in self._kept if key[1] in customers]:
            del self._kept[key]

    def _begin(self, key: Key, crm: Crm, record: CustomerRecord, link: CrmLink | None) -> _Asked:
        task = asyncio.create_task(self._answer(key, crm, record, link), name=f"crm {crm.name}")
        self._asked[key] = asked = _Asked(time.perf_counter(), self._clock.now(), task)
        task.add_done_callback(lambda _: self._asked.pop(key, None))
        return asked

    async def _answer(self, key: Key, crm: Crm, record: CustomerRecord, link: CrmLink | None) -> CrmAnswer:
        begun = time.perf_counter()
        try:
            async with asyncio.timeout(AT_ALL):
                found, history = await self._look(crm, record, link)
        except TimeoutError:
            return self._failed(crm.name, f"no answer in {AT_ALL:.0f} s")
        except (RetriableError, PermanentError) as error:
            return self._failed(crm.name, str(error))
        except Exception as error:  # a connector's mistake must not cost anybody the rest of the card
            _log.exception("crm_not_read", crm=crm.name)
            return self._failed(crm.name, f"its answer could not be read ({type(error).__name__})")
        seconds, at = time.perf_counter() - begun, self._clock.now()
        if found is None or history is None:
            answer = CrmAnswer(crm.name, "nobody", seconds, at)
        else:
            page = history.contact.url or found.url
            answer = CrmAnswer(crm.name, "known", seconds, at, history, page, how=found.how)
        self._keep(key, answer)
        if found is not None and history is not None:
            self._keep((*key[:2], found.contact_id), answer)
            if found != link or history.contact.kind not in {None, record.customer.kind}:
                # Nobody waits for this.
                writing = asyncio.create_task(self._remember(found, history.contact, link), name="crm link")
                self._writing.add(writing)
                writing.add_done_callback(self._writing.discard)
        return answer

    async def _look(
        self, crm: Crm, record: CustomerRecord, link: CrmLink | None
    ) -> tuple[CrmLink | None, ContactHistory | None]:
        """The contact, the known one or one that is surely meant, and what is known of it."""
        if link is not None and link.contact_id is not None:
            history = await crm.history(link.contact_id)
            if history is not None:
                return link, history
        match = sure_match(await crm.find(record.identities, record.customer.name))
        if match is None:
            return None, None
        contact = match.contact
        found = CrmLink(record.customer.id, crm.name, contact.id, contact.url, match.why, self._clock.now())
        return found, await crm.history(contact.id)

    async def _remember(self, link: CrmLink, contact: Contact, before: CrmLink | None) -> None:
        """Whom we found stays found; what waited for a contact is written. Not worth the card: it is found again."""
        try:
            async with self._storage.writing() as uow:
                if await uow.privacy.forgotten(link.customer_id):
                    return
                if link == before:
                    await crm_contacts.seen_again(uow, link, contact)
                elif await crm_contacts.found(uow, link, contact, before):
                    await write_to(uow, link.crm, link.customer_id)
        except Exception:
            _log.exception("crm_link_not_kept", crm=link.crm)

    def _keep(self, key: Key, answer: CrmAnswer) -> None:
        self._kept[key] = answer
        self._kept.move_to_end(key)
        while len(self._kept) > MOST:
            self._kept.popitem(last=False)

    def _drop_old(self) -> None:
        """What is over goes at once: nothing of a customer stays in memory longer than it is of use."""
        oldest = self._clock.now() - KEPT
        while self._kept and next(iter(self._kept.values())).at < oldest:
            self._kept.popitem(last=False)

    def _late(self, name: str, asked: _Asked) -> CrmAnswer:
        return CrmAnswer(name, "late", time.perf_counter() - asked.begun, asked.at)

    def _failed(self, name: str, why: str) -> CrmAnswer:
        return CrmAnswer(name, "failed", 0.0, self._clock.now(), why=why)
