"""`crisis`: propose one, open its room, keep its timeline, agree on a holding statement, give the all-clear."""

from bot.cards import Choice
from bot.commands import Command, CommandSpec, Invocation, Param, Reply
from bot.config import Config
from bot.domain.crisis import LONGEST_STATEMENT
from bot.errors import Offer, UserError
from bot.ports import UnitOfWork
from bot.speech import mark, say
from handlers import crisis_acts as acts
from handlers import crisis_showing as showing
from handlers.crisis_meant import meant, must_be_one
from handlers.crisis_statement import Draft, draft, statement

SPEC = CommandSpec(
    name="crisis",
    summary=mark("Propose a crisis, open its room, keep its timeline, give the all-clear; alone, it shows them"),
    examples=(
        "crisis",
        "crisis propose parcels burn in the depot",
        "crisis open C-3",
        "crisis log C-3 the carrier confirms a fire",
        "crisis clear C-3 a lorry burned out | parcels go by another carrier",
    ),
    params=(
        Param(
            "what",
            "choice",
            mark("What"),
            mark("Left out: show it"),
            required=False,
            choices=(
                Choice("propose", mark("Propose")),
                Choice("open", mark("Open the room")),
                Choice("log", mark("Add to the timeline")),
                Choice("statement", mark("Holding statement")),
                Choice("clear", mark("All clear")),
                Choice("dismiss", mark("Not a crisis")),
                Choice("add", mark("Add conversations")),
                Choice("list", mark("List its conversations")),
                Choice("show", mark("Show")),
            ),
        ),
        Param(
            "text",
            "text",
            mark("Which, and what you say"),
            mark("C-3 and your words; in the crisis room it is known which"),
            required=False,
            lines=True,
            longest=LONGEST_STATEMENT,
        ),
        Param("crisis", "word", mark("Crisis"), required=False, hidden=True),
        Param("surface", "word", mark("Channel"), required=False, hidden=True),
        Param("changed", "word", mark("What we changed"), required=False, hidden=True),
        Param("page", "word", mark("Page"), required=False, hidden=True),
    ),
)


async def crisis(invocation: Invocation, uow: UnitOfWork, config: Config, asked: Draft | None) -> Reply:
    """Everybody's right, with their name on the timeline."""
    what = invocation.text("what")
    if what == "propose":
        return await acts.propose_one(invocation, uow, config, invocation.text("text").strip())
    found = await meant(invocation, uow)
    if found.crisis is None and what in {"", "show", "list"} and not found.words:
        return await showing.show_all(invocation, uow, config)
    if not what and found.words:
        raise UserError(
            say("I did not understand “{words}”.", words=found.words[:80]),
            say("Say what to do: `crisis propose …`, `crisis log C-3 …`, `crisis clear C-3 …`."),
            (Offer(say("Crises"), "crisis"),),
        )
    one, words = must_be_one(found, what or "show"), found.words
    match what:
        case "open":
            return await acts.open_one(invocation, uow, config, one)
        case "log":
            return await acts.log_one(invocation, uow, one, words)
        case "statement":
            return await statement(invocation, uow, one, words, asked)
        case "clear":
            return await acts.clear_one(invocation, uow, one, words)
        case "dismiss":
            return await acts.dismiss_one(invocation, uow, one, words)
        case "add":
            return await acts.add_to(invocation, uow, one, words)
        case "list":
            return await showing.show_list(invocation, uow, config, one)
        case _:
            return await showing.show_one(invocation, uow, config, one)


COMMAND = Command(SPEC, crisis, before=draft)
