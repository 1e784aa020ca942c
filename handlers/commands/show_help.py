"""`help`: what there is, on one screen; `help claim` shows examples."""

from bot.commands import Command, CommandSpec, Invocation, Param, Reply
from bot.errors import UserError
from bot.ports import UnitOfWork
from bot.speech import mark, say
from bot.views import help_card, help_verb_card

SPEC = CommandSpec(
    name="help",
    summary=mark("What Baton can do"),
    examples=("help", "help claim"),
    params=(Param("verb", "word", mark("Command"), required=False),),
    reads=True,
    for_outsiders=True,
)


async def show_help(invocation: Invocation, uow: UnitOfWork, specs: tuple[CommandSpec, ...]) -> Reply:
    """All verbs, or one of them with its examples."""
    wanted = invocation.text("verb").strip().lower().lstrip("/")
    if not wanted:
        return Reply(card=help_card(specs))
    for spec in specs:
        if wanted in {spec.name, *spec.aliases}:
            return Reply(card=help_verb_card(spec))
    raise UserError(
        say("There is no command “{wanted}”.", wanted=wanted[:40]), say("`/baton help` shows what there is.")
    )


COMMAND = Command(SPEC, show_help)
