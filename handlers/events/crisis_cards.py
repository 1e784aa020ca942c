"""Our messages about a crisis: each is made when it is sent, from what the store counts at that moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import structlog

from bot.cards import Card
from bot.config import Config
from bot.domain.crisis import Crisis
from bot.errors import ClosedError, PermanentError, RetriableError
from bot.languages import speaking_to
from bot.ports import ChatPlatform, Clock, CrisisPosting, Directory, SentMessage, Storage, Taken, UnitOfWork
from bot.views.crises import crisis_cleared_card, crisis_proposal_card, crisis_room_card, crisis_statement_card
from bot.views.crisis_board import ON_THE_BOARD, crisis_board_card
from handlers.events.refresh_cards import bring_up_to_date, fingerprint, no_connection

KIND = "crisis_card"

_log = structlog.get_logger("baton")


async def card_of(uow: UnitOfWork, crisis: Crisis, posting: CrisisPosting, config: Config, now: datetime) -> Card:
    """What this message shows now."""
    match posting.card:
        case "statement":
            return crisis_statement_card(crisis, config)
        case "room":
            return crisis_room_card(crisis, config, now=now)
    standing = await uow.crises.standing(crisis.number, crisis.ended_at or now)
    match posting.card:
        case "proposal":
            return crisis_proposal_card(crisis, standing, config, now=now)
        case "cleared":
            return crisis_cleared_card(crisis, standing, config, now=now)
        case _:
            latest = await uow.crises.timeline(crisis.number, ON_THE_BOARD)
            return crisis_board_card(crisis, standing, latest, config, now=now)


class CrisisCards:
    """Posts a message about a crisis or shows its present state in it; pins the board."""

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
        """Bring one message up to date; nothing is sent when it shows the present state already."""
        async with self._storage.reading() as uow:
            posting = await uow.crises.posting(str(taken.work.payload["posting"]))
            crisis = await uow.crises.get(posting.crisis) if posting is not None else None
        if posting is None or crisis is None:
            return
        with speaking_to(await self._language(posting, crisis)):
            await self._bring(posting, crisis, taken)

    async def _language(self, posting: CrisisPosting, crisis: Crisis) -> str:
        """The person's it goes to; of what stands in a room, the surface's of which the crisis is."""
        person = await self._directory.by_id(posting.person) if posting.person is not None else None
        if person is not None:
            return person.language
        return self._config.language_on(self._config.surface(crisis.surface or ""))

    async def _bring(self, posting: CrisisPosting, crisis: Crisis, taken: Taken) -> None:
        now = self._clock.now()
        async with self._storage.reading() as uow:
            card = await card_of(uow, crisis, posting, self._config, now)
            thread = await _thread(uow, crisis, posting)
        shown = fingerprint(card)
        wants_pin = posting.card == "board" and not posting.pinned
        # What an earlier try has sent is not known: it may have shown something else, without a word of it here.
        if posting.message is not None and posting.shown == shown and taken.attempt == 1 and not wants_pin:
            return
        if posting.person is not None and posting.message is None:
            sent = await self._to_person(posting, card, taken)
        else:
            sent = await self._in_room(posting, card, taken, thread)
        if sent is None:
            return
        sent = replace(sent, shown=shown)
        await self._keep(sent)
        if sent.card == "board" and not sent.pinned:
            await self._pin(sent)

    async def _keep(self, posting: CrisisPosting) -> None:
        async with self._storage.writing() as uow:
            await uow.crises.sent(posting)

    async def _to_person(self, posting: CrisisPosting, card: Card, taken: Taken) -> CrisisPosting | None:
        """To the first of a person's accounts where they can be reached."""
        accounts = await self._directory.accounts(str(posting.person))
        connected = [account for account in accounts if account.platform in self._platforms]
        if accounts and not connected:
            raise no_connection(accounts[0].platform)
        for account in connected:
            platform = self._platforms[account.platform]
            try:
                channel = await platform.direct(account)
                there = replace(posting, platform=platform.name, channel=channel)
                return await _show(platform, there, card, taken, None)
            except ClosedError as error:
                _log.warning("not_told", platform=account.platform, user=account.user, why=str(error))
        return None

    async def _in_room(
        self, posting: CrisisPosting, card: Card, taken: Taken, thread: str | None
    ) -> CrisisPosting | None:
        if posting.channel is None:
            # It had its place once, and that is gone.
            return None
        platform = self._platforms.get(posting.platform or "")
        if platform is None:
            raise no_connection(str(posting.platform))
        try:
            return await _show(platform, posting, card, taken, thread)
        except PermanentError:
            if posting.message is not None:
                # Its channel is closed: said once, as a dead letter, and not with every count that changes.
                await self._keep(replace(posting, channel=None))
            raise

    async def _pin(self, posting: CrisisPosting) -> None:
        platform = self._platforms[posting.platform or ""]
        try:
            await platform.pin(SentMessage(str(posting.channel), str(posting.message)))
        except PermanentError as error:
            _log.warning("board_not_pinned", crisis=posting.crisis, why=str(error))
        await self._keep(replace(posting, pinned=True))


async def _thread(uow: UnitOfWork, crisis: Crisis, posting: CrisisPosting) -> str | None:
    """What a message in the room hangs from where the room is a thread."""
    if posting.card != "statement" or not crisis.thread:
        return None
    board = await uow.crises.posting(board_id(crisis.number))
    if board is None or board.message is None:
        raise RetriableError("the board is not there yet")
    return board.message


def board_id(crisis: int) -> str:
    """Names the board of a crisis."""
    return f"crisis:{crisis}:board"


async def _show(
    platform: ChatPlatform, posting: CrisisPosting, card: Card, taken: Taken, thread: str | None
) -> CrisisPosting:
    channel, message = str(posting.channel), posting.message
    there = SentMessage(channel, message) if message is not None else None
    sent = await bring_up_to_date(platform, there, channel, card, posting.id, taken, thread)
    return replace(
        posting,
        platform=platform.name,
        channel=sent.channel,
        message=sent.message,
        # Somebody may have deleted it, and the pin with it.
        pinned=posting.pinned and sent.message == message,
    )
