"""What is written in one thread of a conversation appears in all its others: one discussion, wherever people read it.

The work item names a posting, and each run does the next thing that its thread lacks. So an edit and a delete are the same
work as a new note, and notes that come faster than messages may be sent are sent together.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime

from bot.cards import Card
from bot.config import Config
from bot.domain.ids import new_id
from bot.errors import ClosedError, GoneError, PermanentError, RetriableError, UnknownResultError
from bot.languages import speaking_to
from bot.ports import ChatPlatform, Clock, Copy, Note, Posting, SentMessage, Storage, Taken, UnitOfWork
from bot.views import notes_card
from handlers.copies import LONGEST, Remove, Send, Settle, Show, digest, next_step
from handlers.events.refresh_cards import NOT_CONNECTED
from handlers.events.spread_notes import EVERY, work


class NoteMirror:
    """Does the next thing that a thread lacks, and asks for another run while something is left."""

    def __init__(self, storage: Storage, platforms: Mapping[str, ChatPlatform], config: Config, clock: Clock) -> None:
        self._storage = storage
        self._platforms = platforms
        self._config = config
        self._clock = clock

    async def __call__(self, taken: Taken) -> None:
        """One step in one thread; waits for its card."""
        async with self._storage.reading() as uow:
            posting = await uow.postings.get(str(taken.work.payload["posting"]))
            surface = self._config.surface(posting.surface) if posting is not None else None
            if posting is None or surface is None:
                return
            if posting.message is None:
                # Without a time to come back at: that would hold the lane in which the card itself waits.
                raise RetriableError("the card is not there yet")
            step = await self._next(uow, posting)
            last = await uow.copies.last_made(posting.id)
        if step is None:
            return
        platform = self._platforms.get(surface.platform)
        if platform is None:
            raise RetriableError(f"there is no connection to {surface.platform}", NOT_CONNECTED)
        thread = _Thread(self._storage, platform, self._config, posting)
        match step:
            case Send() if last is not None and last <= self._clock.now() < last + EVERY:
                # What else is written meanwhile goes with it.
                pass
            case Send():
                await thread.send(step.notes, self._clock.now())
            case Settle():
                await thread.settle(step)
            case Show() | Remove():
                await self._change(thread, posting, step)
        async with self._storage.writing() as uow:
            await self._ask_again(uow, posting)

    async def _change(self, thread: _Thread, posting: Posting, step: Show | Remove) -> None:
        """Change a message or take it away. Where that will never be allowed, what comes after it goes on all the same."""
        try:
            await (thread.show(step) if isinstance(step, Show) else thread.remove(step))
        except ClosedError:
            raise
        except PermanentError:
            await thread.leave(step)
            async with self._storage.writing() as uow:
                await self._ask_again(uow, posting)
            raise

    async def _next(self, uow: UnitOfWork, posting: Posting) -> Send | Settle | Show | Remove | None:
        notes, copies = await uow.notes.of(posting.number), await uow.copies.of(posting.id)
        return next_step(posting.id, notes, copies, self._clock.now())

    async def _ask_again(self, uow: UnitOfWork, posting: Posting) -> None:
        left = await self._next(uow, posting)
        if left is None:
            return
        last = await uow.copies.last_made(posting.id) if isinstance(left, Send) else None
        await uow.outbox.put(work(posting, last + EVERY if last is not None else None))


class _Thread:
    """Our messages under one card. What is about to be sent is written down before, and what became of it after."""

    def __init__(self, storage: Storage, platform: ChatPlatform, config: Config, posting: Posting) -> None:
        self._storage = storage
        self._platform = platform
        self._config = config
        self._posting = posting

    async def send(self, notes: tuple[Note, ...], at: datetime) -> None:
        """One message for these notes."""
        mark = new_id()
        async with self._storage.writing() as uow:
            await uow.copies.add([Copy(note.id, self._posting.id, mark, at) for note in notes])
        await self._post(mark, notes)

    async def settle(self, step: Settle) -> None:
        """Look up whether the message is there; send it where it is not, unless all its notes are gone."""
        channel, thread = str(self._posting.channel), self._posting.message
        found = await self._platform.find(channel, step.mark, step.made_at, thread)
        if found is not None:
            # It may show what its notes said then: the next step compares.
            await self._sent(step.mark, found, "")
        elif step.notes:
            await self._post(step.mark, step.notes)
        else:
            await self._drop(step.mark)

    async def show(self, step: Show) -> None:
        """Show what its notes say now."""
        if step.join:
            async with self._storage.writing() as uow:
                await uow.copies.add(step.join)
        # Where somebody took our message away, it stays away.
        with suppress(GoneError):
            await self._platform.update(step.sent, self._card(step.notes), step.mark)
        await self._sent(step.mark, step.sent, digest(step.notes))

    async def remove(self, step: Remove) -> None:
        """Take the message away."""
        with suppress(GoneError):
            await self._platform.delete(step.sent)
        await self._drop(step.mark)

    async def leave(self, step: Show | Remove) -> None:
        """The message stays as it is."""
        if isinstance(step, Show):
            await self._sent(step.mark, step.sent, digest(step.notes))
        else:
            await self._drop(step.mark)

    async def _post(self, mark: str, notes: tuple[Note, ...]) -> None:
        channel, thread = str(self._posting.channel), self._posting.message
        try:
            sent = await self._platform.post(channel, self._card(notes), mark, thread)
        except UnknownResultError:
            raise
        except (RetriableError, PermanentError):
            # It is not there. The next try may take along what has been written since.
            await self._drop(mark)
            raise
        await self._sent(mark, sent, digest(notes))

    async def _sent(self, mark: str, sent: SentMessage, shown: str) -> None:
        async with self._storage.writing() as uow:
            await uow.copies.sent(mark, sent.channel, sent.message, shown)

    async def _drop(self, mark: str) -> None:
        async with self._storage.writing() as uow:
            await uow.copies.drop(mark)

    def _card(self, notes: tuple[Note, ...]) -> Card:
        surface = self._config.surface(self._posting.surface)
        here = surface.platform if surface is not None else ""
        with speaking_to(self._config.language_on(surface)):
            return notes_card(notes, self._config, here=here, longest=LONGEST)
