"""What Baton has learnt of how to reach rooms and people on Teams. Kept in the store, and in memory beside it.

A bot cannot look any of this up: Teams tells it with each activity (learn.microsoft.com, "Send proactive messages").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.errors import RetriableError
from bot.ports import Storage
from bot.teams.adapter import Reference
from bot.teams.receive import part, tenant_of

ANYWHERE = "https://smba.trafficmanager.net/teams/"
"""Where Teams takes messages to a tenant that has not spoken yet; that of the public cloud."""

NOBODY_YET = 60.0
"""Seconds after which a message is tried again while nobody has spoken."""


class References:
    """Where each tenant is served, each person's chat with Baton, and who stands behind Teams' ids of people.

    `tenant` is that of the app's registration; without one (a local client needs none) it is the one that spoke last. `anywhere` takes
    messages to a tenant that has not spoken yet; without it they wait until it has.
    """

    def __init__(self, storage: Storage, tenant: str = "", anywhere: str = ANYWHERE) -> None:
        self._storage = storage
        self._tenant = tenant
        self._anywhere = anywhere
        self._known: dict[str, str] = {}

    async def own_tenant(self) -> str:
        """The tenant whose people are colleagues; empty while nobody has spoken."""
        return self._tenant or await self._get("tenant") or ""

    async def near(self, tenant: str = "") -> Reference:
        """The tenant's service, without a conversation; raises `RetriableError` while none is known."""
        tenant = tenant or await self.own_tenant()
        service = await self._get(f"service:{tenant}") or self._anywhere
        if not tenant or not service:
            raise RetriableError("nobody has spoken to Baton on Teams yet", NOBODY_YET)
        return Reference(service, "", tenant, await self._get(f"bot:{tenant}") or "")

    async def can_speak(self) -> bool:
        """Is it known where our own tenant takes messages?"""
        tenant = await self.own_tenant()
        return bool(tenant and (self._anywhere or await self._get(f"service:{tenant}")))

    async def at(self, conversation: str, tenant: str = "") -> Reference:
        """A conversation of the tenant; its id may name a thread."""
        return replace(await self.near(tenant), conversation=conversation)

    async def learn(self, activity: Mapping[str, Any]) -> None:
        """Take from an authenticated activity what will be needed to speak without having been spoken to."""
        tenant, service = tenant_of(activity), str(activity.get("serviceUrl") or "")
        bot = str(part(activity, "recipient", "id") or "")
        if not tenant or not service:
            return
        said = {f"service:{tenant}": service}
        if bot:
            said[f"bot:{tenant}"] = bot
        if not self._tenant:
            said["tenant"] = tenant
        await self._keep(said)

    async def chat(self, tenant: str, user: str) -> str | None:
        """The conversation with one person alone."""
        return await self._get(f"chat:{tenant}:{user}")

    async def learn_chat(self, tenant: str, user: str, conversation: str) -> None:
        """They wrote there, or it was opened."""
        await self._keep({f"chat:{tenant}:{user}": conversation})

    async def user(self, tenant: str, teams_id: str) -> str | None:
        """The account behind the id that Teams made for this person and this bot."""
        return await self._get(f"user:{tenant}:{teams_id}")

    async def learn_users(self, tenant: str, users: Mapping[str, str]) -> None:
        """The accounts behind Teams' ids, as an activity or a list of members names both."""
        await self._keep({f"user:{tenant}:{id_}": user for id_, user in users.items() if id_ and id_ != user})

    async def _get(self, key: str) -> str | None:
        if key not in self._known:
            async with self._storage.reading() as uow:
                found = await uow.setting(f"teams:{key}")
            if found is None:
                return None
            self._known[key] = found
        return self._known[key]

    async def _keep(self, said: Mapping[str, str]) -> None:
        fresh = {key: value for key, value in said.items() if self._known.get(key) != value}
        if not fresh:
            return
        async with self._storage.writing() as uow:
            for key, value in fresh.items():
                await uow.set_setting(f"teams:{key}", value)
        self._known.update(fresh)
