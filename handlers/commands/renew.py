"""`renew`: keep the baton for longer."""

from bot.commands import CONVERSATION, Command, CommandSpec, Invocation, Param, Reply
from bot.config import Config
from bot.domain import life
from bot.ports import UnitOfWork
from bot.speech import mark
from bot.views import holding_card

SPEC = CommandSpec(
    name="renew",
    summary=mark("Keep the baton for longer"),
    examples=("renew B-12", "renew B-12 for 1d"),
    params=(CONVERSATION, Param("span", "span", mark("For how long"), mark("Like 30m, 2h or 1d"), required=False)),
    aliases=("keep",),
    likely=("mine",),
)


async def renew(invocation: Invocation, uow: UnitOfWork, config: Config) -> Reply:
    """A fresh lease from now."""
    conversation = await uow.conversations.take(invocation.number)
    events = life.renew(conversation, invocation.act, config.life_policies, invocation.args.get("span"))
    return Reply(card=holding_card(await uow.conversations.save(conversation, events)), quiet=True)


COMMAND = Command(SPEC, renew)
