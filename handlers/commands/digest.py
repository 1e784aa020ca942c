"""`digest`: the weekly digest, as a preview for whoever asks."""

from bot.commands import Command, CommandSpec, Invocation, Param, Reply
from bot.config import Config
from bot.ports import UnitOfWork
from bot.speech import mark
from bot.views import digest_card
from handlers.digest import measure_all, window_named

SPEC = CommandSpec(
    name="digest",
    summary=mark("The weekly digest: `digest now` for this week so far, `digest` for the last full week"),
    examples=("digest", "digest now", "digest 2026-W46"),
    params=(
        Param(
            "when",
            "word",
            mark("Which week"),
            mark("now, or a week like 2026-W46; left out: the last full one"),
            required=False,
        ),
    ),
    reads=True,
)


async def digest(invocation: Invocation, uow: UnitOfWork, config: Config) -> Reply:
    """Only the one who asks sees it."""
    window = window_named(invocation.text("when"), invocation.at, config)
    measured = await measure_all(uow, window, config)
    return Reply(card=digest_card(measured, config, now=invocation.at))


COMMAND = Command(SPEC, digest)
