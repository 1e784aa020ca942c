"""Volume and mood by network and by topic, beside what is usual."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.cards import Chart, Series
from bot.config import Config
from bot.domain.narrowing import Narrowing
from bot.domain.people import Person
from bot.domain.shifts import Row
from bot.ports.measures_desk import Behind, Section, Table
from bot.speech import in_figures, say
from bot.views.measures_page.cells import column, number, percent, told, words
from bot.views.measures_page.facts import WebFacts
from bot.views.wording import network_name, one_line, topic_name

MOST_BARS = 8
"""So many networks or topics are in a chart; the table has all."""

MOST_ROWS = 200
"""So many topics are in the table."""


def mood(facts: WebFacts, _config: Config, _reader: Person) -> Section:
    """Volume and mood."""
    found = facts.shifts
    compared = facts.since is not None
    note = (
        say("“Usual” is what a time of this length had in the four weeks before, on average.")
        if compared
        else say("Nothing is said of what is usual: that takes as long a time before, within four weeks.")
    )
    return Section(
        key="sentiment",
        title=say("Volume and mood"),
        charts=(
            *_volume(say("Heard by network"), found.networks, network_name, compared),
            *_negative(say("Negative by network, in per cent"), found.networks, network_name, compared),
        ),
        tables=(
            _table("overall", (say("All together"), ""), (found.overall,), lambda _: say("All"), None),
            _table("networks", (say("By network"), say("Network")), found.networks, network_name, "network"),
            _table("topics", (say("By topic"), say("Topic")), found.topics[:MOST_ROWS], topic_name, "topic"),
        ),
        note=" ".join(
            (note, say("The mood of a conversation is that of its newest post, where triage is sure of it."))
        ),
    )


def _table(
    key: str, titles: tuple[str, str], rows: Sequence[Row], name: Callable[[str], str], narrows: str | None
) -> Table:
    title, heading = titles

    def further(row: Row) -> Narrowing:
        return Narrowing(**{narrows: row.name}) if narrows is not None else Narrowing()

    return Table(
        key=key,
        title=title,
        columns=(
            column("name", heading, numeric=False),
            column("heard", say("Heard")),
            column("usual", say("Usual")),
            column("volume_shifted", say("A shift in volume"), numeric=False),
            column("sure", say("Mood known")),
            column("negative", say("Negative")),
            column("usual_negative", say("Usually negative")),
            column("mood_shifted", say("A shift in mood"), numeric=False),
            column("positive", say("Positive")),
        ),
        rows=tuple(
            (
                words(name(row.name), row.name),
                number(row.heard, Behind("heard", further(row))),
                number(row.usual, decimals=1),
                told(row.volume_shifted),
                number(row.sure),
                percent(_hundredths(row.negative)),
                percent(_hundredths(row.usual_negative)),
                told(row.mood_shifted),
                percent(_hundredths(row.positive)),
            )
            for row in rows
        ),
    )


def _hundredths(part: float | None) -> float | None:
    return None if part is None else 100 * part


def _volume(title: str, rows: Sequence[Row], name: Callable[[str], str], compared: bool) -> tuple[Chart, ...]:
    shown = [row for row in rows if row.heard][:MOST_BARS]
    if len(shown) < 2:
        return ()
    now = Series(say("Heard"), tuple(float(row.heard) for row in shown))
    usual = Series(say("Usual"), tuple(row.usual for row in shown))
    alt = "; ".join(
        say(
            "{name} {now}, usually {usual}",
            name=_label(row, name),
            now=in_figures(row.heard),
            usual=in_figures(row.usual, 1),
        )
        if row.usual is not None
        else say("{name} {now}", name=_label(row, name), now=in_figures(row.heard))
        for row in shown
    )
    series = (now, usual) if compared else (now,)
    return (Chart(title, "bars", tuple(_label(row, name) for row in shown), series, f"{title}: {alt}."),)


def _negative(title: str, rows: Sequence[Row], name: Callable[[str], str], compared: bool) -> tuple[Chart, ...]:
    shown = [row for row in rows if row.sure][:MOST_BARS]
    if len(shown) < 2:
        return ()
    now = Series(say("Negative"), tuple(_hundredths(row.negative) for row in shown))
    usual = Series(say("Usually"), tuple(_hundredths(row.usual_negative) for row in shown))
    alt = "; ".join(
        say("{name} {share} %", name=_label(row, name), share=in_figures(100 * (row.negative or 0.0))) for row in shown
    )
    series = (now, usual) if compared else (now,)
    return (Chart(title, "bars", tuple(_label(row, name) for row in shown), series, f"{title}: {alt}.", unit="%"),)


def _label(row: Row, name: Callable[[str], str]) -> str:
    return one_line(name(row.name), 24)
