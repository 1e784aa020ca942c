"""The statements by which is counted what makes a conversation of a window worth telling, by `bot.domain.stories`."""

from __future__ import annotations

from sqlalchemy import bindparam, func, select, text

from storage.measure_statements import HEARD, PERSON
from storage.tables import conversations, customers, idea_conversations, ideas

c = conversations.c

# Spelled so that nobody looks for it among all that were ever resolved, but among those of the time alone.
_resolved = func.coalesce(c.state, "") == "resolved"
CHANGED = select(c.number).where(
    *HEARD, _resolved, c.changed.is_(True), func.coalesce(c.resolved_at, 0) < bindparam("end")
)

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

# Who is content now, and who was angry before: by person, put together by whoever asks. In one statement the database would
# look through all of the latter for each of the former.
_of_somebody = conversations.join(customers, customers.c.id == c.customer_id)
CONTENT = select(c.number, PERSON, c.opened_at).select_from(_of_somebody).where(*HEARD, c.mood == "positive")
ANGRY = (
    select(c.number, PERSON, c.resolved_at)
    .select_from(_of_somebody)
    .where(
        c.opened_at >= bindparam("before"),
        c.opened_at < bindparam("end"),
        c.filed.is_(None),
        c.mood == "negative",
        _resolved,
    )
)
