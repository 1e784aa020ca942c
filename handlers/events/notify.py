"""Who is told when something happens: one work item for each person and each card's thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import TypeAdapter

from bot.config import Config
from bot.domain import events as e
from bot.domain.conversation import RUNGS, Conversation
from bot.domain.people import Person
from bot.ports import Account, Change, Directory, Posting, Storage, Taken, UnitOfWork, Work

KIND = "notice"
DIRECT = "direct_message"
THREAD = "thread_message"

CALLED = 5
"""How many people of a department are called by name; more would ping half the company."""

EVENT: TypeAdapter[Any] = TypeAdapter(e.Event)
"""Events as they travel in a payload."""


async def follow(uow: UnitOfWork, change: Change) -> None:
    """One work item per event that somebody is told of; who exactly is decided when it runs."""
    conversation = change.conversation
    for index, event in enumerate(change.events):
        if not _tells(event, conversation):
            continue
        payload = {"number": conversation.number, "event": EVENT.dump_python(event, mode="json")}
        mark = f"notice:{conversation.number}:{conversation.version - len(change.events) + index + 1}"
        await uow.outbox.put(Work(KIND, payload | {"mark": mark}, priority=0, once=mark))


def _tells(event: e.Event, conversation: Conversation) -> bool:
    match event:
        case e.Claimed() | e.Renewed() | e.Released() | e.Joined() | e.Noted() | e.PerspectiveGiven() | e.Opened():
            return False
        case e.CustomerWrote() | e.PostEdited():
            return conversation.baton is not None
        case e.PostDeleted():
            # What we erased ourselves, of somebody who was forgotten, its author did not delete.
            return conversation.baton is not None and event.via == "network"
        case e.Woken():
            return event.by is None and conversation.baton is not None
        case e.AnswerWritten():
            # What tells of an idea is asked about in one message for all of them, and so is what is stuck.
            return bool(event.needs) and event.idea is None
        case e.AnswerRejected():
            return event.idea is None
        case e.AnswerApproved() | e.AnswerFailed() | e.AnswerUnclear():
            return conversation.answer is None or conversation.answer.idea is None
        case _:
            return isinstance(event, _TOLD)


_TOLD = (
    e.LeaseWarned,
    e.LeaseExpired,
    e.PassAsked,
    e.PassWanted,
    e.PassAccepted,
    e.PassDeclined,
    e.DiscussionCalled,
    e.Escalated,
    e.CrisisRaised,
)


ABOUT_ANSWERS = (e.AnswerWritten, e.AnswerApproved, e.AnswerRejected, e.AnswerFailed, e.AnswerUnclear)
"""Events of which the author, the holder or who approves is told."""


class Teller:
    """Finds out who is to be told, and hands each message on as work of its own, so that one failure stops no other."""

    def __init__(self, storage: Storage, directory: Directory, config: Config) -> None:
        self._storage = storage
        self._directory = directory
        self._config = config

    async def __call__(self, taken: Taken) -> None:
        """Fan one notice out: to each person's account and, for a discussion, to each card's thread."""
        payload = taken.work.payload
        event, number = EVENT.validate_python(payload["event"]), int(payload["number"])
        onward: list[Work] = []
        for person in await self._people(event, number):
            duty = isinstance(event, e.Escalated | e.CrisisRaised)
            if person.outsider or (not duty and await self._directory.is_muted(person.id)):
                continue
            accounts = await self._accounts(person, number)
            if accounts:
                onward.append(_direct({**payload, "person": person.id}, accounts))
        if isinstance(event, e.DiscussionCalled):
            onward += await self._threads(payload, await self._postings(number))
        async with self._storage.writing() as uow:
            await uow.outbox.put(*onward)

    async def _accounts(self, person: Person, number: int) -> list[Account]:
        """The person's accounts, first that of the platform from which they last acted on this conversation: nobody wants to
        be told the same twice."""
        accounts = await self._directory.accounts(person.id)
        if len(accounts) > 1:
            async with self._storage.reading() as uow:
                trail = await uow.conversations.trail(number)
            last = next((each.via for each in reversed(trail) if each.by is not None and each.by.id == person.id), "")
            accounts.sort(key=lambda account: account.platform != last)
        return accounts

    async def _postings(self, number: int) -> list[Posting]:
        async with self._storage.reading() as uow:
            return await uow.postings.of(number)

    async def _threads(self, payload: Mapping[str, Any], postings: list[Posting]) -> list[Work]:
        works = []
        for posting in postings:
            mark = f"{payload['mark']}:{posting.id}"
            work = Work(THREAD, {**payload, "mark": mark, "posting": posting.id}, key=posting.surface, lane="post")
            works.append(_first(work, mark))
        return works

    async def _people(self, event: e.Event, number: int) -> list[Person]:
        async with self._storage.reading() as uow:
            conversation = await uow.conversations.get(number)
        if conversation is None:
            return []
        if isinstance(event, ABOUT_ANSWERS):
            return await self._about_answer(event, conversation)
        match event:
            case e.PassAsked(to_department=str() as department):
                return [p for p in await self._directory.members(department) if event.by is None or p.id != event.by.id]
            case e.PassAsked(to_person=to) if to is not None:
                return await self._one(to.id)
            case e.PassDeclined() | e.PassAccepted():
                return await self._one(event.giver.id)
            case e.PassWanted() | e.LeaseExpired():
                return await self._one(event.holder.id)
            case e.Escalated():
                return await self._at_rung(event.rung, self._config.lead_department(conversation))
            case e.CrisisRaised():
                return [*await self._directory.told_at(2, None), *await self._directory.told_at(3, None)]
            case e.LeaseWarned():
                # Renewed or passed on since then, there is nothing to warn of.
                baton = conversation.baton
                return await self._one(baton.holder.id) if baton is not None and baton.warned else []
            case e.CustomerWrote() | e.PostEdited() | e.PostDeleted() | e.Woken():
                return await self._one(conversation.holder.id) if conversation.holder is not None else []
            case e.DiscussionCalled():
                return await self._out_of_reach(event, number)
            case _:
                return []

    async def _about_answer(self, event: e.Event, conversation: Conversation) -> list[Person]:
        """Whoever approves next, and the author; of an answer that was replaced meanwhile nobody is told."""
        if isinstance(event, e.AnswerRejected):
            return await self._one(event.author.id)
        answer = conversation.answer
        if answer is None or answer.id != getattr(event, "answer_id", None):
            return []
        asked = await self._directory.members(answer.waits_for) if answer.waits_for is not None else []
        if isinstance(event, e.AnswerWritten):
            return [person for person in asked if person.id != answer.by.id]
        holder = conversation.holder or answer.by
        told = await self._one(answer.by.id if isinstance(event, e.AnswerApproved) else holder.id)
        return [*told, *(person for person in asked if person.id != answer.by.id)]

    async def _out_of_reach(self, event: e.DiscussionCalled, number: int) -> list[Person]:
        """Those of the departments who have no account where the conversation has a thread."""
        surfaces = [self._config.surface(posting.surface) for posting in await self._postings(number)]
        platforms = {surface.platform for surface in surfaces if surface is not None}
        told: dict[str, Person] = {}
        for department in event.departments:
            found = await called(self._directory, department, lambda there: not there & platforms)
            told.update({person.id: person for person in found if event.by is None or person.id != event.by.id})
        return list(told.values())

    async def _at_rung(self, rung: int, department: str | None) -> list[Person]:
        """Who has this duty; where nobody has, whoever is next above, so that no escalation reaches nobody."""
        for duty in range(rung, len(RUNGS)):
            if told := await self._directory.told_at(duty, department):
                return told
        return []

    async def _one(self, person_id: str) -> list[Person]:
        person = await self._directory.by_id(person_id)
        return [person] if person is not None else []


async def called(directory: Directory, department: str, suits: Callable[[set[str]], bool]) -> list[Person]:
    """The people of a department who are called, leads first: those whose platforms suit, and not too many of them."""
    found: list[Person] = []
    for person in await directory.members(department):
        if suits({account.platform for account in await directory.accounts(person.id)}):
            found.append(person)
        if len(found) == CALLED:
            break
    return found


def _direct(payload: Mapping[str, Any], accounts: list[Account]) -> Work:
    """One message to one person: to the first of their accounts, to the next where that one cannot be reached."""
    first, mark = accounts[0], str(payload["mark"])
    to = [{"platform": each.platform, "team": each.team, "user": each.user} for each in accounts]
    name = f"{mark}:{first.platform}:{first.user}"
    work = Work(DIRECT, {**payload, "mark": name, "to": to}, key=f"{first.platform}:{first.user}", lane="post")
    return _first(work, name)


def _first(work: Work, mark: str) -> Work:
    """What a person just caused, sent once."""
    return Work(work.kind, work.payload, key=work.key, lane=work.lane, priority=0, once=mark)
