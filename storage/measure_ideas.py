"""The statements by which is counted what became of ideas in a window, by `bot.domain.idea_news`."""

from __future__ import annotations

from sqlalchemy import Select, bindparam, func, select, text

from storage.measure_statements import HEARD
from storage.tables import conversations, idea_conversations, ideas

c = conversations.c
_STANDING = text("ideas.merged_into IS NULL")
_since = (ideas.c.state_since >= bindparam("start"), ideas.c.state_since < bindparam("end"))

RAISED = (
    select(func.count())
    .select_from(ideas)
    .where(_STANDING, ideas.c.raised_at >= bindparam("start"), ideas.c.raised_at < bindparam("end"))
)
BECAME = select(ideas.c.state, func.count()).where(_STANDING, ideas.c.state != "new", *_since).group_by(ideas.c.state)


def latest(state: str) -> Select[tuple[str]]:
    """Those that came into this state, the latest first."""
    return (
        select(ideas.c.body)
        .where(_STANDING, ideas.c.state == state, *_since)
        .order_by(ideas.c.state_since.desc(), ideas.c.number.desc())
        .limit(bindparam("limit"))
    )


SHIPPED, DECLINED = latest("shipped"), latest("declined")

# Conversations of the window that ask for an idea, and those of the window that say the same as one that does: each once.
_said = ideas.join(idea_conversations, idea_conversations.c.idea == ideas.c.number)
_asking = (
    select(ideas.c.root.label("idea"), c.number)
    .select_from(_said.join(conversations, c.number == idea_conversations.c.number))
    .where(*HEARD)
    .union(
        select(ideas.c.root, c.number)
        .select_from(_said.join(conversations, c.echo_of == idea_conversations.c.number))
        .where(*HEARD, text("conversations.echo_of IS NOT NULL"))
    )
    .subquery("asking")
)
_many = select(_asking.c.idea, func.count().label("many")).group_by(_asking.c.idea).subquery("many")
MOST_ASKED = (
    select(ideas.c.body, _many.c.many)
    .select_from(_many.join(ideas, ideas.c.number == _many.c.idea))
    .order_by(_many.c.many.desc(), ideas.c.number)
    .limit(bindparam("limit"))
)
