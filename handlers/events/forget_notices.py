"""Who decides whether a customer is forgotten is asked; both who decided are told what came of it."""

from __future__ import annotations

from collections.abc import Mapping

from bot.cards import Card
from bot.config import Config
from bot.domain.forgetting import Forgetting
from bot.domain.people import Person
from bot.errors import ClosedError
from bot.ports import Account, ChatPlatform, Directory, Storage, Taken, Told, Work
from bot.views import forget_asked_card, forget_report_card
from handlers.events.personally import work_to
from handlers.events.refresh_cards import no_connection

KIND = "forget_notice"
MESSAGE = "forget_message"


def question(request: Forgetting) -> Work:
    """Asks everybody who may decide."""
    return _notice(request, "asked")


def report(request: Forgetting) -> Work:
    """Tells both what was erased."""
    return _notice(request, "done")


def _notice(request: Forgetting, what: str) -> Work:
    return Work(KIND, {"request": request.id, "what": what}, priority=0, once=f"{KIND}:{request.id}:{what}")


class ForgetTeller:
    """Hands each message on as work of its own, and sends it."""

    def __init__(
        self, storage: Storage, directory: Directory, platforms: Mapping[str, ChatPlatform], config: Config
    ) -> None:
        self._storage = storage
        self._directory = directory
        self._platforms = platforms
        self._config = config

    async def __call__(self, taken: Taken) -> None:
        """One message to each person."""
        request, what = await self._request(taken), str(taken.work.payload["what"])
        if request is None:
            return
        people = await self._deciders(request) if what == "asked" else await self._both(request)
        onward: list[Work] = []
        for person in people:
            accounts = await self._directory.accounts(person.id)
            if person.outsider or not accounts:
                continue
            onward.append(work_to(accounts, MESSAGE, taken.work.payload, f"forget:{request.id}:{what}:{person.id}"))
        async with self._storage.writing() as uow:
            await uow.outbox.put(*onward)

    async def send(self, taken: Taken) -> None:
        """To the first of the person's accounts where they can be reached."""
        request, payload = await self._request(taken), taken.work.payload
        card = self._card(request, str(payload["what"])) if request is not None else None
        if request is None or card is None:
            return
        accounts = [Account(**to) for to in payload["to"]]
        connected = [account for account in accounts if account.platform in self._platforms]
        for account in connected or accounts:
            platform = self._platforms.get(account.platform)
            if platform is None:
                raise no_connection(account.platform)
            try:
                await self._send(platform, await platform.direct(account), card, taken, request)
            except ClosedError:
                continue
            return

    async def _send(self, platform: ChatPlatform, channel: str, card: Card, taken: Taken, request: Forgetting) -> None:
        mark = str(taken.work.payload["mark"])
        sent = await platform.find(channel, mark, taken.created_at) if taken.attempt > 1 else None
        if sent is None:
            sent = await platform.post(channel, card, mark)
        if taken.work.payload["what"] == "asked":
            # The reason may name the customer: the question is taken back with everything else.
            async with self._storage.writing() as uow:
                await uow.privacy.told(Told(mark, request.id, platform.name, sent.channel, sent.message))

    def _card(self, request: Forgetting, what: str) -> Card | None:
        if what == "asked":
            return forget_asked_card(request, self._config) if request.state == "asked" else None
        return forget_report_card(request, self._config)

    async def _request(self, taken: Taken) -> Forgetting | None:
        async with self._storage.reading() as uow:
            return await uow.privacy.get(str(taken.work.payload["request"]))

    async def _deciders(self, request: Forgetting) -> list[Person]:
        """Everybody whom the configuration lets decide, but for who asked."""
        found: dict[str, Person] = {}
        for part in self._config.people:
            person = await self._directory.find(part.email)
            if person is not None and self._config.may_decide_privacy(person) and person.id != request.asked_by.id:
                found[person.id] = person
        return list(found.values())

    async def _both(self, request: Forgetting) -> list[Person]:
        ids = [request.asked_by.id, *([request.decided_by.id] if request.decided_by is not None else [])]
        return [person for id_ in ids if (person := await self._directory.by_id(id_)) is not None]
