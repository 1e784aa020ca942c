"""Two colleagues who turn out to be one: everything the one had is the other's from then on."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import BindParameter, bindparam, select, update

from bot.domain.conversation import Conversation
from bot.domain.people import PersonRef
from storage.bodies import read_conversation, write_conversation
from storage.engine import Among, Connection
from storage.tables import accounts, conversations, notes, people

_kept: BindParameter[str] = bindparam("kept")
_lost: BindParameter[str] = bindparam("lost")

BOTH = (
    select(people.c.id, people.c.email, people.c.chosen_department, people.c.muted, people.c.chosen_language)
    .where(Among(people.c.id, "ids"), people.c.joined_into.is_(None))
    .order_by(people.c.id)
    .with_for_update()
)
PLACES = select(accounts.c.person_id, accounts.c.platform, accounts.c.team).where(Among(accounts.c.person_id, "ids"))
MOVE_ACCOUNTS = update(accounts).values(person_id=_kept).where(accounts.c.person_id == _lost)
LOSE = update(people).values(joined_into=_kept).where((people.c.id == _lost) | (people.c.joined_into == _lost))
SETTLE = (
    update(people)
    .values(chosen_department=bindparam("department"), muted=bindparam("silent"), chosen_language=bindparam("language"))
    .where(people.c.id == _kept)
)
MOVE_NOTES = update(notes).values(by_id=_kept).where(notes.c.by_id == _lost)
NAMING = (
    select(conversations.c.number, conversations.c.body)
    .where(conversations.c.body.like(bindparam("naming")))
    .order_by(conversations.c.number)
    .with_for_update()
)
REWRITE = (
    update(conversations)
    .values(body=bindparam("new"), holder_id=bindparam("holder"), asked_person=bindparam("asked"))
    .where(conversations.c.number == bindparam("its_number"))
)


async def join(connection: Connection, one: str, other: str) -> str:
    """Make two people one; gives the id that stays: of the one with an e-mail address, else of the one met first.

    Batons, passes and notes of the other become theirs. What is history keeps its id, which leads to them.
    """
    rows = await connection.all(BOTH, {"ids": [one, other]})
    if len(rows) < 2:
        return rows[0][0] if rows else one
    first, second = sorted(rows, key=lambda row: (row[1] is None, row[0]))
    kept, lost = {"kept": first[0]}, {"lost": second[0]}
    connection.later(MOVE_ACCOUNTS, kept | lost)
    connection.later(LOSE, kept | lost)
    said = {"department": first[2] or second[2], "language": first[4] or second[4]}
    connection.later(SETTLE, kept | said | {"silent": bool(first[3] or second[3])})
    connection.later(MOVE_NOTES, kept | lost)
    for number, body in await connection.all(NAMING, {"naming": f'%"{second[0]}"%'}):
        # Ids are random: where one stands as a whole value, it is the person.
        after = _once_each(read_conversation(body.replace(f'"{second[0]}"', f'"{first[0]}"')))
        asked = after.pass_request.to_person if after.pass_request is not None else None
        holder = after.holder.id if after.holder is not None else None
        values = {"new": write_conversation(after), "holder": holder, "asked": asked.id if asked is not None else None}
        connection.later(REWRITE, {**values, "its_number": number})
    connection.wake("people")
    return str(first[0])


async def may_be_one(connection: Connection, one: str, other: str) -> bool:
    """Nobody has two accounts in the same workspace."""
    rows = await connection.all(PLACES, {"ids": [one, other]})
    places = [{(platform, team) for person, platform, team in rows if person == each} for each in (one, other)]
    return not places[0] & places[1]


def _once_each(c: Conversation) -> Conversation:
    """Whoever took part as both takes part once."""
    there: dict[str, PersonRef] = {}
    for person in c.joined:
        there.setdefault(person.id, person)
    return replace(c, joined=tuple(there.values()))
