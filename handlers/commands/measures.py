"""`measures`: the details behind the digest, a part at a time, over the window that the digest shows."""

from bot.cards import Choice
from bot.commands import Command, CommandSpec, Invocation, Param, Reply
from bot.config import Config
from bot.ports import UnitOfWork
from bot.speech import mark
from bot.views import PARTS, Seen, measures_card, part_of
from handlers.digest import measure_all, window_named
from handlers.measure_parts import more_of

SPEC = CommandSpec(
    name="measures",
    summary=mark("The details behind the digest: times, mood, networks and more, of any week"),
    examples=("measures times", "measures mood now", "measures together 2026-W46"),
    params=(
        Param(
            "part",
            "choice",
            mark("What of it"),
            required=False,
            choices=tuple(Choice(part.key, part.name) for part in PARTS),
        ),
        Param(
            "week",
            "word",
            mark("Which week"),
            mark("now, or a week like 2026-W46; left out: the last full one"),
            required=False,
        ),
    ),
    reads=True,
)


async def measures(invocation: Invocation, uow: UnitOfWork, config: Config) -> Reply:
    """Only the one who asks sees it, with what of the customers they may see."""
    part = part_of(invocation.text("part"))
    window = window_named(invocation.text("week"), invocation.at, config)
    measured = await measure_all(uow, window, config)
    more = await more_of(part.key, uow, window, config)
    seen = Seen(measured, config, config.hidden_from(invocation.actor), invocation.at, more)
    return Reply(card=measures_card(part, seen))


COMMAND = Command(SPEC, measures)
