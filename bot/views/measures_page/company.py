"""What can be told of the whole company alone: movement, advocates, ideas, maturity, and what failed."""

from __future__ import annotations

from collections.abc import Sequence

from bot.config import Config
from bot.domain.company_measures import Leaning
from bot.domain.maturity import Criterion
from bot.domain.people import Person
from bot.domain.visibility import visible_name
from bot.ports.measures_desk import Cell, Section, Table
from bot.speech import in_figures, say
from bot.views.measures_page.cells import column, moment, number, percent, share, span, told, words
from bot.views.measures_page.facts import WebFacts
from bot.views.wording import network_name

MOST_ROWS = 100


def _not_of_some() -> str:
    return say("This cannot be told of some conversations alone. Take the filters away to see it.")


def _figures(key: str, title: str, rows: Sequence[tuple[str, str, Cell]]) -> Table:
    return Table(
        key=key,
        title=title,
        columns=(column("measure", say("What"), numeric=False), column("count", say("How many"))),
        rows=tuple((words(name, value), figure) for name, value, figure in rows),
    )


def movement(facts: WebFacts, _config: Config, _reader: Person) -> Section:
    """Where the customers of the window wrote in the four weeks before."""
    title = say("Movement between networks")
    moved = facts.movement
    if moved is None:
        return Section("movement", title, missing=_not_of_some())
    ways = sorted(moved.moved.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_ROWS]
    return Section(
        key="movement",
        title=title,
        tables=(
            _figures(
                "movement",
                say("Customers heard"),
                [
                    (say("On the network they wrote on before"), "stayed", number(moved.stayed)),
                    (say("On another network than before"), "moves", number(moved.moves)),
                    (say("Not heard in the four weeks before"), "new", number(moved.new)),
                ],
            ),
            Table(
                key="moved",
                title=say("From where to where"),
                columns=(
                    column("from", say("From"), numeric=False),
                    column("to", say("To"), numeric=False),
                    column("customers", say("Customers")),
                ),
                rows=tuple(
                    (words(network_name(then), then), words(network_name(now), now), number(many))
                    for (then, now), many in ways
                ),
            ),
        ),
    )


def customers(facts: WebFacts, config: Config, reader: Person) -> Section:
    """Who speaks for the company, and who may leave it."""
    title, sides = say("Customers"), facts.sides
    if sides is None:
        return Section("customers", title, missing=_not_of_some())
    hidden = config.hidden_from(reader)

    def named(side: str, leanings: Sequence[Leaning]) -> list[tuple[Cell, ...]]:
        shown = say("Advocate") if side == "advocate" else say("At risk")
        return [
            (words(visible_name(each.name, hidden)), words(shown, side), number(each.most), number(each.others))
            for each in leanings
        ]

    return Section(
        key="customers",
        title=title,
        tables=(
            _figures(
                "customers",
                say("Advocates and customers at risk"),
                [
                    (
                        say("Advocates: two positive conversations or more, no negative one"),
                        "advocates",
                        number(sides.advocates),
                    ),
                    (
                        say("At risk: two negative ones or more, and more than positive ones"),
                        "at_risk",
                        number(sides.at_risk),
                    ),
                ],
            ),
            Table(
                key="named_customers",
                title=say("The clearest of each"),
                columns=(
                    column("customer", say("Customer"), numeric=False),
                    column("side", say("Side"), numeric=False),
                    column("conversations", say("Conversations in that mood")),
                    column("otherwise", say("In the other mood")),
                ),
                rows=(*named("advocate", sides.best), *named("at_risk", sides.worst)),
            ),
        ),
        note=say("By their moods in this time and the four weeks before."),
    )


