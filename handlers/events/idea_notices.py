"""Who is told what happens to an idea: its holder that time runs out, who is asked to take it, who raised it what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.cards import Card
from bot.config import Config
from bot.domain import idea_events as e
from bot.domain.idea import Idea
from bot.domain.people import Person, PersonRef
from bot.ports import ChatPlatform, Clock, Directory, Storage, Taken, Work
from bot.views.idea_notices import idea_notice_card
from handlers.events.personally import send_personally, work_to
from handlers.ideas import EVENT

MESSAGE = "idea_message"
"""The kind of work that sends one message about an idea to one person."""


class IdeaTeller:
    """Hands each message on as work of its own, and sends it."""

    def __init__(
        self,
        storage: Storage,
        directory: Directory,
        platforms: Mapping[str, ChatPlatform],
        config: Config,
        clock: Clock,
    ) -> None:
        self._storage = storage
        self._directory = directory
        self._platforms = platforms
        self._config = config
        self._clock = clock

    async def __call__(self, taken: Taken) -> None:
        """One message to each person, who has not said that they want none."""
        payload = taken.work.payload
        event, idea = EVENT.validate_python(payload["event"]), await self._idea(taken)
        onward: list[Work] = []
        for person in await self._people(event, idea, payload) if idea is not None else []:
            accounts = await self._directory.accounts(person.id)
            if person.outsider or not accounts or await self._directory.is_muted(person.id):
                continue
            # On the platform from which it was done, where they are there: there the others are, too.
            accounts.sort(key=lambda account: account.platform != event.via)
            sent = {**payload, "person": person.id}
            onward.append(work_to(accounts, MESSAGE, sent, f"{payload['mark']}:{person.id}"))
        async with self._storage.writing() as uow:
            await uow.outbox.put(*onward)

    async def send(self, taken: Taken) -> None:
        """To the first of the person's accounts where they can be reached; a lost answer is looked up before sending again."""
        idea = await self._idea(taken)
        card = self._card(idea, taken) if idea is not None else None
        if card is not None:
            await send_personally(self._platforms, card, taken)

    def _card(self, idea: Idea, taken: Taken) -> Card | None:
        event = EVENT.validate_python(taken.work.payload["event"])
        waiting = int(taken.work.payload.get("waiting", 0))
        return idea_notice_card(idea, event, self._config, now=self._clock.now(), waiting=waiting)

    async def _idea(self, taken: Taken) -> Idea | None:
        async with self._storage.reading() as uow:
            return await uow.ideas.get(int(taken.work.payload["idea"]))

    async def _people(self, event: e.Event, idea: Idea, payload: Mapping[str, Any]) -> list[Person]:
        match event:
            case e.LeaseWarned():
                return await self._one(idea.holder)
            case e.LeaseExpired():
                return await self._one(event.holder)
            case e.PassAsked(to_department=str() as department):
                members = await self._directory.members(department)
                return [person for person in members if event.by is None or person.id != event.by.id]
            case e.PassAsked():
                return await self._one(event.to_person)
            case e.PassAccepted() | e.PassDeclined():
                return await self._one(event.giver)
            case e.Shipped() if payload.get("waiting"):
                # Also who shipped it: there is something to do now.
                raised = idea.raised_by.id if idea.raised_by is not None else None
                ids = dict.fromkeys(id_ for id_ in (payload.get("holder"), raised) if id_)
                found = [await self._directory.by_id(id_) for id_ in ids]
                return [person for person in found if person is not None]
            case e.Shipped() | e.Declined() if (
                event.by is None or idea.raised_by is None or event.by.id != idea.raised_by.id
            ):
                return await self._one(idea.raised_by)
            case _:
                return []

    async def _one(self, person: PersonRef | None) -> list[Person]:
        found = await self._directory.by_id(person.id) if person is not None else None
        return [found] if found is not None else []
