"""How departments work together, and how conversations end."""

from __future__ import annotations

from collections.abc import Mapping

from bot.cards import Chart, Series
from bot.config import Config
from bot.domain.narrowing import Narrowing
from bot.domain.outcome import OutcomeKind
from bot.domain.people import Person
from bot.ports.measures_desk import Behind, Cell, Section, Table
from bot.speech import in_figures, say
from bot.views.measures_page.cells import column, number, share, words
from bot.views.measures_page.facts import WebFacts
from bot.views.wording import department_of, one_line

MOST_BARS = 8
MOST_ROWS = 100
"""So many of the ways the baton went are in the table."""


def together(facts: WebFacts, config: Config, _reader: Person) -> Section:
    """Who acted, to whom it was suggested, and how the baton went."""
    return Section(
        key="collaboration",
        title=say("Working together"),
        charts=_chart(facts, config),
        tables=(_figures(facts), _departments(facts, config), _passed(facts, config)),
    )


def _figures(facts: WebFacts) -> Table:
    tally, views = facts.tally, facts.views
    rows: tuple[tuple[Cell, ...], ...] = (
        (
            words(say("Two or more departments acted"), "several"),
            number(tally.several),
            share(tally.several, tally.touched),
        ),
        (words(say("The baton changed department"), "handovers"), number(tally.handovers), share(0, 0)),
        (words(say("A pass was declined"), "bounces"), number(tally.bounces), share(0, 0)),
        (
            words(say("Two or more departments gave their view"), "perspectives_several"),
            number(views.several),
            share(0, 0),
        ),
        (words(say("Their views differ"), "perspectives_differing"), number(views.differing), share(0, 0)),
    )
    return Table(
        key="collaboration",
        title=say("Together"),
        columns=(
            column("measure", say("What"), numeric=False),
            column("count", say("How many")),
            column("share", say("Of what was touched")),
        ),
        rows=rows,
    )


def _departments(facts: WebFacts, config: Config) -> Table:
    return Table(
        key="departments",
        title=say("Departments"),
        columns=(
            column("department", say("Department"), numeric=False),
            column("acted", say("Acted on")),
            column("suggested", say("Suggested to it first")),
            column("silent", say("Silent"), numeric=False),
        ),
        rows=tuple(
            (
                words(department_of(key, config), key),
                number(each.acted),
                number(each.suggested, Behind("heard", Narrowing(department=key))),
                words(say("yes") if each.silent else say("no"), "yes" if each.silent else "no"),
            )
            for key, each in sorted(facts.departments.items())
        ),
        note=say("Silent: something was suggested to it, and nobody of it acted on anything."),
    )


def _passed(facts: WebFacts, config: Config) -> Table:
    ways = sorted(facts.tally.passed.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_ROWS]
    return Table(
        key="passed",
        title=say("How the baton went"),
        columns=(
            column("from", say("From"), numeric=False),
            column("to", say("To"), numeric=False),
            column("times", say("How often")),
        ),
        rows=tuple(
            (words(department_of(giver, config), giver), words(department_of(taker, config), taker), number(many))
            for (giver, taker), many in ways
        ),
    )


def _chart(facts: WebFacts, config: Config) -> tuple[Chart, ...]:
    most = sorted(facts.departments.items(), key=lambda pair: (-pair[1].acted - pair[1].suggested, pair[0]))[:MOST_BARS]
    if len(most) < 2:
        return ()
    title = say("Departments: acted on, and suggested to them")
    names = tuple(one_line(department_of(key, config), 24) for key, _ in most)
    said = "; ".join(
        say(
            "{name} {acted} of {suggested}",
            name=name,
            acted=in_figures(each.acted),
            suggested=in_figures(each.suggested),
        )
        for name, (_, each) in zip(names, most, strict=True)
    )
    series = (
        Series(say("Acted on"), tuple(float(each.acted) for _, each in most)),
        Series(say("Suggested first"), tuple(float(each.suggested) for _, each in most)),
    )
    return (Chart(title, "bars", names, series, f"{title}: {said}."),)


def outcomes(facts: WebFacts, config: Config, _reader: Person) -> Section:
    """How conversations ended, by who resolved them; and what of it stands on the record."""
    return Section(
        key="outcomes",
        title=say("Outcomes"),
        charts=_ended(facts.tally.outcomes, config),
        tables=(_outcomes(facts.tally.outcomes, config), _record(facts)),
    )


def _outcomes(found: Mapping[str, Mapping[OutcomeKind, int]], config: Config) -> Table:
    return Table(
        key="outcomes",
        title=say("How they ended, by department"),
        columns=(
            column("department", say("Department"), numeric=False),
            *(column(kind.value, say(kind.label)) for kind in OutcomeKind),
        ),
        rows=tuple(
            (words(_named(key, config), key), *(number(kinds.get(kind, 0)) for kind in OutcomeKind))
            for key, kinds in sorted(found.items())
        ),
    )


def _named(key: str, config: Config) -> str:
    return department_of(key, config) if key else say("No department")


def _record(facts: WebFacts) -> Table:
    recorded = facts.recorded
    states = {
        "written": say("Written to a CRM"),
        "waiting": say("Waiting to be written"),
        "nobody": say("The CRM knows nobody who may be this customer"),
        "failed": say("Could not be written"),
    }
    return Table(
        key="record",
        title=say("On the record"),
        columns=(column("measure", say("What"), numeric=False), column("count", say("How many"))),
        rows=(
            (words(say("Outcome on the customer's record"), "written"), number(recorded.written)),
            (words(say("Outcome not there yet"), "missing"), number(recorded.missing)),
            *(
                (words(name, f"crm_{state}"), number(recorded.crm[state]))
                for state, name in states.items()
                if state in recorded.crm
            ),
        ),
    )


def _ended(found: Mapping[str, Mapping[OutcomeKind, int]], config: Config) -> tuple[Chart, ...]:
    most = sorted(found.items(), key=lambda pair: (-sum(pair[1].values()), pair[0]))[:MOST_BARS]
    if len(most) < 2:
        return ()
    title = say("Outcomes by department")
    names = tuple(one_line(_named(key, config), 24) for key, _ in most)
    kinds = [kind for kind in OutcomeKind if any(each.get(kind) for _, each in most)]
    series = tuple(Series(say(kind.label), tuple(float(each.get(kind, 0)) for _, each in most)) for kind in kinds)
    said = "; ".join(
        say("{name} {many}", name=name, many=in_figures(sum(each.values())))
        for name, (_, each) in zip(names, most, strict=True)
    )
    return (Chart(title, "stacked", names, series, f"{title}: {said}."),)
