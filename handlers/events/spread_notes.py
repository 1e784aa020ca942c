"""Asking for what is written in one thread of a conversation to appear in all its others."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain import events as e
from bot.ports import Change, Posting, UnitOfWork, Work

KIND = "notes"

EVERY = timedelta(seconds=2)
"""Time between two new messages in one thread: Teams takes 1,800 an hour there."""

PRIORITY = 1
"""A claim shows at once and urgent posts in turn, however much is being said."""


async def follow(uow: UnitOfWork, change: Change) -> None:
    """A new note goes to every thread but the one where it was written."""
    noted = [event for event in change.events if isinstance(event, e.Noted)]
    written = [await uow.notes.get(event.note_id) for event in noted]
    if written:
        places = {note.posting for note in written if note is not None}
        await spread(uow, change.conversation.number, but=places.pop() if len(places) == 1 else None)


async def spread(uow: UnitOfWork, number: int, *, but: str | None = None) -> None:
    """Bring the notes in every thread of a conversation up to date, `but` the one where the note was written."""
    for posting in await uow.postings.of(number):
        if posting.id != but:
            last = await uow.copies.last_made(posting.id)
            await uow.outbox.put(work(posting, last + EVERY if last is not None else None))


async def catch_up(uow: UnitOfWork, posting: Posting) -> None:
    """A card that has just been posted gets what was written before the conversation was shown there."""
    if await uow.notes.of(posting.number):
        await uow.outbox.put(work(posting))


def work(posting: Posting, due: datetime | None = None) -> Work:
    """Bring the notes in one thread up to date."""
    return Work(
        KIND,
        {"posting": posting.id},
        key=posting.surface,
        lane="post",
        priority=PRIORITY,
        dedup=posting.id,
        due=due,
    )
