"""Tokens of sources: kept sealed, and leased to the one process that renews them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BindParameter, bindparam, case, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert  # SQLite takes the same ON CONFLICT

from bot.ports.tokens import SealedToken, SealedTokens
from storage.columns import Moment
from storage.engine import Connection, binds
from storage.moments import moment, stamp
from storage.tables.tokens import source_tokens

_source = source_tokens.c.source == bindparam("its_source")
_by: BindParameter[str] = bindparam("its_by")
_now = bindparam("now", type_=Moment)

GET = select(
    source_tokens.c.sealed, source_tokens.c.cut_off_at, source_tokens.c.failure, source_tokens.c.failed_at
).where(_source)
_lease = insert(source_tokens).values(binds("source", "leased_by", "leased_until"))
LEASE = _lease.on_conflict_do_update(
    index_elements=["source"],
    set_={
        "leased_by": _lease.excluded.leased_by,
        "leased_until": _lease.excluded.leased_until,
        # Whoever had it did not give it back.
        "cut_off_at": case((source_tokens.c.leased_by.is_not(None), _now), else_=source_tokens.c.cut_off_at),
    },
    where=or_(source_tokens.c.leased_by.is_(None), source_tokens.c.leased_until <= _now),
).returning(source_tokens.c.source)
EXTEND = update(source_tokens).values(leased_until=bindparam("until")).where(_source, source_tokens.c.leased_by == _by)
RELEASE = (
    update(source_tokens).values(leased_by=None, leased_until=None).where(_source, source_tokens.c.leased_by == _by)
)
_keep = insert(source_tokens).values(binds("source", "sealed", "kept_at"))
KEEP = _keep.on_conflict_do_update(
    index_elements=["source"],
    set_={
        "sealed": _keep.excluded.sealed,
        "kept_at": _keep.excluded.kept_at,
        "cut_off_at": None,
        "failure": None,
        "failed_at": None,
    },
    where=or_(source_tokens.c.kept_at.is_(None), source_tokens.c.kept_at <= bindparam("since")),
).returning(source_tokens.c.source)
REPLACE = (
    update(source_tokens)
    .values(sealed=bindparam("after"))
    .where(_source, source_tokens.c.sealed == bindparam("before"))
)
_fail = insert(source_tokens).values(binds("source", "failure", "failed_at"))
FAIL = _fail.on_conflict_do_update(
    index_elements=["source"], set_={"failure": _fail.excluded.failure, "failed_at": _fail.excluded.failed_at}
)
FORGET = delete(source_tokens).where(_source).returning(source_tokens.c.source)


class StoredTokens(SealedTokens):
    """See `bot.ports.tokens.SealedTokens`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def get(self, source: str) -> SealedToken | None:
        """What is kept."""
        row = await self._connection.one(GET, {"its_source": source})
        return SealedToken(row[0], moment(row[1]), row[2] or "", moment(row[3])) if row is not None else None

    async def lease(self, source: str, by: str, now: datetime, until: datetime) -> bool:
        """Nobody else renews it until then."""
        values = {"source": source, "leased_by": by, "leased_until": stamp(until), "now": stamp(now)}
        return await self._connection.one(LEASE, values) is not None

    async def extend(self, source: str, by: str, until: datetime) -> None:
        """Longer."""
        self._connection.later(EXTEND, {"its_source": source, "its_by": by, "until": stamp(until)})

    async def release(self, source: str, by: str) -> None:
        """Whoever waits may."""
        self._connection.later(RELEASE, {"its_source": source, "its_by": by})

    async def keep(self, source: str, sealed: str, since: datetime, at: datetime) -> bool:
        """In place of what was there, unless that came after `since`."""
        values = {"source": source, "sealed": sealed, "kept_at": stamp(at), "since": stamp(since)}
        return await self._connection.one(KEEP, values) is not None

    async def replace(self, source: str, before: str, after: str) -> None:
        """Sealed anew."""
        self._connection.later(REPLACE, {"its_source": source, "before": before, "after": after})

    async def failed(self, source: str, why: str, at: datetime) -> None:
        """It could not be renewed."""
        self._connection.later(FAIL, {"source": source, "failure": why, "failed_at": stamp(at)})

    async def forget(self, source: str) -> bool:
        """Nothing is kept any more."""
        return await self._connection.one(FORGET, {"its_source": source}) is not None
