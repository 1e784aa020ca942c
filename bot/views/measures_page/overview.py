"""Heard, touched, changed, and how long it took."""

from __future__ import annotations

from datetime import date, timedelta

from bot.cards import Chart, Series
from bot.config import Config
from bot.domain.measures import DAYS, Tally
from bot.domain.people import Person
from bot.domain.timing import STEPS, Step, Timing
from bot.ports.measures import Listing
from bot.ports.measures_desk import Behind, Cell, Section, Table
from bot.speech import day_words, in_figures, mark, say
from bot.views.measures_page.cells import column, number, share, span, words
from bot.views.measures_page.facts import WebFacts

MOST_BARS = 35
"""A chart of more days shows weeks."""

_DAY = mark("d MMM")

_STEPS: dict[Step, str] = {
    "first_human": mark("First act of a colleague"),
    "first_answer": mark("First answer on the network"),
    "outcome": mark("Outcome"),
}


def overview(facts: WebFacts, _config: Config, _reader: Person) -> Section:
    """The figures that everything else explains."""
    return Section(
        key="heard",
        title=say("Heard, touched, changed"),
        charts=_charts(facts),
        tables=(_bands(facts), _days(facts)),
    )


def _bands(facts: WebFacts) -> Table:
    now, before = facts.tally, facts.before
    rows: list[tuple[Listing, str]] = [
        ("heard", say("Heard")),
        ("touched", say("Touched: a colleague has acted on it")),
        ("changed", say("Changed something")),
        ("unheard", say("Heard by no one")),
        ("resolved", say("Resolved")),
    ]
    return Table(
        key="bands",
        title=say("Conversations"),
        columns=(
            column("measure", say("What"), numeric=False),
            column("count", say("How many")),
            column("share", say("Of what was heard")),
            column("before", say("Before")),
            column("share_before", say("Share before")),
        ),
        rows=tuple(
            (
                words(name, which),
                number(_count(now, which), Behind(which)),
                share(_count(now, which), now.heard),
                number(_count(before, which) if before is not None else None),
                share(_count(before, which), before.heard) if before is not None else share(0, 0),
            )
            for which, name in rows
        ),
        note=_compared(facts),
    )


def _count(tally: Tally, which: Listing) -> int:
    return tally.heard - tally.touched if which == "unheard" else int(getattr(tally, which))


def _compared(facts: WebFacts) -> str:
    if facts.before is None:
        return say("Nothing was heard in the same time before, so there is nothing to compare with.")
    first, last = facts.earlier.first_day.date(), facts.earlier.last_day.date()
    return say("“Before” is from {first} to {last}.", first=day_words(first, _DAY), last=day_words(last, _DAY))


def _dated(facts: WebFacts) -> list[tuple[date, int]]:
    first = facts.window.first_day.date()
    return [(first + timedelta(days=at), many) for at, many in enumerate(facts.tally.days)]


def _days(facts: WebFacts) -> Table:
    return Table(
        key="days",
        title=say("Heard each day"),
        columns=(column("day", say("Day"), numeric=False), column("heard", say("Heard"))),
        rows=tuple(
            (Cell(day_words(day, "EEE d MMM yyyy"), day.isoformat()), number(many)) for day, many in _dated(facts)
        ),
    )


def _charts(facts: WebFacts) -> tuple[Chart, ...]:
    return (*_by_day(facts), *_by_week(facts))


def _by_week(facts: WebFacts) -> tuple[Chart, ...]:
    heard = [at for at, week in enumerate(facts.weeks) if week.heard]
    weeks = facts.weeks[heard[0] :] if heard else ()
    if len(weeks) < 2:
        return ()
    title = say("The last {n} weeks, by their first day", n=in_figures(len(weeks)))
    labels = tuple(day_words(week.window.first_day.date(), _DAY) for week in weeks)
    series = (
        Series(say("Heard by no one"), tuple(float(week.alone) for week in weeks)),
        Series(say("Touched only"), tuple(float(week.in_vain) for week in weeks)),
        Series(say("Changed something"), tuple(float(week.changed) for week in weeks)),
    )
    said = "; ".join(
        say(
            "{day}: {heard} heard, {touched} touched, {changed} changed something",
            day=label,
            heard=in_figures(week.heard),
            touched=in_figures(week.touched),
            changed=in_figures(week.changed),
        )
        for label, week in zip(labels, weeks, strict=True)
    )
    return (Chart(title, "stacked", labels, series, f"{title}. {said}."),)


def _by_day(facts: WebFacts) -> tuple[Chart, ...]:
    dated = _dated(facts)
    if len(dated) < 2 or not facts.tally.heard:
        return ()
    title = say("Heard each day")
    if len(dated) > MOST_BARS:
        title = say("Heard each week, by its first day")
        weeks = range(0, len(dated), DAYS)
        dated = [(dated[at][0], sum(many for _, many in dated[at : at + DAYS])) for at in weeks]
    values = tuple(float(many) for _, many in dated)
    alt = say("{title}: {values}, oldest first.", title=title, values=", ".join(in_figures(many) for _, many in dated))
    labels = tuple(day_words(day, _DAY) for day, _ in dated)
    return (Chart(title, "bars", labels, (Series(say("Heard"), values),), alt),)


def times(facts: WebFacts, _config: Config, _reader: Person) -> Section:
    """How long each step took."""
    return Section(
        key="times",
        title=say("How long it took"),
        tables=(
            Table(
                key="times",
                title=say("From the opening of a conversation"),
                columns=(
                    column("step", say("Until"), numeric=False),
                    column("count", say("How many")),
                    column("median_seconds", say("Median")),
                    column("p90_seconds", say("Nine in ten within")),
                    column("business_median_seconds", say("Median, business hours")),
                    column("business_p90_seconds", say("Nine in ten, business hours")),
                    column("median_seconds_before", say("Median before")),
                ),
                rows=tuple(
                    (
                        words(say(_STEPS[step]), step),
                        *_spans(facts.timings.get(step)),
                        _median(facts.timings_before.get(step)),
                    )
                    for step in STEPS
                ),
                note=say("Over those conversations to which it had happened by the end of the time shown."),
            ),
        ),
    )


def _spans(timing: Timing | None) -> tuple[Cell, ...]:
    if timing is None:
        return number(0), span(None), span(None), span(None), span(None)
    figures = (timing.median, timing.p90, timing.business_median, timing.business_p90)
    return number(timing.count), *(span(figure) for figure in figures)


def _median(timing: Timing | None) -> Cell:
    return span(timing.median if timing is not None else None)
