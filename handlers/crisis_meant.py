"""Which crisis is meant by what somebody typed or pressed, and what is left of the words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.commands import Invocation
from bot.config import Config
from bot.dispatch.grammar import read_ref
from bot.domain.crisis import Crisis
from bot.errors import Offer, UserError
from bot.ports import UnitOfWork
from bot.speech import say

_REF = re.compile(r"^c[-‐‑–]?(\d{1,9})[:,.]?(?=\s|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Meant:
    """The crisis, None where none is named and it is not clear which; `words` are what was said beside it."""

    crisis: Crisis | None
    words: str


async def meant(invocation: Invocation, uow: UnitOfWork) -> Meant:
    """The crisis that a button carries or the words begin with, else that of the room, else the only one that lives."""
    words = invocation.text("text").strip()
    number, words = _named(invocation.text("crisis"), words)
    if number is not None:
        crisis = await uow.crises.get(number)
        if crisis is None:
            raise UserError(
                say("There is no C-{number}.", number=number),
                say("See what there is: `crisis`."),
                (Offer(say("Crises"), "crisis"),),
            )
        return Meant(crisis, words)
    origin = invocation.origin
    if origin.channel:
        here = await uow.crises.in_room(origin.channel, origin.thread or origin.message)
        if here is not None:
            return Meant(here, words)
    live = await uow.crises.live()
    return Meant(live[0] if len(live) == 1 else None, words)


def _named(carried: str, words: str) -> tuple[int | None, str]:
    if (match := _REF.match(carried.strip())) is not None:
        return int(match[1]), words
    if (match := _REF.match(words)) is not None:
        return int(match[1]), words[match.end() :].strip()
    return None, words


def must_be_one(found: Meant, what: str) -> Crisis:
    """The crisis; raises `UserError` where nobody can tell which."""
    if found.crisis is None:
        raise UserError(
            say("Which crisis do you mean?"),
            say("Name it: `crisis {what} C-1`. `crisis` shows all.", what=what),
            (Offer(say("Crises"), "crisis"),),
        )
    return found.crisis


def read_numbers(words: str) -> list[int]:
    """The conversations named in `B-12, B-13 and b14`; raises `UserError` for a word that names none."""
    numbers = []
    for word in re.split(r"[\s,;]+", words):
        if not word or word.lower() == "and":
            continue
        if (ref := read_ref(word)) is None:
            raise UserError(
                say("“{word}” is not a conversation.", word=word[:60]), say("A reference looks like `B-12`.")
            )
        numbers.append(int(ref))
    return numbers


async def surface_of(invocation: Invocation, uow: UnitOfWork, config: Config) -> str:
    """Where what is proposed was seen: the surface that is named, the one where it was said, else the first floor."""
    named = invocation.text("surface").strip().lstrip("#").lower()
    if (surface := config.surface(named)) is not None:
        return surface.name
    origin = invocation.origin
    if origin.thread or origin.message:
        posting = await uow.postings.posting_at(origin.channel, str(origin.thread or origin.message))
        if posting is not None:
            return posting.surface
    here = next((each.name for each in config.surfaces if each.channel == origin.channel), None)
    floor = next((each.name for each in config.surfaces if each.purpose == "floor"), config.surfaces[0].name)
    return here or floor
