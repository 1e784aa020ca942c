"""Codes by which people say that two accounts are theirs. The store keeps digests alone."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import bindparam, case, delete, select
from sqlalchemy.dialects.postgresql import insert  # SQLite takes the same ON CONFLICT

from bot.ports import LinkCode, Links
from storage.engine import Connection, binds
from storage.moments import moment, stamp
from storage.tables import link_codes, link_guesses

ADD = insert(link_codes).values(binds(*link_codes.c.keys()))
FORGET = delete(link_codes).where(
    (link_codes.c.person_id == bindparam("person_id")) | (link_codes.c.until <= bindparam("at"))
)
USE = (
    delete(link_codes)
    .where(link_codes.c.digest == bindparam("digest"), link_codes.c.until > bindparam("at"))
    .returning(link_codes.c.person_id, link_codes.c.platform, link_codes.c.team, link_codes.c.until)
)
WRONG = select(link_guesses.c.wrong).where(
    link_guesses.c.person_id == bindparam("person_id"), link_guesses.c.since > bindparam("after")
)
_guess = insert(link_guesses).values(person_id=bindparam("person_id"), since=bindparam("at"), wrong=1)
GUESSED = _guess.on_conflict_do_update(
    index_elements=["person_id"],
    set_={
        "wrong": case((link_guesses.c.since > bindparam("after"), link_guesses.c.wrong + 1), else_=1),
        "since": case((link_guesses.c.since > bindparam("after"), link_guesses.c.since), else_=_guess.excluded.since),
    },
)


class StoredLinks(Links):
    """See `bot.ports.Links`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def give(self, code: str, link: LinkCode, at: datetime) -> None:
        """Keep a code; the person's earlier one, and all that are over, are forgotten."""
        self._connection.later(FORGET, {"person_id": link.person, "at": stamp(at)})
        self._connection.later(
            ADD,
            {
                "digest": _digest(code),
                "person_id": link.person,
                "platform": link.platform,
                "team": link.team,
                "until": stamp(link.until),
            },
        )

    async def use(self, code: str, at: datetime) -> LinkCode | None:
        """What a code stands for, once; None for one that was never given, was used or is over."""
        row = await self._connection.one(USE, {"digest": _digest(code), "at": stamp(at)})
        return LinkCode(row[0], row[1], row[2], moment(row[3])) if row is not None else None

    async def wrong_guesses(self, person_id: str, after: datetime) -> int:
        """How often this person guessed wrong, since a first guess after this time."""
        row = await self._connection.one(WRONG, {"person_id": person_id, "after": stamp(after)})
        return int(row[0]) if row is not None else 0

    async def guessed_wrong(self, person_id: str, at: datetime, after: datetime) -> None:
        """One more; guesses from before `after` no longer count."""
        self._connection.later(GUESSED, {"person_id": person_id, "at": stamp(at), "after": stamp(after)})


def _digest(code: str) -> str:
    """Codes are random, too many to try within their ten minutes: a plain digest hides them well enough."""
    return hashlib.sha256(code.encode()).hexdigest()
