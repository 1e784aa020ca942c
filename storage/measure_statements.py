"""The statements by which the measures are counted. Each reads the conversations opened in [start, end) by their index."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    or_,
    select,
    union_all,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from storage.engine import Among
from storage.tables import conversations, crm_entries, customers, identities, outcomes, posts, trail

c = conversations.c
_end: BindParameter[int] = bindparam("end")

HEARD = (c.opened_at >= bindparam("start"), c.opened_at < _end, c.filed.is_(None))
BEGUN = (c.opened_at >= bindparam("start"), c.opened_at < bindparam("until"), c.filed.is_(None))
"""As `HEARD`, of a part of the window: a long one is read in parts, and what happened counts until its `end` all the same."""
TOUCHED = c.first_human_at < _end
RESOLVED = and_(c.state == "resolved", c.resolved_at < _end)


class _Named(ColumnElement[str]):
    """The name of who did it, out of an event's body."""

    inherit_cache = True
    type = Text()


@compiles(_Named, "postgresql")
def _named_on_postgres(_element: _Named, compiler: SQLCompiler, **kw: Any) -> str:
    return f"CAST({compiler.process(trail.c.body, **kw)} AS json) #>> '{{by,name}}'"


@compiles(_Named, "sqlite")
def _named_on_sqlite(_element: _Named, compiler: SQLCompiler, **kw: Any) -> str:
    return f"json_extract({compiler.process(trail.c.body, **kw)}, '$.by.name')"


BEGAN = select(c.opened_at).where(c.filed.is_(None)).order_by(c.opened_at).limit(1)

TOTALS = select(
    func.count(),
    func.count().filter(TOUCHED),
    func.count().filter(RESOLVED),
    func.count().filter(and_(RESOLVED, c.changed.is_(True))),
    func.count().filter(c.rung >= 2),
    func.count().filter(and_(c.rung >= 2, TOUCHED)),
).where(*HEARD)


def _band(at: int) -> Select[int, int, int, int]:
    start, end = bindparam(f"start{at}", type_=BigInteger()), bindparam(f"end{at}", type_=BigInteger())
    resolved = and_(c.state == "resolved", c.resolved_at < end)
    place: ColumnElement[int] = literal_column(str(at), BigInteger)
    return select(
        place.label("at"),
        func.count(),
        func.count().filter(c.first_human_at < end),
        func.count().filter(and_(resolved, c.changed.is_(True))),
    ).where(c.opened_at >= start, c.opened_at < end, c.filed.is_(None))


@cache
def bands(many: int) -> CompoundSelect[Any]:
    """Heard, touched and changed of so many windows (`start0`, `end0` and so on), by their place."""
    return union_all(*(_band(at) for at in range(many)))


COURSES = select(c.department, c.opened_at, c.first_human_at, c.first_answer_at, case((RESOLVED, c.resolved_at))).where(
    *BEGUN
)

OUTCOMES = (
    select(func.coalesce(c.resolved_department, ""), c.outcome, func.count())
    .where(*HEARD, RESOLVED, c.outcome.is_not(None))
    .group_by(c.resolved_department, c.outcome)
)

FOUND = select(c.network, c.topic, c.mood, func.count()).where(*HEARD).group_by(c.network, c.topic, c.mood)

SUGGESTED = select(c.department, func.count()).where(*HEARD, c.department.is_not(None)).group_by(c.department)

# What colleagues did about them before the end of the window. One way through the trails for all that is counted of them:
# who acted, how the baton went (a colleague without a department stands for themselves), what was declined and seen.
_kind = trail.c.kind
ACTS = (
    select(
        trail.c.number,
        _kind,
        trail.c.by_department,
        case(
            (and_(trail.c.by_department.is_(None), or_(_kind == "claimed", _kind == "pass_accepted")), _Named()),
            (_kind == "perspective_given", trail.c.body),
        ),
    )
    .select_from(trail.join(conversations, trail.c.number == c.number))
    .where(*BEGUN, TOUCHED, trail.c.at < _end, trail.c.by_id.is_not(None))
    .order_by(trail.c.number, trail.c.seq)
)

# Those who are one are one here, too.
PERSON = func.coalesce(customers.c.merged_into, customers.c.id)
_of_somebody = conversations.join(customers, customers.c.id == c.customer_id)


def _last_network(since: str, until: str, name: str) -> Any:
    newest = func.row_number().over(partition_by=PERSON, order_by=(c.opened_at.desc(), c.number.desc()))
    ranked = (
        select(PERSON.label("person"), c.network, newest.label("rank"))
        .select_from(_of_somebody)
        .where(c.opened_at >= bindparam(since), c.opened_at < bindparam(until), c.filed.is_(None))
        .subquery()
    )
    return select(ranked.c.person, ranked.c.network).where(ranked.c.rank == 1).subquery(name)


def _moved() -> Select[Any]:
    now, then = _last_network("start", "end", "now"), _last_network("before", "start", "earlier")
    return (
        select(then.c.network, now.c.network, func.count())
        .select_from(now.outerjoin(then, now.c.person == then.c.person))
        .group_by(then.c.network, now.c.network)
    )


MOVED = _moved()

# Each customer's conversations come together first: fewer customers have to be looked up.
_leaning = (
    select(
        c.customer_id,
        func.count().filter(c.mood == "positive").label("positive"),
        func.count().filter(c.mood == "negative").label("negative"),
        func.max(c.opened_at).label("latest"),
    )
    .where(c.opened_at >= bindparam("before"), c.opened_at < _end, c.filed.is_(None))
    .group_by(c.customer_id)
    .subquery()
)
_positive, _negative = (cast(func.sum(column), BigInteger) for column in (_leaning.c.positive, _leaning.c.negative))
SIDES = (
    select(PERSON, _positive, _negative)
    .select_from(_leaning.join(customers, customers.c.id == _leaning.c.customer_id))
    .group_by(PERSON)
    .having(
        func.max(_leaning.c.latest) >= bindparam("start"),
        or_(
            and_(_positive >= bindparam("twice"), _negative == 0),
            and_(_negative >= bindparam("twice"), _negative > _positive),
        ),
    )
)
NAMES = select(customers.c.id, customers.c.name).where(Among(customers.c.id, "ids"))

_kept = select(outcomes.c.key).where(outcomes.c.customer_id == c.customer_id, outcomes.c.number == c.number).exists()
KEPT = select(func.count(), func.count().filter(_kept)).where(*HEARD, RESOLVED, c.outcome.is_not(None))
ENTRIES = (
    select(crm_entries.c.state, func.count())
    .select_from(crm_entries.join(conversations, crm_entries.c.number == c.number))
    .where(*HEARD)
    .group_by(crm_entries.c.state)
)

_followers = (
    select(func.coalesce(func.max(identities.c.followers), 0))
    .where(identities.c.customer_id == c.customer_id, identities.c.network == c.network)
    .scalar_subquery()
)
_written = select(func.count()).select_from(posts).where(posts.c.conversation == c.number).scalar_subquery()
UNHEARD = (
    select(c.number)
    .where(*HEARD, c.state == "floor", c.first_human_at.is_(None))
    .order_by(c.urgent.desc(), _followers.desc(), _written.desc(), c.opened_at.desc())
    .limit(bindparam("limit"))
)
