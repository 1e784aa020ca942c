"""`claim`: take the baton for a time."""

from bot.commands import CONVERSATION, Command, CommandSpec, Invocation, Param, Reply
from bot.config import Config
from bot.domain import life
from bot.ports import UnitOfWork
from bot.speech import mark
from bot.views import holding_card

SPEC = CommandSpec(
    name="claim",
    summary=mark("Take the baton: the next step is yours for a while"),
    examples=("claim B-12", "claim B-12 for 2h"),
    params=(CONVERSATION, Param("span", "span", mark("For how long"), mark("Like 30m, 2h or 1d"), required=False)),
    aliases=("take",),
    button=mark("Claim"),
    slash="/claim",
    shortcut=mark("Claim"),
    likely=("asked", "floor"),
)


async def claim(invocation: Invocation, uow: UnitOfWork, config: Config) -> Reply:
    """Take the baton from the floor; by the holder it renews, by the one asked to take it accepts."""
    conversation = await uow.conversations.take(invocation.number)
    events = life.claim(conversation, invocation.act, config.life_policies, invocation.args.get("span"))
    return Reply(card=holding_card(await uow.conversations.save(conversation, events)), quiet=True)


COMMAND = Command(SPEC, claim)
