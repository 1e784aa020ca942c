"""What colleagues write under a card is a note on its conversation, edits and deletes included."""

from __future__ import annotations

from bot.config import Config
from bot.domain import life
from bot.domain.ids import new_id
from bot.domain.life import Act
from bot.domain.people import Person
from bot.errors import ConflictError
from bot.ports import Clock, Note, Storage

MOST_TRIES = 5


class ThreadNotes:
    """Keeps thread messages as notes; a message delivered twice is one note."""

    def __init__(self, storage: Storage, config: Config, clock: Clock) -> None:
        self._storage = storage
        self._config = config
        self._clock = clock

    async def heard(self, actor: Person, text: str, message: tuple[str, str, str], thread: str) -> None:
        """A message in a thread; one that is not under a card is none of ours."""
        if actor.outsider or not text.strip():
            return
        async with self._storage.reading() as uow:
            number = await uow.postings.at(message[1], thread)
        if number is None:
            return
        for tried in range(1, MOST_TRIES + 1):
            try:
                await self._keep(actor, text, message, number)
            except ConflictError:
                if tried == MOST_TRIES:
                    raise
            else:
                return

    async def _keep(self, actor: Person, text: str, message: tuple[str, str, str], number: int) -> None:
        act = Act(actor.ref, self._clock.now(), message[0])
        async with self._storage.writing() as uow:
            conversation = await uow.conversations.take(number)
            if await uow.notes.at_message(message) is not None:
                return
            note = Note(new_id(), number, actor.ref, act.at, text, message=message)
            await uow.notes.add(note)
            events = life.note(conversation, act, self._config.life_policies, note.id)
            await uow.conversations.save(conversation, events)

    async def edited(self, text: str, message: tuple[str, str, str]) -> None:
        """Its author edited it."""
        async with self._storage.writing() as uow:
            note = await uow.notes.at_message(message)
            if note is not None and note.deleted_at is None:
                await uow.notes.edit(note.id, text, self._clock.now())

    async def erased(self, message: tuple[str, str, str]) -> None:
        """Its author deleted it: the text is gone here too, and the card counts one note less."""
        async with self._storage.writing() as uow:
            note = await uow.notes.at_message(message)
            if note is not None and note.deleted_at is None:
                await uow.notes.erase(note.id, self._clock.now())
                await uow.postings.refresh(note.number, soon=True)
