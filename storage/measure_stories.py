"""The statements by which is counted what makes a conversation of a window worth telling, by `bot.domain.stories`."""

from __future__ import annotations

from sqlalchemy import bindparam, func, select, text

from storage.measure_statements import HEARD, PERSON, RESOLVED
from storage.tables import conversations, customers, idea_conversations, ideas

c = conversations.c

CHANGED = select(c.number).where(*HEARD, RESOLVED, c.changed.is_(True))

# How many of the window say the same as one of the window.
_leader = conversations.alias("leader")
CROWDS = (
    select(c.echo_of, func.count())
    .select_from(conversations.join(_leader, _leader.c.number == c.echo_of))
    .where(
        *HEARD,
        text("conversations.echo_of IS NOT NULL"),
        _leader.c.opened_at >= bindparam("start"),
        _leader.c.opened_at < bindparam("end"),
        _leader.c.filed.is_(None),
    )
    .group_by(c.echo_of)
)

# Which of the window ask for which idea; what was merged into another counts as this one.
ASKING = (
    select(ideas.c.root, c.number)
    .select_from(
        conversations.join(idea_conversations, idea_conversations.c.number == c.number).join(
            ideas, ideas.c.number == idea_conversations.c.idea
        )
    )
    .where(*HEARD)
    .distinct()
)

# Those of the window that are positive, with the latest one of the same customer that was negative and resolved before.
_of_somebody = conversations.join(customers, customers.c.id == c.customer_id)
_praising = (
    select(c.number, c.opened_at, PERSON.label("person"))
    .select_from(_of_somebody)
    .where(*HEARD, c.mood == "positive")
    .subquery("praising")
)
_angry = (
    select(c.number, c.resolved_at, PERSON.label("person"))
    .select_from(_of_somebody)
    .where(
        c.opened_at >= bindparam("before"),
        c.opened_at < bindparam("end"),
        c.filed.is_(None),
        c.mood == "negative",
        c.state == "resolved",
    )
    .subquery("angry")
)
WON = (
    select(_praising.c.number, func.max(_angry.c.number))
    .select_from(_praising.join(_angry, _angry.c.person == _praising.c.person))
    .where(_angry.c.resolved_at <= _praising.c.opened_at)
    .group_by(_praising.c.number)
)
