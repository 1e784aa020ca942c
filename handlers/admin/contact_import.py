"""Bringing all contacts of a CRM to the store, page by page; a stopped import goes on where it ended."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Collection
from dataclasses import replace
from functools import partial

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from bot.domain.customer import Identity
from bot.domain.record import Contact, ContactPage
from bot.errors import PermanentError
from bot.ports import ContactRef, Crm, ImportedCustomer, UnitOfWork
from handlers.admin.context import Context
from handlers.admin.crm import one_of
from handlers.admin.customer_import import State, Tally, insistently
from handlers.admin.insisting import insist
from handlers.events.write_record import write_to


async def bring_contacts(context: Context, name: str, *, afresh: bool = False, forgotten: bool = False) -> Tally:
    """All contacts but what an earlier, stopped run has brought.

    Raises `UserError` where the CRM does not go on now: what came before stays, and the next run goes on from there.
    """
    state = _state(context, name)
    if afresh:
        state.forget()
    tally = begun = state.read()
    console = Console(stderr=True)
    if begun.done:
        console.print(f"{begun.done:,} contacts were brought before; going on from there.", highlight=False)
    started = time.monotonic()
    async with context.crms() as crms, context.storage() as storage:
        crm = one_of(crms, name)
        with _bar(console) as bar:
            task, cursor = bar.add_task(f"Importing from {name}", completed=begun.done, total=None), begun.cursor
            # The next page is asked for while the store writes this one.
            coming = asyncio.create_task(_page(crm, cursor))
            try:
                while True:
                    page = await coming
                    if page.next is not None:
                        coming = asyncio.create_task(_page(crm, page.next))
                    customers = [imported(name, contact) for contact in page.contacts]
                    follows = partial(_write_waiting, name)
                    stored = await insistently(storage, context, customers, follows, forgotten=forgotten)
                    tally = replace(
                        tally,
                        done=tally.done + len(customers),
                        new=tally.new + stored.new,
                        updated=tally.updated + stored.updated,
                        forgotten=tally.forgotten + stored.forgotten,
                        cursor=page.next or "",
                    )
                    if page.next is None:
                        break
                    state.write(tally)
                    bar.update(task, completed=tally.done)
            finally:
                coming.cancel()
                await asyncio.wait([coming])
    state.forget()
    brought, took = tally.done - begun.done, time.monotonic() - started
    console.print(f"{brought:,} contacts in {took:,.0f} s", highlight=False)
    return tally


def imported(crm: str, contact: Contact) -> ImportedCustomer:
    """A contact as a customer; whoever has no name is called by what they have."""
    identities = (
        *(Identity("email", email) for email in contact.emails),
        *(Identity("phone", phone) for phone in contact.phones),
        *contact.handles,
    )
    return ImportedCustomer(
        key=f"{crm}:{contact.id}",
        name=contact.name.strip() or next((each.handle for each in identities), contact.id),
        identities=identities,
        attributes=contact.attributes,
        kind=contact.kind,
        contact=ContactRef(crm, contact.id, contact.url),
    )


async def _page(crm: Crm, cursor: str) -> ContactPage:
    """A page, waited for while the CRM is busy or away."""
    ask = partial(crm.contact_page, cursor)
    page = await insist(crm.name, ask, "Run the same again later: it goes on from here.")
    if page.next is not None and page.next == cursor:
        raise PermanentError(f"{crm.name} says that a page of its contacts is followed by itself.")
    return page


async def _write_waiting(crm: str, uow: UnitOfWork, customers: Collection[str]) -> None:
    """What found nobody in the CRM while these were not linked is written now."""
    for customer in await uow.records.in_vain(sorted(customers), crm):
        await write_to(uow, crm, customer)


def _state(context: Context, name: str) -> State:
    part = context.config.crm.get(name)
    where = hashlib.sha256(f"{part.kind} {part.url}".encode()).hexdigest()[:8] if part is not None else ""
    return State.of(context, f"crm-{name}-{where}")


def _bar(console: Console) -> Progress:
    """How many there are, most CRMs do not say."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        TextColumn("{task.completed:,.0f} contacts"),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
    )
