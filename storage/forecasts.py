"""Forecasts as they were made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, get_args

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import insert  # SQLite takes the same ON CONFLICT

from bot.domain.forecasting import Kept, Measure, Point
from bot.domain.measures import Window
from bot.ports import Forecasts
from storage.engine import Connection, Values, binds
from storage.moments import moment, stamp
from storage.tables import forecasts

f = forecasts.c

_NAMES = f.keys()
_keep = insert(forecasts).values(binds(*_NAMES))
_KEYS = [column.name for column in forecasts.primary_key]
KEEP = _keep.on_conflict_do_update(
    index_elements=_KEYS, set_={name: _keep.excluded[name] for name in _NAMES if name not in _KEYS}
)
NEWEST = select(func.max(f.made_at)).where(f.made_at <= bindparam("until"))
BETWEEN = (
    select(*(f[name] for name in _NAMES))
    .where(f.made_at >= bindparam("since"), f.made_at <= bindparam("until"))
    .order_by(f.made_at, f.network, f.measure, f.ahead)
)

_MEASURES: dict[str, Measure] = {name: name for name in get_args(Measure)}


class StoredForecasts(Forecasts):
    """See `bot.ports.Forecasts`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def keep(self, made: Sequence[Kept]) -> None:
        """Keep forecasts, in place of those of the same moments."""
        self._connection.later_many(KEEP, map(_row, made))

    async def made_at(self, until: datetime) -> datetime | None:
        """When the newest was made."""
        row = await self._connection.one(NEWEST, {"until": stamp(until)})
        return moment(row[0]) if row is not None else None

    async def between(self, since: datetime, until: datetime) -> list[Kept]:
        """Those that were made then, the oldest first."""
        rows = await self._connection.all(BETWEEN, {"since": stamp(since), "until": stamp(until)})
        return [_kept(dict(zip(_NAMES, row, strict=True))) for row in rows]


def _row(kept: Kept) -> Values:
    return {
        "made_at": stamp(kept.made_at),
        "network": kept.network,
        "measure": kept.measure,
        "ahead": kept.point.ahead,
        "starts": stamp(kept.week.start),
        "ends": stamp(kept.week.end),
        "value": kept.point.value,
        "low": kept.point.low,
        "high": kept.point.high,
        "last": kept.last,
    }


def _kept(row: dict[str, Any]) -> Kept:
    return Kept(
        made_at=moment(int(row["made_at"])),
        network=row["network"],
        measure=_MEASURES[row["measure"]],
        week=Window(moment(int(row["starts"])), moment(int(row["ends"]))),
        point=Point(row["ahead"], row["value"], row["low"], row["high"]),
        last=row["last"],
    )
