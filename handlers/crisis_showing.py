"""A crisis shown to whoever asks: all of them, one with its timeline page by page, and what belongs to it."""

from __future__ import annotations

from bot.commands import Invocation, Reply
from bot.config import Config
from bot.domain.crisis import Crisis
from bot.ports import UnitOfWork
from bot.views.crises import ON_A_PAGE, crises_card, crisis_card, crisis_list_card
from bot.views.lists import line_text

MOST = 10
"""So many crises, or conversations of one, are shown at once."""

_DIGITS = 6
"""Digits of how many steps were shown already: no timeline has more."""


async def show_all(invocation: Invocation, uow: UnitOfWork, config: Config) -> Reply:
    """The crises there are and were."""
    return Reply(card=crises_card(await uow.crises.browse(MOST), config, now=invocation.at))


async def show_one(invocation: Invocation, uow: UnitOfWork, config: Config, crisis: Crisis) -> Reply:
    """How it stands, and its timeline from the end."""
    page = invocation.text("page")
    shown = int(page) if page.isdecimal() and len(page) <= _DIGITS else 0
    events = await uow.crises.timeline(crisis.number, ON_A_PAGE, shown)
    standing = await uow.crises.standing(crisis.number, crisis.ended_at or invocation.at)
    earlier = max(0, crisis.version - shown - len(events))
    card = crisis_card(crisis, standing, events, config, now=invocation.at, earlier=earlier, shown=shown)
    return Reply(card=card)


async def show_list(invocation: Invocation, uow: UnitOfWork, config: Config, crisis: Crisis) -> Reply:
    """What belongs to it and is open, what presses most first."""
    lines = await uow.crises.lines(crisis.number, MOST)
    standing = await uow.crises.standing(crisis.number, invocation.at)
    told = [line_text(line, config, now=invocation.at) for line in lines]
    numbers = [line.conversation.number for line in lines]
    return Reply(card=crisis_list_card(crisis, told, numbers, standing))