def ideas(facts: WebFacts, _config: Config, _reader: Person) -> Section:
    """What became of ideas, and who of those who asked was told."""
    title, news, loops = say("Ideas"), facts.ideas, facts.loops
    if news is None or loops is None:
        return Section("ideas", title, missing=_not_of_some())
    return Section(
        key="ideas",
        title=title,
        tables=(
            _figures(
                "ideas",
                say("In this time"),
                [
                    (say("Raised"), "raised", number(news.raised)),
                    (say("Taken into consideration"), "considering", number(news.many("considering"))),
                    (say("Planned"), "planned", number(news.many("planned"))),
                    (say("Shipped"), "shipped", number(news.many("shipped"))),
                    (say("Declined"), "declined", number(news.many("declined"))),
                ],
            ),
            _figures(
                "loops",
                say("Of ideas that shipped in this time"),
                [
                    (say("Conversations that asked for them"), "askers", number(loops.askers)),
                    (say("Told that it shipped"), "told", number(loops.told)),
                    (say("Cannot be told"), "cannot", number(loops.cannot)),
                    (say("A colleague decided not to tell"), "left", number(loops.left)),
                    (say("Still to be told"), "waiting", number(loops.waiting)),
                ],
            ),
        ),
    )


def campaigns(facts: WebFacts, _config: Config, _reader: Person) -> Section:
    """What was heard of each campaign, beside everything else."""
    title, found = say("Campaigns"), facts.campaigns
    if found is None:
        return Section("campaigns", title, missing=_not_of_some())
    if not found:
        return Section("campaigns", title, note=say("No conversation of this time belongs to a campaign."))
    return Section(
        key="campaigns",
        title=title,
        tables=(
            Table(
                key="campaigns",
                title=say("Beside each other"),
                columns=(
                    column("campaign", say("Campaign"), numeric=False),
                    column("heard", say("Heard")),
                    column("negative", say("Negative")),
                    column("mood_apart", say("Other than the rest"), numeric=False),
                    column("touched", say("Touched")),
                    column("changed", say("Changed something")),
                    column("first_human_seconds", say("First act of a colleague")),
                    column("followers", say("Followers of who wrote")),
                ),
                rows=tuple(
                    (
                        words(each.name or say("Everything else"), each.name or "others"),
                        number(each.heard),
                        share(each.negative, each.sure),
                        told(each.mood_apart),
                        share(each.touched, each.heard),
                        share(each.changed, each.heard),
                        span(each.first_human),
                        number(each.followers),
                    )
                    for each in found
                ),
            ),
        ),
    )


def maturity(facts: WebFacts, _config: Config, _reader: Person) -> Section:
    """The rung, and everything that was looked at for it."""
    title, found = say("Maturity"), facts.maturity
    if found is None:
        return Section("maturity", title, missing=_not_of_some())
    return Section(
        key="maturity",
        title=title,
        tables=(
            Table(
                key="maturity",
                title=say("What each rung takes"),
                columns=(
                    column("rung", say("Rung")),
                    column("what", say("What"), numeric=False),
                    column("value", say("Here")),
                    column("needed", say("Needed")),
                    column("met", say("Reached"), numeric=False),
                ),
                rows=tuple(_criterion(each) for each in found.criteria),
            ),
        ),
        note=say("Rung {rung}: {name}.", rung=found.rung, name=say(found.name)),
    )


def _criterion(each: Criterion) -> tuple[Cell, ...]:
    def figure(value: float) -> Cell:
        return percent(value) if each.unit == "%" else Cell(in_figures(value), round(value, 1))

    needed = figure(each.needed)
    shown = say("at most {n}", n=needed.shown) if each.at_most else needed.shown
    return (
        number(each.rung),
        words(say(each.what), each.what),
        figure(each.value),
        Cell(shown, needed.value),
        words(say("yes") if each.met else say("no"), "yes" if each.met else "no"),
    )


def failures(facts: WebFacts, _config: Config, _reader: Person) -> Section:
    """What failed is named as failed, never passed over as quiet. It is how things stand now, whatever the window."""
    rows = tuple(
        (words(each.what), words(each.why), moment(each.since, facts.window.timezone)) for each in facts.failures
    )
    return Section(
        key="failures",
        title=say("What could not be measured or done"),
        tables=(
            Table(
                key="failures",
                title=say("As it stands now"),
                columns=(
                    column("what", say("What"), numeric=False),
                    column("why", say("Why"), numeric=False),
                    column("since", say("Since"), numeric=False),
                ),
                rows=rows,
                note="" if rows else say("Nothing failed."),
            ),
        ),
    )
