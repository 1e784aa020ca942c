"""`list`: what is where, newest and most urgent first."""

from bot.commands import Command, CommandSpec, Invocation, Param, Reply
from bot.config import Config
from bot.errors import UserError
from bot.ports import Browse, UnitOfWork
from bot.views import list_card

ON_A_CARD = 10

SPEC = CommandSpec(
    name="list",
    summary="What is where: floor, mine, waiting, asked, or a department",
    examples=("list", "list floor", "list mine", "list logistics"),
    params=(Param("which", "word", "Which", "floor, mine, waiting, asked or a department", required=False),),
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
    department = config.find_department(which)
    if department is None:
        names = ", ".join(config.departments)
        raise UserError(f"I cannot list “{which[:40]}”.", f"Choose floor, mine, waiting, asked, or one of: {names}.")
    return Browse("department", me.ref, department.key)


COMMAND = Command(SPEC, browse)
