"""`rollup`: what is on a channel's rollup card, and how long it goes on."""

from datetime import timedelta

from bot.cards import Card, Choice, Paragraph, Small, Time, phrase
from bot.commands import Command, CommandSpec, Invocation, Param, Reply
from bot.config import Config
from bot.domain.rolling import LONGEST_KEPT
from bot.domain.spans import format_span
from bot.errors import UserError
from bot.ports import Rollup, UnitOfWork
from bot.speech import mark, say
from bot.views import done_card, rollup_list_card

ON_A_CARD = 10
AN_HOUR = timedelta(hours=1)

SPEC = CommandSpec(
    name="rollup",
    summary=mark("What is rolled up where more arrives than a channel takes; keep it so, or end it"),
    examples=("rollup", "rollup urgent", "rollup keep floor 2h", "rollup unroll"),
    params=(
        Param(
            "what",
            "choice",
            mark("What"),
            required=False,
            choices=(
                Choice("list", mark("Show the list")),
                Choice("urgent", mark("Only the urgent ones")),
                Choice("keep", mark("Keep rolling up")),
                Choice("unroll", mark("Until it is calm")),
            ),
        ),
        Param(
            "surface",
            "word",
            mark("Channel"),
            mark("As baton.toml calls it; needed where several roll up"),
            required=False,
        ),
        Param(
            "span",
            "span",
            mark("For how long"),
            mark("To keep rolling up: 1h unless you say otherwise"),
            required=False,
        ),
        Param("page", "word", mark("Page"), required=False, hidden=True),
    ),
)


async def rollup(invocation: Invocation, uow: UnitOfWork, config: Config) -> Reply:
    """A page of it, crises and what is urgent first; or how long it goes on."""
    wanted = await _wanted(invocation.text("surface"), uow)
    if wanted is None:
        return Reply(card=done_card(say("Nothing is rolled up: every conversation has a card of its own.")))
    match invocation.text("what"):
        case "keep":
            return await _keep(invocation, uow, wanted)
        case "unroll":
            await uow.rollups.keep(wanted, None)
            said = say("As soon as it is calm, what is rolled up gets cards of its own.")
            return Reply(card=done_card(said), quiet=True)
        case what:
            return await _page(invocation, uow, config, wanted, urgent=what == "urgent")


async def _wanted(named: str, uow: UnitOfWork) -> Rollup | None:
    open_ones = await uow.rollups.open()
    name = named.strip().lstrip("#").lower()
    if name:
        return next((each for each in open_ones if each.surface == name), None)
    if len(open_ones) > 1:
        names = ", ".join(each.surface for each in open_ones)
        raise UserError(
            say("Several channels roll up."),
            say("Name one: {names}. For example: `rollup list {surface}`.", names=names, surface=open_ones[0].surface),
        )
    return open_ones[0] if open_ones else None


async def _keep(invocation: Invocation, uow: UnitOfWork, wanted: Rollup) -> Reply:
    given = invocation.args.get("span")
    # What is no span was taken for a page.
    unread = given is None and invocation.text("page")
    span = AN_HOUR if given is None else given
    if unread or not timedelta() < span <= LONGEST_KEPT:
        raise UserError(
            say("A channel rolls up for at most {span}.", span=format_span(LONGEST_KEPT)),
            say("For example: `rollup keep 2h`."),
        )
    until = invocation.at + span
    await uow.rollups.keep(wanted, until)
    said = phrase("More is rolled up here until {when}, however calm it is.", when=Time(until, "moment"))
    urgent = Small(phrase("What is urgent gets a card at once, as always."))
    return Reply(card=Card(say("More is rolled up here."), (Paragraph(said), urgent)), quiet=True)


async def _page(invocation: Invocation, uow: UnitOfWork, config: Config, wanted: Rollup, *, urgent: bool) -> Reply:
    page = invocation.text("page")
    before = (int(page) - 1) * ON_A_CARD if page.isdecimal() and 0 < int(page) < 1_000_000 else 0
    tallies = await uow.rollups.tallies(wanted.id)
    lines = await uow.rollups.browse(wanted.id, urgent=urgent, limit=ON_A_CARD, offset=before)
    total = len(tallies.urgent) if urgent else tallies.conversations
    card = rollup_list_card(
        wanted, lines, config, total=total, before=before, most=ON_A_CARD, urgent=urgent, now=invocation.at
    )
    return Reply(card=card)


COMMAND = Command(SPEC, rollup)
