"""What colleagues write under a card is a note on its conversation, edits and deletes included."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from bot.config import Config
from bot.dispatch import ThreadListener, with_names
from bot.domain import life
from bot.domain.ids import new_id
from bot.domain.life import Act
from bot.domain.people import Person
from bot.errors import ConflictError
from bot.ports import Clock, Directory, Note, Posting, Storage
from handlers.events.spread_notes import spread

MOST_TRIES = 5

Message = tuple[str, str, str]
"""Platform, channel, message id."""


class ThreadNotes(ThreadListener):
    """Keeps thread messages as notes; a message delivered twice is one note, however late and in whatever order."""

    def __init__(self, storage: Storage, directory: Directory, config: Config, clock: Clock) -> None:
        self._storage = storage
        self._directory = directory
        self._config = config
        self._clock = clock

    async def heard(self, actor: Person, text: str, message: Message, thread: str, at: datetime | None = None) -> None:
        """A message in a thread; one that is not under a card is none of ours."""
        posting = await self._under(actor, message, thread)
        if posting is None or not text.strip():
            return
        now = self._clock.now()
        note = Note(
            id=new_id(),
            number=posting.number,
            by=actor.ref,
            at=min(at or now, now),
            text=await with_names(text, self._directory),
            message=message,
            posting=posting.id,
        )
        await _insistently(lambda: self._keep(note, now))

    async def edited(
        self,
        text: str,
        message: Message,
        at: datetime | None = None,
        by: Person | None = None,
        thread: str | None = None,
    ) -> None:
        """Its author edited it; nobody else can. What is edited before it was heard is heard as it is now."""
        if not await self._known(message):
            if by is None or thread is None:
                return
            await self.heard(by, text, message, thread, at)
        # Also what was kept just now: another delivery may have done so since we looked, with the words of before.
        said = await with_names(text, self._directory)
        await _insistently(lambda: self._change(message, said, at or self._clock.now(), by))

    async def erased(self, message: Message, by: Person | None = None, thread: str | None = None) -> None:
        """Its author deleted it, or a colleague who may: the text is gone here too, and the card counts one note less."""
        if await self._known(message):
            await _insistently(lambda: self._erase(message, by))
        elif by is not None and thread is not None:
            posting = await self._under(by, message, thread)
            if posting is not None:
                await _insistently(lambda: self._keep_erased(message, by, posting))
                # Another delivery may have kept it since we looked.
                await _insistently(lambda: self._erase(message, by))

    async def _under(self, actor: Person, message: Message, thread: str) -> Posting | None:
        """The card under which a colleague wrote."""
        if actor.outsider:
            return None
        async with self._storage.reading() as uow:
            return await uow.postings.posting_at(message[1], thread)

    async def _known(self, message: Message) -> bool:
        async with self._storage.reading() as uow:
            return await uow.notes.at_message(message) is not None

    async def _keep(self, note: Note, now: datetime) -> None:
        act = Act(note.by, now, str(note.platform))
        async with self._storage.writing() as uow:
            conversation = await uow.conversations.take(note.number)
            if conversation.forgotten:
                return
            if note.message is not None and await uow.notes.at_message(note.message) is not None:
                return
            await uow.notes.add(note)
            events = life.note(conversation, act, self._config.life_policies, note.id)
            await uow.conversations.save(conversation, events)

    async def _keep_erased(self, message: Message, by: Person, posting: Posting) -> None:
        """So that the message is not taken for a new one when it comes."""
        now = self._clock.now()
        async with self._storage.writing() as uow:
            await uow.conversations.take(posting.number)
            if await uow.notes.at_message(message) is None:
                gone = Note(
                    new_id(), posting.number, by.ref, now, "", deleted_at=now, message=message, posting=posting.id
                )
                await uow.notes.add(gone)

    async def _change(self, message: Message, text: str, at: datetime, by: Person | None) -> None:
        async with self._storage.writing() as uow:
            note = await uow.notes.at_message(message)
            if note is None or not await self._wrote(note, by):
                return
            if note.deleted_at is None and note.text != text:
                await uow.notes.edit(note.id, text, at)
                await spread(uow, note.number, but=note.posting)

    async def _erase(self, message: Message, by: Person | None) -> None:
        async with self._storage.writing() as uow:
            note = await uow.notes.at_message(message)
            if note is None or (by is not None and by.outsider and not await self._wrote(note, by)):
                return
            if note.deleted_at is None:
                await uow.notes.erase(note.id, self._clock.now())
                await uow.postings.refresh(note.number, soon=True)
                await spread(uow, note.number, but=note.posting)

    async def _wrote(self, note: Note, by: Person | None) -> bool:
        """Is it theirs? Where the platform does not say who changes it, it is. Two people may have become one since."""
        if by is None or by.id == note.by.id:
            return True
        changer, author = await self._directory.by_id(by.id), await self._directory.by_id(note.by.id)
        return changer is not None and author is not None and changer.id == author.id


async def _insistently(act: Callable[[], Awaitable[None]]) -> None:
    """Start over where somebody else changed the same conversation at the same moment."""
    for tried in range(1, MOST_TRIES + 1):
        try:
            await act()
        except ConflictError:
            if tried == MOST_TRIES:
                raise
        else:
            return
