"""`ideas`: what customers ask for, most asked for first."""

from dataclasses import replace

from bot.cards import Choice
from bot.commands import Command, CommandSpec, Invocation, Param, Reply
from bot.config import Config
from bot.domain.idea import IdeaState
from bot.ports import IdeaWhich, UnitOfWork
from bot.speech import mark
from bot.views.idea_lists import ideas_card
from handlers.idea_raising import ON_A_CARD

_LISTS: dict[str, IdeaWhich] = {
    "open": "open",
    "new": "new",
    "considering": "considering",
    "planned": "planned",
    "shipped": "shipped",
    "declined": "declined",
    "mine": "mine",
    "asked": "asked",
    "all": "all",
}

SPEC = CommandSpec(
    name="ideas",
    summary=mark("What customers ask for, most asked for first"),
    examples=("ideas", "ideas planned", "ideas mine"),
    params=(
        Param(
            "which",
            "choice",
            mark("Which"),
            mark("Left out: those that are neither shipped nor declined"),
            required=False,
            choices=tuple(Choice(which, which.capitalize()) for which in _LISTS),
        ),
        Param("page", "word", mark("Page"), required=False, hidden=True),
    ),
    reads=True,
)


async def ideas(invocation: Invocation, uow: UnitOfWork, config: Config) -> Reply:
    """A page of a list; `mine` are those whose next step one holds, `asked` those one is asked to take."""
    which, page = _LISTS.get(invocation.text("which"), "open"), invocation.text("page")
    before = (int(page) - 1) * ON_A_CARD if page.isdecimal() and 0 < int(page) < 1_000_000 else 0
    person = invocation.actor.ref
    lines = await uow.ideas.browse(which, person, ON_A_CARD, before)
    shipped = [line.idea.number for line in lines if line.idea.state is IdeaState.SHIPPED]
    loops = await uow.loops.counts(shipped)
    lines = [replace(line, loops=loops.get(line.idea.number)) for line in lines]
    total = await uow.ideas.count(which, person)
    return Reply(card=ideas_card(lines, which, total, config, before=before, now=invocation.at))


COMMAND = Command(SPEC, ideas)
