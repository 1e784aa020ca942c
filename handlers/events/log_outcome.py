"""After a resolve, write the outcome to Baton's own record of the customer, with retries until it is there."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from bot.domain import events as e
from bot.domain.conversation import Conversation
from bot.domain.customer import PastConversation
from bot.domain.triage import sure_score
from bot.ports import Change, Storage, Taken, UnitOfWork, Work

KIND = "log_outcome"
_PAST: TypeAdapter[Any] = TypeAdapter(PastConversation)


async def follow(uow: UnitOfWork, change: Change) -> None:
    """One entry per resolve: a conversation that was reopened and resolved again has two."""
    conversation = change.conversation
    for event in change.events:
        if not isinstance(event, e.Resolved):
            continue
        key, past = entry_of(conversation, event)
        payload = {
            "customer": conversation.customer_id,
            "key": key,
            "past": _PAST.dump_python(past, mode="json"),
        }
        # A whole storm that is over at once lets what is resolved one by one go first.
        priority = 1 if conversation.echo_of is None else 2
        await uow.outbox.put(Work(KIND, payload, key="crm", priority=priority, once=f"outcome:{key}"))


def entry_of(conversation: Conversation, event: e.Resolved) -> tuple[str, PastConversation]:
    """What the record keeps of a resolve: the key that makes it one entry, and the entry."""
    past = PastConversation(
        number=conversation.number,
        network=conversation.network,
        opened_at=conversation.opened_at,
        state=conversation.state.value,
        outcome=event.outcome.kind.value,
        wanted=event.outcome.wanted,
        changed=event.outcome.changed,
        who=event.by.name if event.by is not None else None,
        departments=conversation.touched,
        score=sure_score(conversation.reading),
    )
    return f"{conversation.ref}:{event.at.isoformat()}", past


class OutcomeLogger:
    """Carries the entry to the record; the record keeps one entry per key, however often this runs."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def __call__(self, taken: Taken) -> None:
        """Write one outcome."""
        payload = taken.work.payload
        async with self._storage.writing() as uow:
            customer = await uow.customers.get(str(payload["customer"]))
            if customer is not None:
                past = _PAST.validate_python(payload["past"])
                await uow.customers.log_outcome(customer.id, past, str(payload["key"]))
