"""What was counted for weekly digests that are on their way: one text for each time, the first that was kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert  # SQLite takes the same ON CONFLICT

from bot.ports import KeptDigests
from storage.engine import NOTHING, Connection, binds
from storage.moments import stamp
from storage.tables.digests import digests

GET = select(digests.c.body).where(digests.c.due == bindparam("due"))
_keep = insert(digests).values(binds("due", "body", "counted_at"))
KEEP = _keep.on_conflict_do_nothing()
REPLACE = _keep.on_conflict_do_update(
    index_elements=["due"], set_={"body": _keep.excluded.body, "counted_at": _keep.excluded.counted_at}
)
CLEAR = delete(digests).where(digests.c.counted_at < bindparam("before"))
DROP = delete(digests)


class StoredDigests(KeptDigests):
    """See `bot.ports.KeptDigests`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def get(self, due: str) -> str | None:
        """What was counted for it."""
        row = await self._connection.one(GET, {"due": due})
        return str(row[0]) if row is not None else None

    async def keep(self, due: str, body: str, at: datetime) -> str:
        """Keep it where nothing is kept for it; gives what is kept."""
        self._connection.later(KEEP, {"due": due, "body": body, "counted_at": stamp(at)})
        return await self.get(due) or body

    async def replace(self, due: str, body: str, at: datetime) -> None:
        """Keep it instead of what nobody can read any more."""
        self._connection.later(REPLACE, {"due": due, "body": body, "counted_at": stamp(at)})

    async def clear(self, before: datetime) -> None:
        """Drop what was counted before then."""
        self._connection.later(CLEAR, {"before": stamp(before)})


def drop_words(connection: Connection) -> None:
    """Words of a customer are erased, and any digest may hold them: what is still to be sent is counted anew."""
    connection.later(DROP, NOTHING)
