"""Times as the store keeps them: whole microseconds since 1970 in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import overload

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@overload
def stamp(moment: datetime) -> int: ...
@overload
def stamp(moment: None) -> None: ...
@overload
def stamp(moment: datetime | None) -> int | None: ...
def stamp(moment: datetime | None) -> int | None:
    """An aware time as the store keeps it."""
    return None if moment is None else (moment - _EPOCH) // _MICROSECOND


@overload
def moment(stamped: int) -> datetime: ...
@overload
def moment(stamped: None) -> None: ...
@overload
def moment(stamped: int | None) -> datetime | None: ...
def moment(stamped: int | None) -> datetime | None:
    """A kept time, aware, in UTC."""
    return None if stamped is None else _EPOCH + timedelta(microseconds=stamped)
