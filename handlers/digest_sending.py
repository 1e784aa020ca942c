"""Sending one weekly digest to one recipient: a surface, a colleague, or an address. Each is retried by itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.cards import Card
from bot.config import Config
from bot.domain.people import Person
from bot.errors import ClosedError, PermanentError, RetriableError, UnknownResultError
from bot.languages import speaking_to
from bot.ports import (
    Account,
    ChartPainter,
    ChatPlatform,
    Clock,
    DeadLetters,
    Directory,
    Mailer,
    Storage,
    Taken,
)
from handlers.digest import zone_of
from handlers.digest_forms import Forms, card_of
from handlers.digest_kept import KeptDigest, window_of

NOT_CONNECTED = 60.0
"""Seconds after which a digest is tried again whose platform is not configured yet."""

NOT_MET = 600.0
"""Seconds after which it is tried again for a colleague whom no platform has told of yet."""


class DigestSender:
    """Sends what was counted once to whoever is to get it."""

    def __init__(
        self,
        storage: Storage,
        directory: Directory,
        platforms: Mapping[str, ChatPlatform],
        mailer: Mailer | None,
        painter: ChartPainter | None,
        letters: DeadLetters,
        config: Config,
        clock: Clock,
    ) -> None:
        self._storage = storage
        self._directory = directory
        self._platforms = platforms
        self._mailer = mailer
        self._config = config
        self._clock = clock
        self._forms = Forms(painter, zone_of(config))
        self._kept = KeptDigest(storage, letters, config, clock)

    async def __call__(self, taken: Taken) -> None:
        """To the one recipient that the work names; a lost answer is looked up first where that can be."""
        match taken.work.payload:
            case {"person": str(email)}:
                await self._tell(email, taken)
            case {"mail": str(address)}:
                await self._write(address, taken)
            case {"surface": str(name)}:
                await self._show(name, taken)

    async def _show(self, name: str, taken: Taken) -> None:
        surface = self._config.surface(name)
        if surface is None:
            return
        platform = self._platform(surface.platform)
        mark = _mark(taken)
        if taken.attempt > 1 and await platform.find(surface.channel, mark, taken.created_at) is not None:
            return
        card = await self._card(taken)
        await platform.post(surface.channel, card, mark)

    async def _tell(self, email: str, taken: Taken) -> None:
        """To the first of the person's accounts where they can be reached."""
        person = await self._known(email)
        accounts = await self._directory.accounts(person.id)
        if not accounts:
            raise RetriableError(f"{email} has no account on Slack or Teams", NOT_MET)
        reached = [(self._platforms[each.platform], each) for each in accounts if each.platform in self._platforms]
        if not reached:
            self._platform(accounts[0].platform)
        if taken.attempt > 1 and await self._told(reached, taken):
            return
        with speaking_to(person.language):
            card = await self._card(taken)
        closed: list[str] = []
        for platform, account in reached:
            try:
                await platform.post(await platform.direct(account), card, _mark(taken))
            except ClosedError as error:
                closed.append(str(error))
            else:
                return
        raise PermanentError(f"{email} cannot be written to: {'; '.join(closed)}")

    async def _told(self, reached: list[tuple[ChatPlatform, Account]], taken: Taken) -> bool:
        """Did an earlier try reach one of the person's accounts?"""
        for platform, account in reached:
            try:
                channel = await platform.direct(account)
            except ClosedError:
                continue
            if await platform.find(channel, _mark(taken), taken.created_at) is not None:
                return True
        return False

    async def _known(self, email: str) -> Person:
        person = await self._directory.find(email)
        if person is None:
            raise RetriableError(f"nobody with the address {email} has been met on Slack or Teams", NOT_MET)
        if person.outsider:
            raise _guest(email)
        return person

    async def _write(self, address: str, taken: Taken) -> None:
        """By mail: where nobody can say whether it arrived it is sent once more, under the same Message-ID, and no more."""
        if self._mailer is None:
            raise PermanentError("no mail can be sent: baton.toml names no server under [mail]")
        person = await self._directory.find(address)
        if person is not None and person.outsider and (person.email or "").casefold() == address.casefold():
            raise _guest(address)
        with speaking_to(person.language if person is not None else self._config.company.language):
            card = await self._card(taken)
            mail = await self._forms.mail(card, address, _mark(taken), self._clock.now())
        try:
            await self._mailer.send(mail)
        except UnknownResultError as error:
            async with self._storage.writing() as uow:
                once_more = await uow.first(f"unclear:{_mark(taken)}")
            if once_more:
                raise
            raise PermanentError(f"{error} It was sent twice, and may have arrived.") from error

    async def _card(self, taken: Taken) -> Card:
        """What is shown, in the language that is spoken here and now."""
        payload = taken.work.payload
        counted = await self._kept.of(datetime.fromisoformat(str(payload["due"])), window_of(payload))
        return card_of(counted, self._config)

    def _platform(self, name: str) -> ChatPlatform:
        platform = self._platforms.get(name)
        if platform is None:
            raise RetriableError(f"there is no connection to {name}", NOT_CONNECTED)
        return platform


def _guest(address: str) -> PermanentError:
    """So is whoever left, since then their account is closed."""
    return PermanentError(f"{address} is a guest, and guests see no customers")


def _mark(taken: Taken) -> str:
    return str(taken.work.payload["mark"])
