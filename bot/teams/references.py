"""What Baton has learnt of how to reach rooms and people on Teams. Kept in the store, and in memory beside it.

A bot cannot look any of this up: Teams tells it with each activity.
"""

from __future__ import annotations

from bot.ports import Storage

ANYWHERE = "https://smba.trafficmanager.net/teams/"
"""Where Teams takes messages to a tenant that has not written yet (learn.microsoft.com, "Send proactive messages")."""


class References:
    """Where each tenant is served, each person's chat with Baton, and who stands behind Teams' ids of people."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._known: dict[str, str] = {}

    async def service(self, tenant: str) -> str:
        """The address that takes messages to this tenant."""
        return await self._get(f"service:{tenant}") or ANYWHERE

    async def learn_service(self, tenant: str, address: str) -> None:
        """An authenticated activity came from there."""
        await self._keep(f"service:{tenant}", address)

    async def chat(self, tenant: str, user: str) -> str | None:
        """The conversation with one person alone."""
        return await self._get(f"chat:{tenant}:{user}")

    async def learn_chat(self, tenant: str, user: str, conversation: str) -> None:
        """They wrote there, or it was opened."""
        await self._keep(f"chat:{tenant}:{user}", conversation)

    async def user(self, tenant: str, teams_id: str) -> str | None:
        """The account behind the id that Teams made for this person and this bot."""
        return await self._get(f"user:{tenant}:{teams_id}")

    async def learn_user(self, tenant: str, teams_id: str, user: str) -> None:
        """Both stood in one activity, or in a list of members."""
        if teams_id != user:
            await self._keep(f"user:{tenant}:{teams_id}", user)

    async def _get(self, key: str) -> str | None:
        if key not in self._known:
            async with self._storage.reading() as uow:
                found = await uow.setting(f"teams:{key}")
            if found is None:
                return None
            self._known[key] = found
        return self._known[key]

    async def _keep(self, key: str, value: str) -> None:
        if self._known.get(key) == value:
            return
        async with self._storage.writing() as uow:
            await uow.set_setting(f"teams:{key}", value)
        self._known[key] = value
