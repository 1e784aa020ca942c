"""A customer is forgotten everywhere: on the platforms, in the store, in the CRMs. Each step may be repeated after a crash."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

import structlog

from bot.config import Config
from bot.domain import events as e
from bot.domain.forgetting import Forgetting, Report
from bot.domain.record import Owed
from bot.errors import GoneError, PermanentError, RetriableError, unquoted
from bot.ports import (
    HOME,
    Account,
    ChatPlatform,
    Clock,
    CompanyDesk,
    Copy,
    Crm,
    CrmDesk,
    Posting,
    SentMessage,
    Storage,
    Taken,
    Told,
    UnitOfWork,
    Work,
    WritingDesk,
)
from bot.views import forgotten_card, forgotten_home_card
from handlers.events import forget_notices
from handlers.events.refresh_cards import fingerprint
from handlers.events.scrubbing import Scrubber

KIND = "forget"

IN_HAND = 1.0
"""Seconds until it is looked again whether work about the customer is finished, or who came to be one with them."""

_log = structlog.get_logger("baton")


def work(request: Forgetting) -> Work:
    """The work of forgetting, once."""
    return Work(KIND, {"request": request.id}, priority=1, once=f"{KIND}:{request.id}")


class Forgetter:
    """Carries out a confirmed request, step by step."""

    def __init__(
        self,
        storage: Storage,
        platforms: Mapping[str, ChatPlatform],
        crms: Mapping[str, Crm],
        config: Config,
        clock: Clock,
        desks: Sequence[CrmDesk | CompanyDesk | WritingDesk],
        scrub: Callable[[], Awaitable[None]],
    ) -> None:
        self._storage = storage
        self._desks = desks
        self._scrub = Scrubber(scrub)
        self._platforms = platforms
        self._crms = crms
        self._config = config
        self._clock = clock

    async def __call__(self, taken: Taken) -> None:
        """From the step on that is not done yet. What is local comes first: a CRM may be away for days."""
        async with self._storage.reading() as uow:
            request = await uow.privacy.get(str(taken.work.payload["request"]))
        if request is None or request.state != "confirmed":
            return
        if request.erased_at is None:
            request = await self._erase(request)
        if request.homes_at is None:
            taken_back = await _TakingBack(self._storage, self._platforms, self._config).homes()
            report = request.report.and_erased(**taken_back.erased).and_left(*taken_back.left)
            request = await self._keep(replace(request, report=report, homes_at=self._clock.now()))
        if request.scrubbed_at is None and await self._wrote_meanwhile(request):
            request = await self._erase(request)
        if request.scrubbed_at is None:
            await self._scrub(request.id)
            request = await self._keep(replace(request, scrubbed_at=self._clock.now()))
        request = await self._in_crms(request)
        done = replace(request, state="done", done_at=self._clock.now())
        async with self._storage.writing() as uow:
            await uow.privacy.put(done)
            await uow.outbox.put(forget_notices.report(done))
        _log.info("forgotten", request=done.id, erased=done.report.erased, left=len(done.report.left))

    async def _erase(self, request: Forgetting) -> Forgetting:
        async with self._storage.reading() as uow:
            customers = await uow.privacy.one_with(request.customer_id)
            numbers = await uow.privacy.numbers(customers)
        for number in numbers:
            await self._close(number)
        await self._leave_others(customers)
        async with self._storage.writing() as uow:
            in_hand = await uow.privacy.drop_work(numbers, customers)
        if in_hand:
            raise RetriableError("work about the customer is under way", IN_HAND)
        taken_back = await _TakingBack(self._storage, self._platforms, self._config).everything(request, numbers)
        report = request.report.and_erased(**taken_back.erased).and_left(*taken_back.left)
        at = self._clock.now()
        async with self._storage.writing() as uow:
            now = await uow.privacy.one_with(request.customer_id)
            if now != customers or await uow.privacy.numbers(now) != numbers:
                # They wrote again, or somebody was joined with them, while their cards were emptied.
                raise RetriableError("there is more of the customer than a moment ago", IN_HAND)
            if await uow.privacy.drop_work(numbers, customers):
                # What somebody read of them already would be written after they are erased.
                raise RetriableError("work about the customer began meanwhile", IN_HAND)
            # What is owed from an earlier round is no longer known to the store.
            owed = {**request.owed, **await uow.privacy.owed(customers, numbers)}
            erased = await uow.privacy.erase(customers, numbers, at)
            before = request.report.erased.get("conversations", 0)
            report = report.and_erased(**{**erased.erased, "conversations": len(numbers) - before})
            request = replace(request, why="", report=report, owed=owed, erased_at=at)
            await uow.privacy.put(request)
        for desk in self._desks:
            await desk.forget(customers)
        return request

    async def _wrote_meanwhile(self, request: Forgetting) -> bool:
        """On a database of many writers one may have read before they were erased, and have committed after it."""
        async with self._storage.reading() as uow:
            numbers = await uow.privacy.numbers(await uow.privacy.one_with(request.customer_id))
            found = [await uow.conversations.get(number) for number in numbers]
        return any(c is not None and not c.forgotten for c in found)

    async def _close(self, number: int) -> None:
        """Nothing more happens with a conversation, and its cards show no name any more."""
        async with self._storage.writing() as uow:
            conversation = await uow.conversations.take(number)
            if not conversation.forgotten:
                at = max(self._clock.now(), conversation.changed_at or conversation.opened_at)
                await uow.conversations.save(conversation, (e.Forgotten(at=at),))

    async def _leave_others(self, customers: Sequence[str]) -> None:
        """What they wrote in the conversations of others is shown there as deleted."""
        async with self._storage.reading() as uow:
            elsewhere = await uow.privacy.elsewhere(customers)
        for post_id, number in elsewhere:
            async with self._storage.writing() as uow:
                conversation = await uow.conversations.take(number)
                at = max(self._clock.now(), conversation.changed_at or conversation.opened_at)
                if await uow.posts.erase(post_id, at):
                    await uow.conversations.save(conversation, (e.PostDeleted(at=at, post_id=post_id),))

    async def _in_crms(self, request: Forgetting) -> Forgetting:
        """Our entries there; a CRM that is away is asked again later, the others are not kept waiting."""
        away: list[str] = []
        for name, entries in list(request.owed.items()):
            try:
                left, why = await self._ask(name, entries)
            except RetriableError as error:
                away.append(f"{name}: {error}")
                continue
            erased = sum(each.entry_id is not None and each.key not in left for each in entries)
            report = request.report.and_erased(crm=erased).and_left(*why)
            owed = {crm: theirs for crm, theirs in request.owed.items() if crm != name}
            request = await self._keep(replace(request, report=report, owed=owed))
        if away:
            raise RetriableError("; ".join(away))
        return request

    async def _ask(self, name: str, entries: Sequence[Owed]) -> tuple[list[str], list[str]]:
        """The keys that one CRM did not erase, and a line for the report that says so."""
        crm, keys = self._crms.get(name), [entry.key for entry in entries]
        if crm is None:
            return keys, [f"{name}: the CRM is not configured any more, so our entries stay there: {', '.join(keys)}"]
        try:
            left = await crm.forget(entries)
        except PermanentError as error:
            return keys, [f"{name}: it refused ({unquoted(str(error))}), so our entries stay there: {', '.join(keys)}"]
        return left, [f"{name}: it could not erase {', '.join(left)}"] if left else []

    async def _keep(self, request: Forgetting) -> Forgetting:
        async with self._storage.writing() as uow:
            await uow.privacy.put(request)
        return request


class _TakingBack:
    """Our cards, copies and notices on the platforms. What is taken back is noted at once; what cannot be is reported."""

    def __init__(self, storage: Storage, platforms: Mapping[str, ChatPlatform], config: Config) -> None:
        self._storage = storage
        self._platforms = platforms
        self._config = config
        self._report = Report()

    async def everything(self, request: Forgetting, numbers: Sequence[int]) -> Report:
        """About these conversations and this request."""
        for number in numbers:
            async with self._storage.reading() as uow:
                postings = await uow.postings.of(number)
                copies = {posting.id: await uow.copies.of(posting.id) for posting in postings}
                written = [note for note in await uow.notes.of(number) if note.message is not None]
            for posting in postings:
                await self._copies(posting, copies[posting.id])
                await self._card(posting)
            if written:
                self._left(f"B-{number}: {_own(len(written))}")
        async with self._storage.reading() as uow:
            told = await uow.privacy.messages([*map(str, numbers), request.id])
        for each in told:
            await self._notice(each)
        return self._report

    async def homes(self) -> Report:
        """Home tabs, which the platform keeps as they were last opened: whom they name, nobody wrote down."""
        async with self._storage.reading() as uow:
            shown = await uow.privacy.messages([HOME])
        for each in shown:

            async def away(platform: ChatPlatform, its: Told = each) -> None:
                await platform.replace_home(Account(its.platform, its.channel, its.message), forgotten_home_card())

            async def dropped(uow: UnitOfWork, mark: str = each.mark) -> None:
                await uow.privacy.taken_back(mark)

            if await self._done(each.platform, "a Home tab", away, dropped):
                self._report = self._report.and_erased(homes=1)
        return self._report

    async def _card(self, posting: Posting) -> None:
        if posting.message is None or posting.channel is None:
            return
        sent, card = SentMessage(posting.channel, posting.message), forgotten_card(f"B-{posting.number}")
        where = f"B-{posting.number}: its card in {posting.surface}"

        async def empty(platform: ChatPlatform) -> None:
            await platform.update(sent, card, posting.id)

        async def kept(uow: UnitOfWork) -> None:
            await uow.postings.sent(posting.id, sent.channel, sent.message, fingerprint(card))

        if await self._done(self._platform_of(posting), where, empty, kept):
            self._report = self._report.and_erased(cards=1)

    async def _copies(self, posting: Posting, copies: Sequence[Copy]) -> None:
        for copy in {each.mark: each for each in copies}.values():
            sent = SentMessage(copy.channel, copy.message) if copy.channel and copy.message else None

            async def away(platform: ChatPlatform, copy: Copy = copy, sent: SentMessage | None = sent) -> None:
                there = sent
                if there is None and posting.channel is not None:
                    there = await platform.find(posting.channel, copy.mark, copy.made_at, posting.message)
                if there is not None:
                    await platform.delete(there)

            async def dropped(uow: UnitOfWork, mark: str = copy.mark) -> None:
                await uow.copies.drop(mark)

            where = f"B-{posting.number}: a copied note in {posting.surface}"
            if await self._done(self._platform_of(posting), where, away, dropped):
                self._report = self._report.and_erased(messages=1)

    async def _notice(self, told: Told) -> None:
        async def away(platform: ChatPlatform) -> None:
            await platform.delete(SentMessage(told.channel, told.message))

        async def dropped(uow: UnitOfWork) -> None:
            await uow.privacy.taken_back(told.mark)

        if await self._done(told.platform, f"a notice about {_named(told.about)}", away, dropped):
            self._report = self._report.and_erased(messages=1)

    def _platform_of(self, posting: Posting) -> str:
        surface = self._config.surface(posting.surface)
        return surface.platform if surface is not None else ""

    async def _done(
        self,
        name: str,
        where: str,
        act: Callable[[ChatPlatform], Awaitable[None]],
        note: Callable[[UnitOfWork], Awaitable[None]],
    ) -> bool:
        """Act on the platform and note it; False, with a line in the report, where that can never be."""
        platform = self._platforms.get(name)
        if platform is None:
            self._left(f"{where}: there is no connection to {name or 'its platform'}")
            return False
        try:
            await act(platform)
        except GoneError:
            pass
        except PermanentError as error:
            self._left(f"{where}: {error}")
            return False
        async with self._storage.writing() as uow:
            await note(uow)
        return True

    def _left(self, line: str) -> None:
        self._report = self._report.and_left(line)


def _own(messages: int) -> str:
    if messages == 1:
        return "1 message that a colleague wrote in its thread; only they can delete it"
    return f"{messages:,} messages that colleagues wrote in its thread; only they can delete them"


def _named(about: str) -> str:
    return f"B-{about}" if about.isdecimal() else "the request"
