"""Which idea has which issue in a tracker, and how the issue was last seen."""

from __future__ import annotations

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert  # SQLite takes the same ON CONFLICT

from bot.domain.idea import IdeaState
from bot.domain.tracking import IdeaLink
from bot.ports import IdeaLinks
from storage.engine import Connection, Row, binds
from storage.moments import moment, stamp
from storage.tables import idea_links, ideas

_NAMES = ("idea", "tracker", "ref", "url", "state", "word", "updated_at", "linked_at", "gone", "told")
_COLUMNS = tuple(idea_links.c[name] for name in _NAMES)
_insert = insert(idea_links).values(binds(*_NAMES))

GET = select(*_COLUMNS).where(idea_links.c.tracker == bindparam("tracker"), idea_links.c.ref == bindparam("ref"))
# Those of an idea's root: what was merged into it has brought its issues along, and takes them away when it is parted again.
_root = select(ideas.c.root).where(ideas.c.number == bindparam("number")).scalar_subquery()
OF = (
    select(*_COLUMNS)
    .select_from(idea_links.join(ideas, ideas.c.number == idea_links.c.idea))
    .where(ideas.c.root == _root)
    .order_by(idea_links.c.linked_at, idea_links.c.tracker, idea_links.c.ref)
)
PUT = _insert.on_conflict_do_update(
    index_elements=["tracker", "ref"],
    set_={name: _insert.excluded[name] for name in _NAMES if name not in {"tracker", "ref"}},
)
DROP = idea_links.delete().where(
    idea_links.c.tracker == bindparam("its_tracker"), idea_links.c.ref == bindparam("its_ref")
)


class StoredIdeaLinks(IdeaLinks):
    """See `bot.ports.IdeaLinks`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def get(self, tracker: str, ref: str) -> IdeaLink | None:
        """The link to an issue."""
        row = await self._connection.one(GET, {"tracker": tracker, "ref": ref})
        return _read(row) if row is not None else None

    async def of(self, idea: int) -> list[IdeaLink]:
        """Those of an idea and of all that it stands for, the oldest first."""
        return [_read(row) for row in await self._connection.all(OF, {"number": idea})]

    async def put(self, link: IdeaLink) -> None:
        """Keep it as it is now."""
        values = {name: getattr(link, name) for name in _NAMES}
        moments = {"updated_at": stamp(link.updated_at), "linked_at": stamp(link.linked_at)}
        state = link.state.value if link.state is not None else None
        self._connection.later(PUT, {**values, **moments, "state": state})

    async def drop(self, tracker: str, ref: str) -> None:
        """The issue is no idea's."""
        self._connection.later(DROP, {"its_tracker": tracker, "its_ref": ref})


def _read(row: Row) -> IdeaLink:
    idea, tracker, ref, url, state, word, updated_at, linked_at, gone, told = row
    return IdeaLink(
        idea=int(idea),
        tracker=tracker,
        ref=ref,
        url=url,
        state=IdeaState(state) if state is not None else None,
        word=word,
        updated_at=moment(updated_at),
        linked_at=moment(linked_at),
        gone=bool(gone),
        told=int(told),
    )
