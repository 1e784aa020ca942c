"""The conversations behind a number of the measures, by the same conditions that count them; and what there is to choose from."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select

from bot.ports.measures import Listing
from storage.measure_statements import HEARD, RESOLVED, TOUCHED
from storage.tables import conversations

c = conversations.c

_CONDITIONS: dict[Listing, tuple[ColumnElement[bool], ...]] = {
    "heard": (),
    "touched": (TOUCHED,),
    "unheard": (or_(c.first_human_at.is_(None), ~TOUCHED),),
    "resolved": (RESOLVED,),
    "changed": (and_(RESOLVED, c.changed.is_(True)),),
    "raised": (c.rung >= 2,),
    "negative": (c.mood == "negative",),
    "positive": (c.mood == "positive",),
}


def _listed(conditions: tuple[ColumnElement[bool], ...]) -> Select[Any]:
    return (
        select(c.number, c.network, c.topic, c.mood, c.department, c.state, c.urgent, c.opened_at)
        .where(*HEARD, *conditions)
        .order_by(c.opened_at.desc(), c.number.desc())
        .limit(bindparam("limit"))
    )


LISTED = {which: _listed(conditions) for which, conditions in _CONDITIONS.items()}

LANGUAGES = (
    select(c.language)
    .where(*HEARD, c.language.is_not(None))
    .group_by(c.language)
    .order_by(func.count().desc(), c.language)
)
