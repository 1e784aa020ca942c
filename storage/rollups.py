"""What is rolled up: postings without a card of their own, counted on their surface's rollup card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select, text, update
from sqlalchemy.dialects.postgresql import insert  # SQLite takes the same ON CONFLICT

from bot.domain.ids import new_id
from bot.errors import ConflictError
from bot.ports import Clock, Line, Outbox, Posting, Work
from bot.ports.rollups import Rollup, Rollups, Tallies
from storage import conversation_lists
from storage.card_work import IN_TURN, SOON, URGENT, card_work
from storage.counting import counted
from storage.engine import Connection, Row, binds
from storage.moments import moment, stamp
from storage.tables import conversations, outbox, postings, rollups

ROLLUP = "rollup"
"""The kind of work that brings a rollup card up to date; its payload names the rollup."""

EVERY = timedelta(seconds=3)
"""While more arrives the card is changed so often: what a person does goes through the same lane."""

_its_id = rollups.c.id == bindparam("its_id")
_rolled_up = text("postings.rollup IS NOT NULL")
_in_it = (postings.c.rollup == bindparam("rollup"), _rolled_up)

# Straight from the index, in which what is urgent stands first.
_pending = (
    select(outbox.c.priority)
    .where(outbox.c.lane == bindparam("lane"), text("outbox.state = 'ready'"), text("outbox.lane IS NOT NULL"))
    .order_by(outbox.c.priority, outbox.c.id)
    .limit(bindparam("most"))
    .subquery()
)
WAITING = select(_pending.c.priority, func.count()).group_by(_pending.c.priority)

_ROLLUP = tuple(rollups.c)
OPEN = select(*_ROLLUP).where(text("rollups.ended_at IS NULL")).order_by(rollups.c.surface)
# Not held against who counts in it or describes it, which are many: only against who ends it.
STAYS_OPEN = OPEN.with_for_update(read=True, key_share=True)
LOCK = select(rollups.c.id).where(_its_id).with_for_update()
GET = select(*_ROLLUP).where(rollups.c.id == bindparam("id"))
BEGIN = insert(rollups).values(binds("id", "surface", "since")).on_conflict_do_nothing()
ROLL = insert(postings).values(binds("id", "number", "surface", "rollup")).on_conflict_do_nothing()
DESCRIBE = update(rollups).values(binds("about")).where(_its_id, rollups.c.ended_at.is_(None))
KEEP = update(rollups).values(binds("kept_until")).where(_its_id)
SENT = update(rollups).values(binds("channel", "message", "shown")).where(_its_id)
LEAVE = (
    update(postings)
    .values(rollup=None)
    # A parameter must not be called as the column that is set.
    .where(postings.c.id == bindparam("posting"), postings.c.rollup == bindparam("out_of"), _rolled_up)
    .returning(postings.c.id)
)
UNROLLED = update(rollups).values(unrolled=rollups.c.unrolled + bindparam("more")).where(_its_id)
END = (
    update(rollups)
    # What is no longer needed may be words of a customer.
    .values(**binds("ended_at"), about="")
    .where(
        _its_id,
        rollups.c.ended_at.is_(None),
        ~select(postings.c.id).where(postings.c.rollup == rollups.c.id, _rolled_up).exists(),
    )
    .returning(rollups.c.id)
)

_found = (conversations.c.network, conversations.c.mood, conversations.c.topic, conversations.c.language)
_theirs = postings.join(conversations, conversations.c.number == postings.c.number)
TALLY = select(*_found, func.count()).select_from(_theirs).where(*_in_it).group_by(*_found)
URGENT_ONES = (
    select(postings.c.number)
    .select_from(_theirs)
    .where(*_in_it, conversations.c.urgent)
    .order_by(postings.c.number)
    .limit(bindparam("most"))
)
_echo = conversations.alias("echo")
_echoes = (
    select(postings.c.number, func.count().label("many"))
    .select_from(postings.join(_echo, _echo.c.echo_of == postings.c.number))
    .where(*_in_it, text("echo.echo_of IS NOT NULL"))
    .group_by(postings.c.number)
    .subquery()
)
ECHOES = (
    select(_echoes.c.number, _echoes.c.many, func.sum(_echoes.c.many).over())
    .order_by(_echoes.c.many.desc(), _echoes.c.number)
    .limit(1)
)

_page = select(conversations.c.number).select_from(_theirs).where(*_in_it)
LINES = {
    False: conversation_lists.lines(_page.order_by(*conversation_lists.pressing(conversations))),
    True: conversation_lists.lines(
        _page.where(conversations.c.urgent).order_by(*conversation_lists.pressing(conversations))
    ),
}
ONE = conversation_lists.lines(select(conversations.c.number).where(conversations.c.number == bindparam("number")))
_latest = (
    select(postings.c.number).where(*_in_it).order_by(postings.c.number.desc()).limit(bindparam("most")).subquery()
)
ARRIVED = (
    select(func.count())
    .select_from(_latest.join(conversations, conversations.c.number == _latest.c.number))
    .where(conversations.c.opened_at >= bindparam("start"), conversations.c.opened_at < bindparam("end"))
)
PRESSING = (
    select(postings.c.id, postings.c.number, postings.c.surface, conversations.c.urgent)
    .select_from(_theirs)
    .where(*_in_it)
    .order_by(conversations.c.crisis.desc(), conversations.c.urgent.desc(), postings.c.number)
    .limit(bindparam("most"))
)

MOST_URGENT = 5_000


class StoredRollups(Rollups):
    """See `bot.ports.rollups.Rollups`."""

    def __init__(self, connection: Connection, work: Outbox, clock: Clock) -> None:
        self._connection = connection
        self._outbox = work
        self._clock = clock

    async def waiting(self, surfaces: Sequence[str], most: int) -> dict[str, tuple[int, int]]:
        """For each surface: how many cards wait for it that are urgent, and how many in all."""
        lanes = [f"post {surface}" for surface in surfaces]
        found = await self._connection.several(*((WAITING, {"lane": lane, "most": most}) for lane in lanes))
        return {surface: _queue(rows) for surface, rows in zip(surfaces, found, strict=True)}

    async def open(self, *, staying: bool = False) -> list[Rollup]:
        """The rollups that have not ended."""
        return [_rollup(row) for row in await self._connection.all(STAYS_OPEN if staying else OPEN)]

    async def begin(self, surface: str, at: datetime) -> Rollup:
        """The surface's open rollup."""
        self._connection.later(BEGIN, {"id": new_id(), "surface": surface, "since": stamp(at)})
        found = next((each for each in await self.open(staying=True) if each.surface == surface), None)
        if found is None:
            raise ConflictError("the rollup ended just now")
        return found

    async def roll(self, rollup: Rollup, numbers: Sequence[int]) -> None:
        """Show these new conversations on the rollup card."""
        of_all = {"surface": rollup.surface, "rollup": rollup.id}
        self._connection.later_many(ROLL, [{"id": new_id(), "number": number, **of_all} for number in numbers])
        await self._refresh(rollup)

    async def get(self, rollup_id: str) -> Rollup | None:
        """One rollup."""
        row = await self._connection.one(GET, {"id": rollup_id})
        return _rollup(row) if row is not None else None

    async def tallies(self, rollup_id: str) -> Tallies:
        """What is in it now."""
        its = {"rollup": rollup_id}
        groups, urgent, echoes = await self._connection.several(
            (TALLY, its), (URGENT_ONES, {**its, "most": MOST_URGENT}), (ECHOES, its)
        )
        networks, moods, topics, languages = (counted(groups, column) for column in range(4))
        number, many, in_all = echoes[0] if echoes else (0, 0, 0)
        return Tallies(
            conversations=sum(row[-1] for row in groups),
            networks=networks,
            moods=moods,
            topics=topics,
            languages=languages,
            urgent=[row[0] for row in urgent],
            echoes=int(in_all),
            loudest=(await self._line(number), many) if many else None,
        )

    async def _line(self, number: int) -> Line:
        return (
            await conversation_lists.read_lines(self._connection, ONE, {"number": number, "limit": 1, "offset": 0})
        )[0]

    async def browse(self, rollup_id: str, *, urgent: bool, limit: int, offset: int = 0) -> list[Line]:
        """Its conversations, what presses most first."""
        page = {"rollup": rollup_id, "limit": limit, "offset": offset}
        return await conversation_lists.read_lines(self._connection, LINES[urgent], page)

    async def arrived(self, rollup_id: str, start: datetime, end: datetime, most: int) -> int:
        """How many of its conversations were heard then."""
        then = {"start": stamp(start), "end": stamp(end)}
        row = await self._connection.one(ARRIVED, {"rollup": rollup_id, "most": most, **then})
        return int(row[0]) if row is not None else 0

    async def unroll(self, rollup: Rollup, most: int) -> list[int]:
        """Give so many of them cards of their own."""
        rows = await self._connection.all(PRESSING, {"rollup": rollup.id, "most": most})
        left = await self._connection.many(LEAVE, [{"posting": row[0], "out_of": rollup.id} for row in rows])
        gone = {row[0] for row in left}
        works = [
            card_work(Posting(posting, number, surface), URGENT if urgent else IN_TURN)
            for posting, number, surface, urgent in rows
            if posting in gone
        ]
        await self._outbox.put(*works)
        if works:
            self._connection.later(UNROLLED, {"its_id": rollup.id, "more": len(works)})
            await self._refresh(rollup)
        return [number for posting, number, *_ in rows if posting in gone]

    async def leave(self, posting: Posting) -> Posting:
        """Take one of them out of it; gives the posting as it is then."""
        its = {"posting": posting.id, "out_of": posting.rollup}
        if await self._connection.all(LEAVE, its):
            self._connection.later(UNROLLED, {"its_id": posting.rollup, "more": 1})
            await self.refresh(str(posting.rollup))
        return replace(posting, rollup=None)

    async def refresh(self, rollup_id: str) -> None:
        """Bring the card up to date."""
        rollup = await self.get(rollup_id)
        if rollup is not None:
            await self._refresh(rollup)

    async def describe(self, rollup: Rollup, about: Sequence[str]) -> None:
        """Words that most of what arrives have in common."""
        self._connection.later(DESCRIBE, {"its_id": rollup.id, "about": " ".join(about)})
        await self._refresh(rollup)

    async def keep(self, rollup: Rollup, until: datetime | None) -> None:
        """Go on rolling up until then."""
        self._connection.later(KEEP, {"its_id": rollup.id, "kept_until": stamp(until)})
        await self._refresh(rollup, soon=True)

    async def sent(self, rollup_id: str, channel: str, message: str, shown: str) -> None:
        """The card is there."""
        self._connection.later(SENT, {"its_id": rollup_id, "channel": channel, "message": message, "shown": shown})

    async def end(self, rollup: Rollup, at: datetime) -> bool:
        """Nothing is left in it: the card says so."""
        # Whoever adds to it just now is waited for; what they added is then seen.
        await self._connection.one(LOCK, {"its_id": rollup.id})
        ended = await self._connection.all(END, {"its_id": rollup.id, "ended_at": stamp(at)})
        if ended:
            await self._refresh(rollup, soon=True)
        return bool(ended)

    async def _refresh(self, rollup: Rollup, *, soon: bool = False) -> None:
        there = rollup.message is not None
        await self._outbox.put(
            Work(
                ROLLUP,
                {"rollup": rollup.id},
                key=rollup.surface,
                lane="update" if there else "post",
                priority=SOON if soon or not there else URGENT,
                dedup=rollup.id,
                due=self._clock.now() + EVERY if there and not soon else None,
            )
        )


def _rollup(row: Row) -> Rollup:
    id_, surface, since, kept_until, unrolled, about, channel, message, shown, ended_at = row
    return Rollup(
        id_,
        surface,
        moment(since),
        moment(kept_until),
        unrolled,
        tuple(about.split()),
        channel,
        message,
        shown,
        moment(ended_at),
    )


def _queue(rows: Sequence[Row]) -> tuple[int, int]:
    """Of (priority, how many): the urgent ones, and all."""
    return sum(many for priority, many in rows if priority <= URGENT), sum(many for _, many in rows)
