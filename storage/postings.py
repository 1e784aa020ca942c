"""Where conversations are shown, and the work of bringing their cards up to date."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert  # SQLite takes the same ON CONFLICT

from bot.domain.ids import new_id
from bot.ports import Outbox, Posting, Showing
from storage.card_work import IN_TURN, SOON, URGENT, card_work
from storage.engine import Connection, binds
from storage.rollups import StoredRollups
from storage.tables import postings

_POSTING = tuple(postings.c)

ADD = insert(postings).values(binds("id", "number", "surface")).on_conflict_do_nothing()
GET = select(*_POSTING).where(postings.c.id == bindparam("id"))
OF = select(*_POSTING).where(postings.c.number == bindparam("number")).order_by(postings.c.surface)
AT = (
    select(postings.c.number)
    .where(postings.c.channel == bindparam("channel"), postings.c.message == bindparam("message"))
    .limit(1)
)
POSTING_AT = (
    select(*_POSTING)
    .where(postings.c.channel == bindparam("channel"), postings.c.message == bindparam("message"))
    .limit(1)
)
SENT = update(postings).values(binds("channel", "message", "shown")).where(postings.c.id == bindparam("its_id"))


class StoredPostings:
    """See `bot.ports.Postings`."""

    def __init__(self, connection: Connection, outbox: Outbox, rollups: StoredRollups) -> None:
        self._connection = connection
        self._outbox = outbox
        self._rollups = rollups

    async def want_new(self, showings: Sequence[Showing]) -> None:
        """As `want`, for conversations that have just been opened and are shown nowhere yet: nothing is looked up."""
        fresh = [(Posting(new_id(), each.number, name), each.urgent) for each in showings for name in each.surfaces]
        self._connection.later_many(ADD, [{"id": p.id, "number": p.number, "surface": p.surface} for p, _ in fresh])
        await self._outbox.put(*(card_work(posting, URGENT if urgent else IN_TURN) for posting, urgent in fresh))

    async def want(self, number: int, surfaces: Sequence[str], *, urgent: bool, leave: bool = True) -> None:
        """Show a conversation on these surfaces, and bring those that are there up to date: one pending work item each."""
        self._connection.later_many(
            ADD, [{"id": new_id(), "number": number, "surface": surface} for surface in surfaces]
        )
        await self._put(number, URGENT if urgent else IN_TURN, leave=surfaces if urgent and leave else ())

    async def refresh(self, number: int, *, soon: bool) -> None:
        """Bring every posting up to date; `soon` for what a person just caused."""
        # What a person acts on, everybody is to see: it needs a card of its own.
        await self._put(number, SOON if soon else IN_TURN, leave=None if soon else ())

    async def _put(self, number: int, priority: int, leave: Collection[str] | None) -> None:
        """Bring its cards up to date; on surfaces to `leave` (None: on all) its place on the rollup card becomes a card."""
        shown = []
        for posting in await self.of(number):
            if posting.rollup is None:
                shown.append(posting)
            elif leave is None or posting.surface in leave:
                shown.append(await self._rollups.leave(posting))
            else:
                await self._rollups.refresh(posting.rollup)
        await self._outbox.put(*(card_work(posting, priority) for posting in shown))

    async def get(self, posting_id: str) -> Posting | None:
        """One posting."""
        row = await self._connection.one(GET, {"id": posting_id})
        return Posting(*row) if row is not None else None

    async def of(self, number: int) -> list[Posting]:
        """All postings of a conversation."""
        return [Posting(*row) for row in await self._connection.all(OF, {"number": number})]

    async def at(self, channel: str, message: str) -> int | None:
        """The conversation whose card this message is."""
        row = await self._connection.one(AT, {"channel": channel, "message": message})
        return int(row[0]) if row is not None else None

    async def posting_at(self, channel: str, message: str) -> Posting | None:
        """The posting whose card this message is."""
        row = await self._connection.one(POSTING_AT, {"channel": channel, "message": message})
        return Posting(*row) if row is not None else None

    async def sent(self, posting_id: str, channel: str, message: str, shown: str) -> None:
        """The card is there; `shown` is a digest of what it shows."""
        self._connection.later(SENT, {"its_id": posting_id, "channel": channel, "message": message, "shown": shown})
