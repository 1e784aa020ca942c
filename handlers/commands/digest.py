"""`digest`: the weekly digest, as a preview for whoever asks."""

from bot.cards import Choice
from bot.commands import Command, CommandSpec, Invocation, Param, Reply
from bot.config import Config
from bot.ports import UnitOfWork
from bot.views import digest_card
from handlers.digest import last_full_week, make_digest, week_so_far

SPEC = CommandSpec(
    name="digest",
    summary="The weekly digest: `digest now` for this week so far, `digest` for the last full week",
    examples=("digest", "digest now"),
    params=(Param("when", "choice", "When", required=False, choices=(Choice("now", "This week so far"),)),),
    reads=True,
)


async def digest(invocation: Invocation, uow: UnitOfWork, config: Config) -> Reply:
    """Only the one who asks sees it."""
    window = week_so_far if invocation.text("when") else last_full_week
    return Reply(card=digest_card(await make_digest(uow, window(invocation.at, config), config), config))


COMMAND = Command(SPEC, digest)
