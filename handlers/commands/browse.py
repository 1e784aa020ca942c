"""`list`: what is where, newest and most urgent first."""

from bot.commands import Command, CommandSpec, Invocation, Param, Reply
from bot.config import Config
from bot.errors import UserError
from bot.ports import Browse, UnitOfWork
from bot.speech import mark, say
from bot.views import list_card

ON_A_CARD = 10

CAMPAIGN = "campaign"

SPEC = CommandSpec(
    name="list",
    summary=mark("What is where: floor, mine, waiting, asked, a department, or a campaign"),
    examples=("list", "list floor", "list mine", "list logistics", "list campaign:spring"),
    params=(
        Param(
            "which",
            "word",
            mark("Which"),
            mark("floor, mine, waiting, asked, a department, or campaign:NAME"),
            required=False,
        ),
    ),
    reads=True,
)


async def browse(invocation: Invocation, uow: UnitOfWork, config: Config) -> Reply:
    """The first ones, and how many there are in all."""
    wanted = _browse(invocation, config)
    lines = await uow.conversations.browse(wanted, limit=ON_A_CARD)
    total = await uow.conversations.count(wanted)
    return Reply(card=list_card(lines, wanted, total, config, now=invocation.at))


def _browse(invocation: Invocation, config: Config) -> Browse:
    which = invocation.text("which").strip().lower().removeprefix("the ")
    me = invocation.actor
    match which:
        case "" | "open" | "all":
            return Browse("open", me.ref)
        case "floor":
            return Browse("floor", me.ref)
        case "mine" | "my" | "me":
            return Browse("mine", me.ref)
        case "waiting":
            return Browse("waiting", me.ref)
        case "asked":
            return Browse("asked", me.ref, me.department)
    if which.startswith(CAMPAIGN):
        return Browse("campaign", me.ref, campaign=_campaign(which.removeprefix(CAMPAIGN).lstrip(": "), config))
    department = config.find_department(which)
    if department is None:
        names = ", ".join(config.departments)
        raise UserError(
            say("I cannot list “{which}”.", which=which[:40]),
            say("Choose floor, mine, waiting, asked, or one of: {names}.", names=names),
        )
    return Browse("department", me.ref, department.key)


def _campaign(typed: str, config: Config) -> str:
    name = config.find_campaign(typed)
    if name is None:
        known = ", ".join(part.name for part in config.campaigns)
        hint = say("There are: {names}.", names=known) if known else say("Campaigns stand in baton.toml.")
        raise UserError(say("There is no campaign “{name}”.", name=typed[:40]), hint)
    return name


COMMAND = Command(SPEC, browse)
