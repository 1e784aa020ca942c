"""Which notes stand in the threads where they were not written, and in which of our messages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, func, insert, select, update

from bot.ports import Copies, Copy
from storage.engine import Connection, binds
from storage.moments import moment, stamp
from storage.tables import copies

_its_mark = copies.c.mark == bindparam("its_mark")
_there = copies.c.posting_id == bindparam("posting_id")

OF = select(*copies.c).where(_there).order_by(copies.c.made_at, copies.c.mark, copies.c.note_id)
LAST_MADE = select(func.max(copies.c.made_at)).where(_there)
ADD = insert(copies).values(binds(*copies.c.keys()))
SENT = update(copies).values(binds("channel", "message", "shown")).where(_its_mark)
DROP = delete(copies).where(_its_mark)


class StoredCopies(Copies):
    """See `bot.ports.Copies`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def of(self, posting_id: str) -> list[Copy]:
        """All copies in the thread of a posting, in the order in which their messages were made."""
        rows = await self._connection.all(OF, {"posting_id": posting_id})
        return [
            Copy(note_id, posting, mark, moment(made_at), channel, message, shown)
            for note_id, posting, mark, made_at, channel, message, shown in rows
        ]

    async def last_made(self, posting_id: str) -> datetime | None:
        """When the latest message of copies was made there."""
        row = await self._connection.one(LAST_MADE, {"posting_id": posting_id})
        return moment(row[0]) if row is not None else None

    async def add(self, fresh: Sequence[Copy]) -> None:
        """Copies that are about to be sent, or that join a message that is there."""
        self._connection.later_many(
            ADD,
            [
                {
                    "note_id": copy.note_id,
                    "posting_id": copy.posting,
                    "mark": copy.mark,
                    "made_at": stamp(copy.made_at),
                    "channel": copy.channel,
                    "message": copy.message,
                    "shown": copy.shown,
                }
                for copy in fresh
            ],
        )

    async def sent(self, mark: str, channel: str, message: str, shown: str) -> None:
        """The message with this mark is there, and shows this."""
        self._connection.later(SENT, {"its_mark": mark, "channel": channel, "message": message, "shown": shown})

    async def drop(self, mark: str) -> None:
        """The message with this mark is not there, or not any more."""
        self._connection.later(DROP, {"its_mark": mark})
