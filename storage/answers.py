"""What was sent to customers, and what is on its way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, bindparam, insert, select, update

from bot.domain.post import StoredPost
from bot.ports import Answers, Outgoing, PostKey
from storage.bodies import read_post
from storage.engine import Connection, Row, binds
from storage.moments import moment, stamp
from storage.tables import answers, posts

LONGEST = 512
"""Characters of an id that are kept; posts have none that are longer."""

_its_id = answers.c.id == bindparam("its_id")
_KEY = ("network", "account", "external_id")

ADD = insert(answers).values(binds("id", "number", "post_id", "network", "account"))
GET = (
    select(answers.c.id, answers.c.number, answers.c.post_id, answers.c.begun_at, answers.c.external_id)
    .where(_its_id)
    .with_for_update()
)
BEGIN = update(answers).values(binds("begun_at")).where(_its_id)
ARRIVED = update(answers).values(binds("external_id", "begun_at")).where(_its_id)
CONVERSATIONS = select(*(answers.c[name] for name in _KEY), answers.c.number).where(
    and_(*(answers.c[name] == bindparam(name) for name in _KEY))
)


_LATELY = 5
"""So many of the newest posts of a thread are looked at: they may come a little out of order."""

LATEST = (
    select(posts.c.body)
    .where(*(posts.c[name] == bindparam(name) for name in ("network", "account", "root_id")))
    .order_by(posts.c.id.desc())
    .limit(_LATELY)
)


class StoredAnswers(Answers):
    """See `bot.ports.Answers`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, answer_id: str, number: int, stored: StoredPost) -> None:
        """An answer to this post exists."""
        network, account, _ = stored.post.key
        values = {"id": answer_id, "number": number, "network": network, "account": account}
        self._connection.later(ADD, {**values, "post_id": int(stored.id)})

    async def get(self, answer_id: str) -> Outgoing | None:
        """One answer, locked until this unit of work ends."""
        row = await self._connection.one(GET, {"its_id": answer_id})
        if row is None:
            return None
        id_, number, post_id, begun_at, external_id = row
        return Outgoing(id_, number, str(post_id), moment(begun_at), external_id)

    async def begin(self, answer_id: str, at: datetime | None) -> None:
        """A try begins now; None: it ended, and nothing was done."""
        self._connection.later(BEGIN, {"its_id": answer_id, "begun_at": stamp(at)})

    async def arrived(self, answer_id: str, external_id: str) -> None:
        """It stands on its network under this id."""
        self._connection.later(ARRIVED, {"its_id": answer_id, "external_id": _kept(external_id), "begun_at": None})

    async def last_in_thread(self, stored: StoredPost) -> datetime:
        """When a customer wrote last in the thread of this post; a tombstone knows it still."""
        post, rows = stored.post, list[Row]()
        if post.root_id is not None:
            named = {"network": post.network, "account": post.account, "root_id": post.root_id}
            rows = await self._connection.all(LATEST, named)
        return max([post.posted_at, *(read_post(body).posted_at for (body,) in rows)])

    async def conversations(self, keys: Sequence[PostKey]) -> dict[PostKey, int]:
        """The conversations in which we wrote what has these (network, account, external id)."""
        sought = {(network, account, _kept(id_)): (network, account, id_) for network, account, id_ in keys}
        rows = await self._connection.many(CONVERSATIONS, [dict(zip(_KEY, key, strict=True)) for key in sought])
        return {sought[network, account, external_id]: number for network, account, external_id, number in rows}


def _kept(external_id: str) -> str:
    """As databases take it: what stands on the network must not be lost for the sake of an odd id."""
    return external_id.replace("\0", "").encode("utf-8", "replace").decode()[:LONGEST]
