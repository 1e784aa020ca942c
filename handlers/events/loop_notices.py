"""Tells whoever is needed so that customers hear that an idea shipped: who holds a conversation, who approves, whose answers are stuck."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.cards import Card
from bot.config import Config
from bot.domain.idea import IdeaState
from bot.domain.people import Person
from bot.ports import ChatPlatform, Directory, Storage, Taken
from bot.views.loop_notices import approvals_card, held_card, rejected_card, stuck_card
from handlers.events.personally import send_personally, work_to

MESSAGE = "loop_message"
"""The kind of work that sends one such message to one person."""


class LoopNotices:
    """Hands each message on as work of its own, and sends it."""

    def __init__(
        self, storage: Storage, directory: Directory, platforms: Mapping[str, ChatPlatform], config: Config
    ) -> None:
        self._storage = storage
        self._directory = directory
        self._platforms = platforms
        self._config = config

    async def __call__(self, taken: Taken) -> None:
        """One message to each person, who has not said that they want none."""
        payload, onward = taken.work.payload, []
        for person in await self._people(payload):
            accounts = await self._directory.accounts(person.id)
            if person.outsider or not accounts or await self._directory.is_muted(person.id):
                continue
            onward.append(work_to(accounts, MESSAGE, payload, f"{payload['mark']}:{person.id}"))
        async with self._storage.writing() as uow:
            await uow.outbox.put(*onward)

    async def send(self, taken: Taken) -> None:
        """To the first of the person's accounts where they can be reached; a lost answer is looked up before sending again."""
        card = await self._card(taken.work.payload)
        if card is not None:
            await send_personally(self._platforms, card, taken)

    async def _people(self, payload: Mapping[str, Any]) -> list[Person]:
        if (department := payload.get("department")) is not None:
            members = await self._directory.members(str(department))
            return [person for person in members if person.id != payload.get("by")]
        person = await self._directory.by_id(str(payload["person"]))
        return [person] if person is not None else []

    async def _card(self, payload: Mapping[str, Any]) -> Card | None:
        """None where it is no longer so."""
        async with self._storage.reading() as uow:
            idea = await uow.ideas.get(int(payload["idea"]))
            number = payload.get("conversation")
            c = await uow.conversations.get(int(number)) if number is not None else None
        if idea is None or idea.state is not IdeaState.SHIPPED:
            return None
        match payload["what"]:
            case "held":
                return held_card(idea, c) if c is not None and idea.number in c.shipped else None
            case "approve":
                return approvals_card(idea, str(payload["department"]), self._config)
            case "rejected":
                return rejected_card(idea, str(payload["by"]), str(payload["why"]))
            case _:
                return stuck_card(idea)
