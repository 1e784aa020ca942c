"""Baton's own customer record: the CRM that is always there."""

from __future__ import annotations

from bot.domain.customer import Customer, PastConversation
from bot.ports import Crm, Storage


class OwnRecord(Crm):
    """Writes outcomes to Baton's own tables."""

    name = "baton"

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def log(self, customer: Customer, past: PastConversation, key: str) -> None:
        """Write an outcome; the same `key` twice is one entry."""
        async with self._storage.writing() as uow:
            await uow.customers.log_outcome(customer.id, past, key)
