"""What came of a conversation is written to every CRM that is configured, once, however long one of them is away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import structlog

from bot.config import Config, CrmPart
from bot.domain import events as e
from bot.domain.conversation import Conversation
from bot.domain.crisis_events import Event as CrisisEvent
from bot.domain.customer import Identity
from bot.domain.outcome import Outcome, OutcomeKind
from bot.domain.record import SURE, ContactMatch, Occasion
from bot.errors import PermanentError, RetriableError
from bot.ports import Change, Clock, Crm, CrmEntry, CrmLink, Follow, Storage, Taken, UnitOfWork, Work
from bot.views.record_entry import entry_key, record_entry
from handlers.events import crm_contacts

KIND = "crm_entry"

LONGEST = timedelta(days=7)
"""So long a CRM may be away; then the entry is a dead letter, which can be replayed."""

STEPS = 60
"""So many steps of a crisis an entry tells, the newest."""

NOT_CONFIGURED = 600.0
"""Seconds until an entry is tried again whose CRM is not configured any more."""

_log = structlog.get_logger("baton")


def follow_for(config: Config) -> Follow:
    """One work item for each CRM that wants to hear of what happened."""

    async def follow(uow: UnitOfWork, change: Change) -> None:
        c = change.conversation
        for index, event in enumerate(change.events):
            version = c.version - len(change.events) + index + 1
            for name, part in config.crm.items():
                if (occasion := occasion_of(event, part)) is not None:
                    key = entry_key(c.number, occasion, version)
                    priority = 1 if c.echo_of is None else 2
                    await uow.outbox.put(entry_work(name, key, c.number, occasion, version, priority=priority))

    return follow


def occasion_of(event: e.Event, part: CrmPart) -> Occasion | None:
    """For what a CRM hears of an event, if it does: an outcome that is an idea is written once, whichever it asks for."""
    match event:
        case e.Resolved(outcome=Outcome(kind=OutcomeKind.IDEA)):
            occasions: tuple[Occasion, ...] = ("resolved", "idea")
        case e.Resolved():
            occasions = ("resolved",)
        case e.Escalated(overdue=False) | e.CrisisRaised():
            occasions = ("escalated",)
        case e.AnswerSent():
            occasions = ("answered",)
        case e.WasPartOfCrisis(acted=True):
            occasions = ("crisis",)
        case _:
            occasions = ()
    return next((occasion for occasion in occasions if occasion in part.on), None)


def entry_work(
    crm: str, key: str, number: int, occasion: Occasion, version: int, again: str = "", priority: int = 1
) -> Work:
    """The work of writing one entry; `again` tells a later request for the same one."""
    payload = {"crm": crm, "key": key, "number": number, "occasion": occasion, "version": version}
    return Work(KIND, payload, key=f"crm:{crm}", priority=priority, once=f"{KIND}:{crm}:{key}{again}")


class RecordWriter:
    """Finds the contact, writes the entry, remembers both."""

    def __init__(self, storage: Storage, crms: Mapping[str, Crm], config: Config, clock: Clock) -> None:
        self._storage = storage
        self._crms = crms
        self._config = config
        self._clock = clock

    async def __call__(self, taken: Taken) -> None:
        """Write one entry; the CRM keeps one per key, however often this runs."""
        payload = taken.work.payload
        name, key, number = str(payload["crm"]), str(payload["key"]), int(payload["number"])
        occasion: Occasion = payload["occasion"]
        crm, part = self._crms.get(name), self._config.crm.get(name)
        if crm is None or part is None:
            raise RetriableError(f"there is no CRM “{name}” in baton.toml", NOT_CONFIGURED)
        async with self._storage.reading() as uow:
            sight = await uow.conversations.sight(number)
            trail = (await uow.conversations.trail(number))[: int(payload["version"])]
            known = await uow.records.entry(name, key)
            timeline = await _timeline(uow, trail[-1:])
        if sight is None or sight.conversation.forgotten or (known is not None and known.state == "written"):
            return
        entry = CrmEntry(name, key, sight.conversation.customer_id, number, occasion, "waiting", self._clock.now())
        case = wants_case(part, occasion, sight.conversation)
        activity = record_entry(sight, trail, occasion, key, self._config, case=case, timeline=timeline)
        try:
            link = await self._link(crm, entry.customer_id, sight.identity)
            if link is None or link.contact_id is None:
                await self._keep(replace(entry, state="nobody"))
                return
            written = await crm.log(link.contact_id, activity)
        except RetriableError as error:
            await self._keep(replace(entry, error=str(error)))
            raise
        except PermanentError as error:
            await self._keep(replace(entry, state="failed", error=str(error)))
            raise
        _log.info("entry_written", crm=name, key=key)
        await self._keep(
            replace(entry, state="written", entry_id=written.id, case_id=written.case_id, url=written.url or link.url)
        )

    async def _link(self, crm: Crm, customer_id: str, here: Identity) -> CrmLink | None:
        """The customer's contact: the known one, who learns by which name they wrote, or the one that is surely meant."""
        async with self._storage.reading() as uow:
            link = await uow.records.link(customer_id, crm.name)
            record = await uow.customers.record(customer_id) if link is None else None
        if link is not None and link.contact_id is not None:
            await crm.link_identity(link.contact_id, here)
        if link is not None or record is None:
            return link
        match = sure_match(await crm.find(record.identities, record.customer.name))
        if match is None:
            return None
        contact = match.contact
        link = CrmLink(customer_id, crm.name, contact.id, contact.url, match.why, self._clock.now())
        for identity in record.identities:
            await crm.link_identity(contact.id, identity)
        async with self._storage.writing() as uow:
            kept = await crm_contacts.found(uow, link, contact, None)
        if not kept:
            raise RetriableError("somebody linked the customer meanwhile", 0.0)
        return link

    async def _keep(self, entry: CrmEntry) -> None:
        async with self._storage.writing() as uow:
            await uow.records.put(entry)


async def _timeline(uow: UnitOfWork, last: Sequence[e.Event]) -> list[CrisisEvent]:
    """What happened in the crisis, where the entry is about one."""
    for event in last:
        if isinstance(event, e.WasPartOfCrisis):
            return await uow.crises.timeline(event.crisis, STEPS)
    return []


def sure_match(matches: Sequence[ContactMatch]) -> ContactMatch | None:
    """The one contact that is surely meant; none where two are."""
    sure = [match for match in matches if match.confidence >= SURE]
    return sure[0] if len({match.contact.id for match in sure}) == 1 else None


def wants_case(part: CrmPart, occasion: Occasion, c: Conversation) -> bool:
    """Is a case opened beside the entry?"""
    if occasion in {"answered", "crisis"}:
        return False
    return part.case == "always" or (part.case == "urgent" and (c.urgent or c.crisis))


async def write_to(uow: UnitOfWork, crm: str, customer_id: str) -> None:
    """The customer has a contact there now: what found nobody is written after all."""
    for entry in await uow.records.without_contact(customer_id, crm):
        version = int(entry.key.rpartition("/")[2])
        again = f":{entry.at.isoformat()}"
        await uow.outbox.put(entry_work(crm, entry.key, entry.number, entry.occasion, version, again))
