"""Which contact of a CRM a customer is: found by itself, said by a colleague, taken back. A colleague's word stays."""

from __future__ import annotations

from datetime import datetime

from bot.domain.evidence import SAME_CONTACT
from bot.domain.people import PersonRef
from bot.domain.record import Contact
from bot.ports import LINKED_BY, UNLINKED_BY, CrmLink, UnitOfWork
from handlers.events import likeness


async def found(uow: UnitOfWork, link: CrmLink, contact: Contact, before: CrmLink | None) -> bool:
    """The customer surely is this contact. `before` is the link that was known when it was looked for; False where there is
    another one meanwhile, which stays, or where the customer was forgotten."""
    held = await uow.records.link(link.customer_id, link.crm)
    if (held is not None and held != before) or await uow.privacy.forgotten(link.customer_id):
        return False
    await uow.records.set_link(link)
    await _learn_kind(uow, link.customer_id, link.crm, contact)
    await likeness.ask(uow, [link.customer_id])
    return True


async def seen_again(uow: UnitOfWork, link: CrmLink, contact: Contact) -> None:
    """What the CRM tells of a known contact now."""
    if await _learn_kind(uow, link.customer_id, link.crm, contact):
        await likeness.ask(uow, [link.customer_id])


async def said(
    uow: UnitOfWork, customer_id: str, crm: str, contact: Contact | None, by: PersonRef, at: datetime, via: str
) -> CrmLink | None:
    """A colleague says which contact the customer is there (None: nobody). Gives the link that this takes the place of."""
    former = await _take_back(uow, customer_id, crm, by, at, via)
    how = f"{LINKED_BY if contact is not None else UNLINKED_BY}{by.name}"
    # Who was joined by the former contact alone is somebody else again: said of the one whom the former link was about.
    whose = former.customer_id if former is not None else customer_id
    contact_id, url = (contact.id, contact.url) if contact is not None else (None, None)
    await uow.records.set_link(CrmLink(whose, crm, contact_id, url, how, at))
    if contact is not None:
        await _learn_kind(uow, whose, crm, contact)
    what = f"linked to {contact_id}" if contact is not None else "unlinked"
    await uow.customers.looked_up(whose, by, f"{via} {crm}: {what}", at)
    await likeness.ask(uow, [whose])
    return former


async def _take_back(
    uow: UnitOfWork, customer_id: str, crm: str, by: PersonRef, at: datetime, via: str
) -> CrmLink | None:
    """The newest link there no longer holds, nor what was concluded from it alone; nor any other of those who stay one."""
    links = [link for link in await uow.records.links(customer_id) if link.crm == crm]
    former = next((link for link in links if link.contact_id is not None), None)
    if former is None:
        return None
    for merge in await uow.identities.merges(former.customer_id):
        concluded = merge.undone_at is None and merge.by is None and merge.why == SAME_CONTACT
        if concluded and former.customer_id in {merge.one, merge.other}:
            undone = await uow.identities.unmerge(merge.id, "linked to the wrong contact", at, by, via)
            if undone is not None:
                await likeness.ask(uow, [undone.one, undone.other])
    for link in await uow.records.links(former.customer_id):
        if link.crm == crm and link.customer_id != former.customer_id:
            await uow.records.drop_link(link.customer_id, crm)
    return former


async def _learn_kind(uow: UnitOfWork, customer_id: str, crm: str, contact: Contact) -> bool:
    """True where it was not known. Where several CRMs know the customer, one that says company is right: what keeps no
    companies calls everybody a person."""
    if contact.kind is None:
        return False
    if contact.kind == "person":
        links = await uow.records.links(customer_id)
        if any(link.crm != crm and link.contact_id is not None for link in links):
            return False
    return await uow.customers.set_kind(customer_id, contact.kind)
