"""Who asks for ideas: conversations said to, those of ideas merged into them, and those who say the same as one of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from pydantic import TypeAdapter
from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    Subquery,
    and_,
    bindparam,
    distinct,
    func,
    select,
    text,
    union,
)

from bot.domain.customer import AskedIdea
from bot.domain.idea import Idea
from bot.domain.loops import LoopState
from bot.ports import Asking
from storage.conversation_lists import lines
from storage.customer_rows import ONE_WITH, own, shown
from storage.engine import Connection, Row
from storage.tables import conversations, idea_conversations, ideas, loops

IDEA = TypeAdapter(Idea)

c = conversations.c
_ECHOES = text("conversations.echo_of IS NOT NULL")
_its_root = ideas.c.root == bindparam("idea")
_said = ideas.join(idea_conversations, idea_conversations.c.idea == ideas.c.number)
_echoed = _said.join(conversations, c.echo_of == idea_conversations.c.number)


def belonging() -> CompoundSelect[tuple[int, int]]:
    """(idea, conversation), each once, of the parameter `idea`."""
    said: Select[tuple[int, int]] = select(ideas.c.root.label("idea"), idea_conversations.c.number).select_from(_said)
    echoes: Select[tuple[int, int]] = select(ideas.c.root, c.number).select_from(_echoed).where(_ECHOES)
    return said.where(_its_root).union(echoes.where(_its_root))


def most_asked() -> Subquery:
    """(idea, many): by how many conversations each is asked for, near enough to sort by."""
    # One that is named and says the same as another that is, too, counts twice: to tell would take sorting all of them.
    said = select(ideas.c.root.label("idea"), func.count().label("many")).select_from(_said).group_by(ideas.c.root)
    echoes = select(ideas.c.root, func.count()).select_from(_echoed).where(_ECHOES).group_by(ideas.c.root)
    every = said.union_all(echoes).subquery("every")
    return select(every.c.idea, func.sum(every.c.many).label("many")).group_by(every.c.idea).subquery("asked")


_theirs = belonging().subquery("theirs")
_among = _theirs.join(conversations, c.number == _theirs.c.number)
NETWORKS = select(_theirs.c.idea, c.network, func.count()).select_from(_among).group_by(_theirs.c.idea, c.network)
CUSTOMERS = (
    select(_theirs.c.idea, func.count(distinct(shown.c.id)))
    .select_from(_among.join(own, own.c.id == c.customer_id).join(shown, ONE_WITH))
    .group_by(_theirs.c.idea)
)
CONVERSATIONS = (
    select(_theirs.c.number)
    .where(_theirs.c.number > bindparam("after"))
    .order_by(_theirs.c.number)
    .limit(bindparam("limit"))
)
LINES = lines(
    select(idea_conversations.c.number)
    .select_from(_said)
    .where(_its_root)
    .group_by(idea_conversations.c.number)
    .order_by(idea_conversations.c.number.desc()),
    c.number.desc(),
)

_root = ideas.alias("the_root")
_asked = _said.join(_root, _root.c.number == ideas.c.root)


def asked_of(
    whose: Callable[[ColumnElement[str]], ColumnElement[bool]],
) -> CompoundSelect[tuple[str, int, str]]:
    """(idea's body, conversation, state of its loop) of what conversations of some customers ask for."""
    by_name, echoed = (
        select(_root.c.body, c.number, loops.c.state).select_from(
            _asked.join(conversations, number == idea_conversations.c.number).outerjoin(
                loops, and_(loops.c.idea == _root.c.number, loops.c.number == c.number)
            )
        )
        for number in (c.number, c.echo_of)
    )
    return by_name.where(whose(c.customer_id)).union(echoed.where(_ECHOES, whose(c.customer_id)))


_leader = select(c.echo_of).where(c.number == bindparam("number")).scalar_subquery()
OF_CONVERSATION = union(
    *(
        select(_root.c.body).select_from(_asked).where(idea_conversations.c.number == number)
        for number in (bindparam("number", type_=c.number.type), _leader)
    )
)


def read_idea(body: str) -> Idea:
    """An idea as it is kept."""
    return IDEA.validate_json(body)


def asked_ideas(rows: Sequence[Row]) -> tuple[AskedIdea, ...]:
    """Rows of `asked_of`: each idea once, the newest first."""
    found: dict[int, tuple[Idea, set[int], set[int]]] = {}
    for body, number, state in rows:
        idea = read_idea(body)
        _, asking, told = found.setdefault(idea.number, (idea, set(), set()))
        asking.add(int(number))
        if state == LoopState.TOLD:
            told.add(int(number))
    return tuple(
        AskedIdea(number, idea.title, idea.state.value, tuple(sorted(asking)), tuple(sorted(told)))
        for number, (idea, asking, told) in sorted(found.items(), reverse=True)
    )


async def asking(connection: Connection, numbers: Sequence[int]) -> list[Asking]:
    """Who asks for each of them, in their order."""
    rows = [{"idea": number} for number in numbers]
    networks: dict[int, dict[str, int]] = defaultdict(dict)
    for idea, network, many in await connection.many(NETWORKS, rows):
        networks[int(idea)][network] = int(many)
    customers = {int(idea): int(many) for idea, many in await connection.many(CUSTOMERS, rows)}
    return [Asking(sum(networks[n].values()), customers.get(n, 0), _most_first(networks[n])) for n in numbers]


def _most_first(counts: dict[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
