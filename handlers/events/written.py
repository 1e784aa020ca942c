"""Telling somebody what a model wrote for them, where it took longer than they should wait: as a message to them alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import structlog

from bot.cards import Card
from bot.commands import Invocation, Reply
from bot.config import Config
from bot.domain.writing import Suggest, Summarise, Translate
from bot.errors import ClosedError, RetriableError, UserError
from bot.languages import speaking_to
from bot.ports import (
    Account,
    Answering,
    ChatPlatform,
    Clock,
    Directory,
    Piece,
    Storage,
    Taken,
    Told,
    UnitOfWork,
    Work,
    WritingDesk,
)
from bot.speech import say, sentence
from bot.views import not_written_card, suggestion_card, summary_card, translation_card, writing_late_card
from bot.views.writing import What
from handlers.events.refresh_cards import NOT_CONNECTED
from handlers.writing import conversation_of, to_suggest, to_summarise, to_translate

KIND = "writing"

About = Summarise | Translate | Suggest
"""What is written about a conversation."""

_log = structlog.get_logger("baton")


async def later(what: What, invocation: Invocation, piece: Piece, storage: Storage, **args: str) -> Reply:
    """What is said of a piece that is not there: that it comes later, and it does; raises `UserError` where nothing will come.

    Only what was asked for is kept until then. What is written stands in no queue.
    """
    ref, person = f"B-{invocation.number}", invocation.actor.id
    if piece.state == "failed":
        raise UserError(
            say("The model wrote nothing: {why}.", why=sentence(piece.why).rstrip(".")),
            say("Try again in a while, or do it by hand."),
        )
    payload = {"what": what, "number": invocation.number, "person": person, "via": invocation.origin.platform, **args}
    mark = f"writing:{what}:{invocation.number}:{person}:{invocation.at.isoformat()}"
    work = Work(KIND, payload | {"mark": mark}, priority=0, dedup=f"writing:{what}:{invocation.number}:{person}")
    async with storage.writing() as uow:
        await uow.outbox.put(work)
    again = {name: value for name, value in args.items() if name == "into" and value}
    return Reply(card=writing_late_card(ref, what, again), secret=True)


class WritingSender:
    """Waits for the model, then sends a message to the one who asked; a lost answer is looked up first."""

    def __init__(
        self,
        storage: Storage,
        directory: Directory,
        platforms: Mapping[str, ChatPlatform],
        desk: WritingDesk,
        answering: Answering,
        config: Config,
        clock: Clock,
    ) -> None:
        self._storage = storage
        self._directory = directory
        self._platforms = platforms
        self._desk = desk
        self._answering = answering
        self._config = config
        self._clock = clock

    async def __call__(self, taken: Taken) -> None:
        """Send it. Where the model fails, that is what they are told: nobody waits for days."""
        payload = taken.work.payload
        what, ref = cast("What", payload["what"]), f"B-{payload['number']}"
        person = await self._directory.by_id(str(payload["person"]))
        with speaking_to(person.language if person is not None else self._config.company.language):
            try:
                async with self._storage.reading() as uow:
                    asked = await self._asked(uow, payload)
            except UserError as error:
                card = not_written_card(ref, what, error.message)
            else:
                if asked is None:
                    return
                card = _card(ref, what, asked, await self._desk.wait(asked))
            await self._tell(card, taken)

    async def _asked(self, uow: UnitOfWork, payload: Mapping[str, object]) -> About | None:
        """What is to be written, from what stands in the store now; None where the customer is forgotten."""
        conversation = await conversation_of(uow, int(str(payload["number"])))
        if conversation.forgotten:
            return None
        match payload["what"]:
            case "summarise":
                return await to_summarise(uow, conversation)
            case "translate":
                return await to_translate(uow, conversation, str(payload["into"]))
            case _:
                posts = [post for post in await uow.posts.of(conversation.number) if post.deleted_at is None]
                now = self._clock.now()
                way = self._answering.way(posts[-1], now) if posts else None
                wanted = str(payload.get("wanted") or "")
                return await to_suggest(uow, conversation, wanted, way, self._config, now)

    async def _tell(self, card: Card, taken: Taken) -> None:
        payload, mark = taken.work.payload, str(taken.work.payload["mark"])
        accounts = await self._directory.accounts(str(payload["person"]))
        accounts.sort(key=lambda account: account.platform != payload["via"])
        connected = [account for account in accounts if account.platform in self._platforms]
        if not connected:
            raise RetriableError(f"there is no connection to {payload['via']}", NOT_CONNECTED)
        for account in connected:
            platform = self._platforms[account.platform]
            try:
                await self._send(platform, account, card, mark, taken)
            except ClosedError as error:
                _log.warning("not_told", platform=account.platform, user=account.user, why=str(error))
            else:
                return

    async def _send(self, platform: ChatPlatform, account: Account, card: Card, mark: str, taken: Taken) -> None:
        channel = await platform.direct(account)
        sent = await platform.find(channel, mark, taken.created_at, None) if taken.attempt > 1 else None
        if sent is None:
            sent = await platform.post(channel, card, mark, None)
        # So that it can be taken back when the customer is forgotten.
        told = Told(mark, str(taken.work.payload["number"]), platform.name, sent.channel, sent.message)
        async with self._storage.writing() as uow:
            await uow.privacy.told(told)


def _card(ref: str, what: What, asked: About, piece: Piece) -> Card:
    if piece.written is None:
        return not_written_card(ref, what, piece.why)
    match asked:
        case Summarise():
            return summary_card(ref, piece.written)
        case Translate(into=into):
            return translation_card(ref, into, piece.written)
        case Suggest():
            return suggestion_card(ref, piece.written, asked.wanted)
