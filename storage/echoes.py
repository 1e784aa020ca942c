"""What conversations say, as signatures: who says the same as another one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import BindParameter, bindparam, delete, insert, select, text

from bot.domain.signature import bands
from bot.ports import Line
from bot.ports.echoes import Echoes, Signature
from storage import conversation_lists
from storage.engine import Connection, binds
from storage.moments import stamp
from storage.outbox_statements import Both, listed
from storage.tables import conversations, signature_keys, signatures

MOST = 5
"""So many conversations are compared with under one key, the newest ones: more share it only where it is a common phrase."""

_rows = listed("keys", "key bigint")
_alike = (
    "SELECT DISTINCT k.number, s.hashes FROM {rows} JOIN signature_keys k ON k.key = r.key AND k.number >= coalesce(("
    "SELECT n.number FROM signature_keys n WHERE n.key = r.key ORDER BY n.number DESC LIMIT 1 OFFSET :others), 0) "
    "JOIN signatures s ON s.number = k.number JOIN conversations c ON c.number = k.number "
    "WHERE s.heard_at >= :since AND c.state NOT IN ('resolved', 'echo')"
)
ALIKE = Both(_alike.format(rows=_rows[0]), _alike.format(rows=_rows[1]))

REMEMBER = insert(signatures).values(binds("number", "heard_at", "hashes"))
REMEMBER_KEY = insert(signature_keys).values(binds("key", "number"))
_its: BindParameter[Any] = bindparam("number")
FORGET = (
    delete(signature_keys).where(signature_keys.c.number == _its),
    delete(signatures).where(signatures.c.number == _its),
)
_old = signatures.c.heard_at < bindparam("before")
CLEAR = (
    delete(signature_keys).where(signature_keys.c.number.in_(select(signatures.c.number).where(_old))),
    delete(signatures).where(_old),
)
WAITING = (
    select(conversations.c.number)
    .where(
        conversations.c.echo_of == bindparam("leader"),
        conversations.c.number > bindparam("after"),
        text("conversations.echo_of IS NOT NULL"),
        conversations.c.state == "echo",
    )
    .order_by(conversations.c.number)
    .limit(bindparam("limit"))
)


class StoredEchoes(Echoes):
    """See `bot.ports.Echoes`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def remember(self, leaders: Mapping[int, tuple[datetime, Signature]]) -> None:
        """From now on others are compared with these conversations."""
        rows = leaders.items()
        self._connection.later_many(
            REMEMBER,
            [
                {"number": number, "heard_at": stamp(at), "hashes": orjson.dumps(signature).decode()}
                for number, (at, signature) in rows
            ],
        )
        self._connection.later_many(
            REMEMBER_KEY,
            [
                {"key": key, "number": number}
                for number, (_, signature) in rows
                for key in dict.fromkeys(bands(signature))
            ],
        )

    async def forget(self, number: int) -> None:
        """No other is compared with this conversation any more."""
        for statement in FORGET:
            self._connection.later(statement, {"number": number})

    async def clear(self, before: datetime) -> None:
        """Forget all that were heard before then."""
        for statement in CLEAR:
            self._connection.later(statement, {"before": stamp(before)})

    async def alike(self, keys: Sequence[int], since: datetime) -> dict[int, Signature]:
        """Open conversations heard since then that share one of these keys, with their signatures."""
        if not keys:
            return {}
        asked = orjson.dumps([{"key": key} for key in dict.fromkeys(keys)]).decode()
        rows = await self._connection.all(ALIKE, {"keys": asked, "others": MOST - 1, "since": stamp(since)})
        return {number: tuple(orjson.loads(hashes)) for number, hashes in sorted(rows, key=lambda row: row[0])}

    async def waiting(self, leader: int, after: int = 0, limit: int = 50) -> list[int]:
        """Numbers of the echoes that wait for their leader's outcome."""
        rows = await self._connection.all(WAITING, {"leader": leader, "after": after, "limit": limit})
        return [int(number) for (number,) in rows]

    async def browse(self, leader: int, limit: int = 10, offset: int = 0) -> list[Line]:
        """All echoes of a leader, the newest first."""
        return await conversation_lists.echoes(self._connection, leader, limit, offset)
