"""What colleagues wrote about a conversation."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, func, insert, select, update

from bot.domain.people import PersonRef
from bot.ports import Note
from storage.columns import Moment
from storage.engine import Connection, Row, binds
from storage.moments import moment, stamp
from storage.tables import notes

_COLUMNS = tuple(notes.c)
_its_id = notes.c.id == bindparam("its_id")

ADD = insert(notes).values(binds(*notes.c.keys()))
GET = select(*_COLUMNS).where(_its_id)
AT_MESSAGE = select(*_COLUMNS).where(
    notes.c.platform == bindparam("platform"),
    notes.c.channel == bindparam("channel"),
    notes.c.message == bindparam("message"),
)
EDIT = (
    update(notes)
    .values(binds("text", "edited_at"))
    .where(
        _its_id,
        notes.c.deleted_at.is_(None),
        func.coalesce(notes.c.edited_at, 0) <= bindparam("edited_at", type_=Moment),
    )
)
ERASE = update(notes).values(text="", deleted_at=bindparam("deleted_at")).where(_its_id)
OF = (
    select(*_COLUMNS)
    .where(notes.c.number == bindparam("number"), notes.c.deleted_at.is_(None))
    .order_by(notes.c.at, notes.c.id)
)


class StoredNotes:
    """See `bot.ports.Notes`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, note: Note) -> None:
        """Store a note; of a thread message that has one already, the commit raises `ConflictError`."""
        platform, channel, message = note.message or (note.via, None, None)
        self._connection.later(
            ADD,
            {
                "id": note.id,
                "number": note.number,
                "by_id": note.by.id,
                "by_name": note.by.name,
                "by_department": note.by.department,
                "at": stamp(note.at),
                "text": note.text.replace("\0", ""),
                "edited_at": stamp(note.edited_at),
                "deleted_at": stamp(note.deleted_at),
                "platform": platform,
                "channel": channel,
                "message": message,
                "posting": note.posting,
            },
        )

    async def get(self, note_id: str) -> Note | None:
        """One note, also a deleted one."""
        row = await self._connection.one(GET, {"its_id": note_id})
        return _read(row) if row is not None else None

    async def at_message(self, message: tuple[str, str, str]) -> Note | None:
        """The note behind a thread message."""
        platform, channel, message_id = message
        row = await self._connection.one(AT_MESSAGE, {"platform": platform, "channel": channel, "message": message_id})
        return _read(row) if row is not None else None

    async def edit(self, note_id: str, text: str, at: datetime) -> None:
        """The colleague edited it; a deleted one stays deleted, and an older edit that comes late changes nothing."""
        self._connection.later(EDIT, {"its_id": note_id, "text": text.replace("\0", ""), "edited_at": stamp(at)})

    async def erase(self, note_id: str, at: datetime) -> None:
        """The colleague deleted it: its text is gone."""
        self._connection.later(ERASE, {"its_id": note_id, "deleted_at": stamp(at)})

    async def of(self, number: int) -> list[Note]:
        """The notes of a conversation, oldest first, deleted ones left out."""
        return [_read(row) for row in await self._connection.all(OF, {"number": number})]


def _read(row: Row) -> Note:
    id_, number, by_id, by_name, by_department, at, text, edited_at, deleted_at, platform, channel, message, posting = (
        row
    )
    by = PersonRef(by_id, by_name, by_department)
    where = (platform, channel, message) if message is not None else None
    via = platform if where is None else None
    return Note(id_, number, by, moment(at), text, moment(edited_at), moment(deleted_at), where, posting, via)
