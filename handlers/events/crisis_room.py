"""Opening a crisis room: its channel, who is invited, what its head says. Each step can be repeated after a crash."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import structlog

from bot.config import Config
from bot.domain import crisis as k
from bot.domain.crisis import Crisis, CrisisState
from bot.domain.people import Person
from bot.errors import PermanentError
from bot.ports import Account, ChatPlatform, Clock, CrisisPosting, Directory, Storage, Taken, UnitOfWork, Work
from bot.speech import say
from bot.views.crisis_names import crisis_title, room_name
from handlers.crises import save
from handlers.events.crisis_cards import board_id
from handlers.events.crisis_notices import COORDINATOR, SPONSOR
from handlers.events.refresh_cards import no_connection

OPEN, INVITE, DESCRIBE = "crisis_room", "crisis_invite", "crisis_head"
"""The kinds of work: make the room, bring people in, say at its head how it stands."""

LEAD = 1

LOOKED_AT = 50
"""So many of its conversations tell whom it concerns, where nothing else does."""

CONCERNED = 3
"""So many departments are invited then."""

_log = structlog.get_logger("baton")


def opening(crisis: Crisis) -> Work:
    """Make the room."""
    return Work(OPEN, {"crisis": crisis.number}, priority=0, once=f"{OPEN}:{crisis.number}")


def describing(crisis: Crisis) -> Work:
    """Say at its head how it stands."""
    return Work(DESCRIBE, {"crisis": crisis.number}, priority=0, dedup=str(crisis.number))


class CrisisRooms:
    """Makes the room, brings people in, and says at its head how it stands."""

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

    async def open(self, taken: Taken) -> None:
        """A channel of its own; where the platform makes none, the board's thread on a floor is the room."""
        crisis = await self._crisis(taken)
        if crisis is None or crisis.opened_at is None or crisis.channel is not None:
            return
        channel, thread = await self._channel(crisis), False
        if channel is None:
            channel, thread = self._floor(crisis), True
        async with self._storage.writing() as uow:
            crisis = await uow.crises.take(crisis.number)
            if not (events := k.room_made(crisis, self._clock.now(), channel, thread=thread)):
                return
            crisis = await save(uow, crisis, events)
            await uow.crises.want(
                CrisisPosting(board_id(crisis.number), crisis.number, "board", None, crisis.platform, channel)
            )
            invite = Work(INVITE, {"crisis": crisis.number}, priority=0, once=f"{INVITE}:{crisis.number}")
            await uow.outbox.put(invite, describing(crisis))

    async def invite(self, taken: Taken) -> None:
        """Bring in who is wanted; whoever cannot be is told where the room is."""
        crisis = await self._crisis(taken)
        if crisis is None or crisis.channel is None:
            return
        people = await self._wanted(crisis)
        accounts: dict[str, Account] = {}
        for person in people:
            there = [each for each in await self._directory.accounts(person.id) if each.platform == crisis.platform]
            if there and not crisis.thread:
                accounts[person.id] = there[0]
        left_out = set(await self._invite(crisis, list(accounts.values())))
        async with self._storage.writing() as uow:
            taken_up = await uow.crises.take(crisis.number)
            for person in people:
                if person.id not in accounts or accounts[person.id] in left_out:
                    mark = f"crisis:{crisis.number}:room:{person.id}"
                    await uow.crises.want(CrisisPosting(mark, crisis.number, "room", person.id))
            await save(uow, taken_up, k.invited(taken_up, self._clock.now(), [person.ref for person in people]))

    async def describe(self, taken: Taken) -> None:
        """At its head stands whether it goes on."""
        crisis = await self._crisis(taken)
        if crisis is None or crisis.channel is None or crisis.thread:
            return
        over = crisis.state is CrisisState.OVER
        at = crisis.ended_at if over and crisis.ended_at is not None else crisis.opened_at or crisis.proposed_at
        when, title = f"{at:%Y-%m-%d %H:%M}", crisis_title(crisis)
        line = (
            say("All clear since {when} UTC: {title}", when=when, title=title)
            if over
            else say("Crisis since {when} UTC: {title}", when=when, title=title)
        )
        try:
            await self._platform(crisis).describe(crisis.channel, line)
        except PermanentError as error:
            _log.warning("room_not_described", crisis=crisis.number, why=str(error))

    async def _crisis(self, taken: Taken) -> Crisis | None:
        async with self._storage.reading() as uow:
            return await uow.crises.get(int(taken.work.payload["crisis"]))

    def _platform(self, crisis: Crisis) -> ChatPlatform:
        platform = self._platforms.get(crisis.platform or "")
        if platform is None:
            raise no_connection(str(crisis.platform))
        return platform

    async def _channel(self, crisis: Crisis) -> str | None:
        platform = self._platform(crisis)
        # The same on every try, and said of no other room: by it one that an earlier try has made is known.
        purpose = f"{crisis.ref}, proposed {crisis.proposed_at:%Y-%m-%d %H:%M:%S} UTC: {crisis.title}"
        try:
            return await platform.open_room(room_name(crisis), purpose)
        except PermanentError as error:
            if not self._floors(crisis):
                raise
            # A crisis without a channel of its own is better than none.
            _log.warning("no_channel", crisis=crisis.number, why=str(error))
            return None

    def _floors(self, crisis: Crisis) -> list[str]:
        there = [surface for surface in self._config.surfaces if surface.platform == crisis.platform]
        there.sort(key=lambda surface: (surface.name != crisis.surface, surface.purpose != "floor"))
        return [surface.channel for surface in there]

    def _floor(self, crisis: Crisis) -> str:
        floors = self._floors(crisis)
        if not floors:
            raise PermanentError(f"{crisis.platform} makes no channels for bots, and no surface is there")
        return floors[0]

    async def _invite(self, crisis: Crisis, accounts: list[Account]) -> Iterable[Account]:
        if not accounts:
            return ()
        try:
            return await self._platform(crisis).invite(str(crisis.channel), accounts)
        except PermanentError as error:
            _log.warning("nobody_invited", crisis=crisis.number, why=str(error))
            return accounts

    async def _wanted(self, crisis: Crisis) -> list[Person]:
        """Coordinators, sponsors and leads, who opened it, and people of the departments that it concerns; no guests."""
        found: list[Person] = []
        for rung in (COORDINATOR, SPONSOR, LEAD):
            found += await self._directory.told_at(rung, None)
        opener = await self._directory.by_id(crisis.opened_by.id) if crisis.opened_by is not None else None
        found += [opener] if opener is not None else []
        for department in await self._departments(crisis):
            found += (await self._directory.members(department))[: self._config.crisis.people]
        return [person for person in {person.id: person for person in found}.values() if not person.outsider]

    async def _departments(self, crisis: Crisis) -> list[str]:
        if named := self._config.crisis.departments or crisis.figures.departments:
            return list(named)
        async with self._storage.reading() as uow:
            return await concerned(uow, crisis.number)


async def concerned(uow: UnitOfWork, crisis: int) -> list[str]:
    """The departments that most of its conversations are suggested to."""
    counts: Counter[str] = Counter()
    for number in await uow.crises.conversations(crisis, limit=LOOKED_AT):
        conversation = await uow.conversations.get(number)
        counts.update(conversation.departments[:2] if conversation is not None else ())
    return [department for department, _ in counts.most_common(CONCERNED)]
