"""Whoever was forgotten is named in no idea: colleagues may have written the name into a title, a vote or a reason."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, func, or_, select, union, update

from bot.domain.idea_forgetting import nameless, nameless_event
from storage.engine import Connection, binds
from storage.idea_asking import IDEA, read_idea
from storage.ideas import ADD_WORD, DROP_WORDS, EVENT, TAKE, word_rows
from storage.tables import idea_trail, ideas, loops

_like, _as_is = bindparam("like", type_=ideas.c.body.type), bindparam("as_is", type_=ideas.c.body.type)

# A bare lower() leaves what is not ASCII alone on SQLite: the name is looked for as it is, too.
NAMING = union(
    *(
        select(number).where(or_(func.lower(body).like(_like, escape="\\"), body.like(_as_is, escape="\\")))
        for number, body in ((ideas.c.number, ideas.c.body), (idea_trail.c.idea, idea_trail.c.body))
    )
)
EVENTS = select(idea_trail.c.seq, idea_trail.c.body).where(idea_trail.c.idea == bindparam("idea"))
REWRITE = update(ideas).values(binds("body")).where(ideas.c.number == bindparam("its_number"))
REWRITE_DRAFTS = (
    update(loops)
    .values(binds("text"))
    .where(loops.c.idea == bindparam("its_idea"), loops.c.text == bindparam("its_text"))
)
REWRITE_EVENT = (
    update(idea_trail)
    .values(binds("body"))
    .where(idea_trail.c.idea == bindparam("its_idea"), idea_trail.c.seq == bindparam("its_seq"))
)


async def erase_names(connection: Connection, names: Sequence[str]) -> None:
    """Ideas and their trails, and the words by which similar ones are found."""
    found: set[int] = set()
    for name in names:
        like = f"%{_escaped(name)}%"
        rows = await connection.all(NAMING, {"like": like.lower(), "as_is": like})
        found |= {int(number) for (number,) in rows}
    for number in sorted(found):
        # Taken, so that nobody who changes it now writes the name back.
        row = await connection.one(TAKE, {"number": number})
        if row is None:
            continue
        before = read_idea(row[0])
        idea = nameless(before, names)
        if idea.news != before.news:
            connection.later(REWRITE_DRAFTS, {"its_idea": number, "its_text": before.news, "text": idea.news})
        body = IDEA.dump_json(idea, exclude_defaults=True).decode()
        connection.later(REWRITE, {"its_number": number, "body": body})
        connection.later(DROP_WORDS, {"its_idea": number})
        connection.later_many(ADD_WORD, word_rows(idea))
        events = [(seq, EVENT.validate_json(kept)) for seq, kept in await connection.all(EVENTS, {"idea": number})]
        written = [(seq, EVENT.dump_json(nameless_event(event, names), exclude_none=True)) for seq, event in events]
        connection.later_many(
            REWRITE_EVENT, [{"its_idea": number, "its_seq": seq, "body": kept.decode()} for seq, kept in written]
        )


def _escaped(name: str) -> str:
    return name.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
