"""One record of what Baton and the CRMs know of a customer, without doubles. Pure."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

from bot.domain.customer import CustomerRecord, Purchase, Ticket
from bot.domain.record import ContactHistory

T = TypeVar("T", bound=Purchase | Ticket)

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def gather(record: CustomerRecord, histories: Sequence[ContactHistory]) -> CustomerRecord:
    """The record with what the CRMs know. What both have is taken from the CRM, where it is newer; of what the customer
    is called and is like, Baton's own word comes first, then the CRMs' in their order."""
    kinds = [history.contact.kind for history in histories if history.contact.kind is not None]
    # What keeps no companies calls everybody a person.
    kind = "company" if "company" in kinds else kinds[0] if kinds else None
    for history in histories:
        total = history.purchases_total if history.purchases_total is not None else len(history.purchases)
        bought, doubles = _joined(history.purchases, record.purchases, _purchase_names)
        own = max(record.purchases_total, len(record.purchases))
        opened, _ = _joined(history.tickets, record.tickets, _ticket_names)
        customer = record.customer
        record = replace(
            record,
            customer=replace(
                customer,
                name=customer.name or history.contact.name,
                kind=kind or customer.kind,
                attributes={**history.contact.attributes, **customer.attributes},
            ),
            purchases=bought,
            # Two that share some purchases tell of the same ones; how many they share beyond those listed nobody says.
            purchases_total=max(own, total, len(bought)) if doubles else own + total,
            tickets=opened,
        )
    return record


def _joined(
    theirs: Sequence[T], ours: Sequence[T], names: Callable[[T], Iterable[Hashable]]
) -> tuple[tuple[T, ...], int]:
    """Both, newest first, and how many of ours are among theirs."""
    known = {name for each in theirs for name in names(each)}
    rest = [each for each in ours if not known & set(names(each))]
    both = sorted([*theirs, *rest], key=lambda each: each.at or _LONG_AGO, reverse=True)
    return tuple(both), len(ours) - len(rest)


def _key(key: str) -> str:
    return key.strip().lstrip("#").casefold()


def _purchase_names(purchase: Purchase) -> Iterable[Hashable]:
    """The same order number, or the same thing for the same money on the same day, is the same purchase."""
    yield _key(purchase.key)
    if purchase.at is not None:
        yield purchase.what.strip().casefold(), purchase.at.date(), purchase.amount


def _ticket_names(ticket: Ticket) -> Iterable[Hashable]:
    yield _key(ticket.key)
    if ticket.at is not None:
        yield ticket.subject.strip().casefold(), ticket.at.date()
