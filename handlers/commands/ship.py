"""`ship`: an idea is done; customers can have it."""

from bot.commands import Command, CommandSpec, Invocation, Param, Reply
from bot.config import Config
from bot.domain.idea_life import LONGEST_NEWS
from bot.ports import Directory, UnitOfWork
from bot.speech import mark
from bot.views.idea_lists import ship_which_card
from handlers.idea_acts import DOING
from handlers.idea_meant import Doing

MOST = 8
"""So many planned ideas are offered."""

SPEC = CommandSpec(
    name="ship",
    summary=mark("An idea is done: customers can have it; alone, it offers those that are planned"),
    examples=("ship I-7", "ship I-7 Gift wrap is here: choose it at checkout.", "ship"),
    params=(
        Param("idea", "idea", mark("Idea"), mark("Like I-7"), required=False),
        Param(
            "text",
            "text",
            mark("What to tell those who asked"),
            mark("Left out, that it is here; nothing is sent yet"),
            required=False,
            lines=True,
            longest=LONGEST_NEWS,
        ),
    ),
    button=mark("Ship"),
)


async def ship(invocation: Invocation, uow: UnitOfWork, config: Config, directory: Directory) -> Reply:
    """Anybody may, with their name in the trail."""
    number: int | None = invocation.args.get("idea")
    if number is None:
        return Reply(card=ship_which_card(await uow.ideas.browse("planned", limit=MOST)))
    words = invocation.text("text").strip()
    return await DOING["ship"](Doing(invocation, uow, config, directory, "ship", number, words))


COMMAND = Command(SPEC, ship)
