"""How much came from each source, counted when asked, and what could not be read."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime

from sqlalchemy import Select, Table, Text, bindparam, delete, func, select, text

from bot.ports import HINT, SourceCounts, Unread
from storage import settings
from storage.engine import NOTHING, Connection
from storage.hints import source_of
from storage.moments import moment, stamp
from storage.tables import outbox, post_changes, posts, unread

REMEMBERED = "counted"
"""The setting that holds the counts of what came up to a row of each table."""

_TIMES = {posts.name: posts.c.heard_at, post_changes.name: post_changes.c.at}


def _counting(table: Table) -> Select[tuple[str, int, int]]:
    within = (table.c.id > bindparam("after"), table.c.id <= bindparam("upto"))
    return select(table.c.source, func.count(), func.max(_TIMES[table.name])).where(*within).group_by(table.c.source)


def _boundary(table: Table) -> Select[tuple[int, int]]:
    """The first row that came since a time, and the last row of all."""
    recent = select(func.min(table.c.id)).where(
        table.c.id > bindparam("after"), _TIMES[table.name] >= bindparam("before")
    )
    return select(recent.scalar_subquery(), select(func.max(table.c.id)).scalar_subquery())


COUNTING = {table.name: _counting(table) for table in (posts, post_changes)}
BOUNDARY = {table.name: _boundary(table) for table in (posts, post_changes)}
_its_source = (unread.c.source == bindparam("its_source", type_=Text)) | bindparam("its_source", type_=Text).is_(None)
# Each state as text, so that its own index answers.
COUNT_HINTS = {
    state: select(outbox.c.lane, func.count())
    .where(outbox.c.kind == HINT, text(f"outbox.state = '{state}' AND outbox.lane IS NOT NULL"))
    .group_by(outbox.c.lane)
    for state in ("waiting", "ready", "leased", "dead")
}
COUNT_UNREAD = select(unread.c.source, func.count()).group_by(unread.c.source)
UNREAD = (
    select(*(unread.c[name] for name in ("source", "network", "external_id", "why", "body", "at")))
    .where(_its_source)
    .order_by(unread.c.id.desc())
    .limit(bindparam("limit"))
)
FORGET = delete(unread).where(_its_source).returning(unread.c.id)

LAST = 2**62
"""Later than every row."""


@dataclass
class _Counted:
    """By source how many rows up to and including `upto`, and the latest time."""

    upto: int = 0
    many: dict[str, int] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=dict)

    def add(self, source: str, count: int, last: int) -> None:
        self.many[source] = self.many.get(source, 0) + count
        self.last[source] = max(self.last.get(source, 0), last)


class StoredSourceRecords:
    """See `bot.ports.SourceRecords`.

    A count kept with every post would be a row that all deliveries write at once. The posts are counted instead, from the
    last row on that was counted before.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def counts(self) -> Mapping[str, SourceCounts]:
        """How much came, by source."""
        counted = await self._remembered()
        for name, known in counted.items():
            for row in await self._connection.all(COUNTING[name], {"after": known.upto, "upto": LAST}):
                known.add(*row)
        of_posts, of_changes = counted[posts.name], counted[post_changes.name]
        not_read: dict[str, int] = dict(map(tuple, await self._connection.all(COUNT_UNREAD)))
        hints, hints_lost = await self._hints()
        return {
            source: SourceCounts(
                posts=of_posts.many.get(source, 0),
                changes=of_changes.many.get(source, 0),
                unread=not_read.get(source, 0),
                hints=hints[source],
                hints_lost=hints_lost[source],
                last_post_at=moment(of_posts.last.get(source)),
            )
            for source in sorted({*of_posts.many, *of_changes.many, *not_read, *hints, *hints_lost})
        }

    async def _hints(self) -> tuple[Counter[str], Counter[str]]:
        """By source the hints that wait to be looked up, and those that were given up."""
        waiting, lost = Counter[str](), Counter[str]()
        found = await self._connection.several(*((query, NOTHING) for query in COUNT_HINTS.values()))
        for state, rows in zip(COUNT_HINTS, found, strict=True):
            for lane, many in rows:
                (lost if state == "dead" else waiting)[source_of(lane)] += many
        return waiting, lost

    async def remember(self, before: datetime) -> None:
        """Keep the counts of what came before then. `before` lies back longer than any transaction lasts."""
        counted = await self._remembered()
        for name, known in counted.items():
            values = {"after": known.upto, "before": stamp(before)}
            first_recent, last = (await self._connection.all(BOUNDARY[name], values))[0]
            upto = first_recent - 1 if first_recent is not None else last
            if upto is None or upto <= known.upto:
                continue
            for row in await self._connection.all(COUNTING[name], {"after": known.upto, "upto": upto}):
                known.add(*row)
            known.upto = upto
        kept = json.dumps({name: asdict(known) for name, known in counted.items()})
        settings.set_setting(self._connection, REMEMBERED, kept)

    async def unread(self, source: str | None = None, limit: int = 100) -> list[Unread]:
        """What could not be read, newest first."""
        rows = await self._connection.all(UNREAD, {"its_source": source, "limit": limit})
        return [
            Unread(source, network, external_id, why, body, moment(at))
            for source, network, external_id, why, body, at in rows
        ]

    async def forget_unread(self, source: str | None = None) -> int:
        """Drop what could not be read; gives how many."""
        return len(await self._connection.all(FORGET, {"its_source": source}))

    async def _remembered(self) -> dict[str, _Counted]:
        kept = json.loads(await settings.setting(self._connection, REMEMBERED) or "{}")
        return {name: _Counted(**kept.get(name, {})) for name in COUNTING}
