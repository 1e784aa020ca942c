"""What the digest counts, a line for each thing: times, working together, mood, movement, ideas, the record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from bot.cards import Bold, Text, phrase, text
from bot.config import Config
from bot.domain.company_measures import streams
from bot.domain.idea_news import NamedIdea
from bot.domain.measured import Measured
from bot.domain.shifts import Row
from bot.domain.spans import format_span
from bot.domain.timing import Step
from bot.speech import all_of, in_figures, mark, per_cent, say, say_many, sentence
from bot.views.changes import beside, longer, points
from bot.views.wording import department_of, dotted, network_name, one_line, times

_SHIFTS = 3
"""How many shifts of mood or volume are told."""

_SILENT = 3
"""How many silent departments are named."""

_TITLE = 40
"""Characters of an idea's title."""


def number_rows(measured: Measured, config: Config) -> Iterator[tuple[str, Text]]:
    """Label and value of each line; what there is nothing to say of is left out."""
    yield from (row for row in _rows(measured, config) if row[1])


def _rows(measured: Measured, config: Config) -> Iterator[tuple[str, Text]]:
    yield say("Times"), _times(measured, config)
    yield say("Together"), _together(measured, config)
    yield say("Unusual"), _shifted(measured)
    yield say("Moving"), _moving(measured)
    yield say("Ideas"), _ideas(measured)
    yield say("Record"), _record(measured)


STEP_NAMES: dict[Step, str] = {
    "first_human": mark("first human"),
    "first_answer": mark("answer"),
    "outcome": mark("outcome"),
}
"""What people read for a step."""


def keeps_hours(config: Config) -> bool:
    """Is there any office that is closed at times?"""
    return bool(config.company.hours) or any(part.hours for part in config.departments.values())


def _times(measured: Measured, config: Config) -> Text:
    parts = []
    for step, name in STEP_NAMES.items():
        now, before = measured.timings.get(step), measured.timings_before.get(step)
        if now is not None:
            change = longer(now.business_median, before.business_median if before is not None else None)
            span = beside(Bold(format_span(now.business_median)), change)
            parts.append((f"{sentence(name)} ", *span))
    if not parts:
        return text(say("nobody has acted yet")) if measured.digest.tally.heard else ()
    how = say("medians, in business hours") if keeps_hours(config) else say("medians")
    return dotted((*parts, text(how)))


def _together(measured: Measured, config: Config) -> Text:
    now, before = measured.digest.tally, measured.digest.before
    parts: list[Text] = []
    if now.touched:
        was = before.several_share if before is not None and before.touched else None
        share = beside(Bold(per_cent(now.several_share)), points(now.several_share, was))
        parts.append(phrase("two or more departments on {share} of what was touched", share=share))
    if now.passed:
        (giver, taker), many = most_first(now.passed)[0]
        ways = {"giver": department_of(giver, config), "taker": department_of(taker, config), "times": times(many)}
        parts.append(text(say("most passed: {giver} → {taker}, {times}", **ways)))
    if now.bounces:
        parts.append(text(say_many("{n} pass declined", "{n} passes declined", now.bounces)))
    if measured.silent:
        parts.append(text(silence(measured.silent, config)))
    return dotted(parts)


def silence(departments: tuple[str, ...], config: Config) -> str:
    """Of which departments nobody acted."""
    names = [department_of(key, config) for key in departments]
    if len(names) > _SILENT:
        more = len(names) - _SILENT + 1
        names = [*names[: _SILENT - 1], say_many("{n} other", "{n} others", more)]
    return say_many("{names} was silent", "{names} were silent", len(departments), names=all_of(names))


def _shifted(measured: Measured) -> Text:
    told = list(shifts_told(measured))[:_SHIFTS]
    if told:
        return dotted(told)
    heard = measured.since is not None and measured.digest.tally.heard
    return text(say("nothing that is more than noise")) if heard else ()


class _Shift(NamedTuple):
    size: float
    said: Text


def shifts_told(measured: Measured) -> Iterator[Text]:
    """What is more than noise, in words, the greatest shift of mood first, then those of volume."""
    rows = [(row.name, row) for row in measured.shifts.topics]
    rows += [(network_name(row.name), row) for row in measured.shifts.networks]
    for sized in (_moods(rows), _volumes(rows)):
        yield from (shift.said for shift in sorted(sized, key=lambda shift: -shift.size))


def _moods(rows: Iterable[tuple[str, Row]]) -> Iterator[_Shift]:
    for name, row in rows:
        if row.mood_shifted and row.negative is not None and row.usual_negative is not None:
            change = row.negative - row.usual_negative
            of: dict[str, Text] = {
                "what": text(one_line(name, 40)),
                "now": text(Bold(_hundredths(row.negative))),
                "usual": text(_hundredths(row.usual_negative)),
            }
            said = (
                phrase("{what}: angrier than usual, {now} negative instead of {usual}", **of)
                if change > 0
                else phrase("{what}: calmer than usual, {now} negative instead of {usual}", **of)
            )
            yield _Shift(abs(change), said)


def _volumes(rows: Iterable[tuple[str, Row]]) -> Iterator[_Shift]:
    for name, row in rows:
        if row.volume_shifted and row.usual is not None:
            of: dict[str, Text] = {
                "what": text(one_line(name, 40)),
                "now": text(Bold(in_figures(row.heard))),
                "usual": text(in_figures(round(row.usual))),
            }
            said = (
                phrase("{what}: more than usual, {now} instead of {usual}", **of)
                if row.heard > row.usual
                else phrase("{what}: less than usual, {now} instead of {usual}", **of)
            )
            yield _Shift(abs(row.heard - row.usual) / max(row.usual, 1), said)


def _hundredths(share: float) -> str:
    return per_cent(round(100 * share))


def _moving(measured: Measured) -> Text:
    """Only what is clear: people go to and fro all the time."""
    clear = next((each for each in streams(measured.movement.moved) if each.clear), None)
    if clear is None:
        return ()
    ways = {"origin": network_name(clear.origin), "goal": network_name(clear.goal)}
    return text(
        say_many(
            "{n} customer went from {origin} to {goal}, {back} back",
            "{n} customers went from {origin} to {goal}, {back} back",
            clear.there,
            back=in_figures(clear.back),
            **ways,
        )
    )


def _ideas(measured: Measured) -> Text:
    news, loops = measured.ideas, measured.loops
    parts: list[Text] = []
    if news.raised:
        parts.append(text(say_many("{n} new", "{n} new", news.raised)))
    if shipped := news.many("shipped"):
        named = titles(news.shipped, shipped)
        parts.append(text(say_many("{n} shipped ({names})", "{n} shipped ({names})", shipped, names=named)))
    if loops.askers:
        told = say_many(
            "{told} of {n} asker told", "{told} of {n} askers told", loops.askers, told=in_figures(loops.told)
        )
        parts.append(text(told))
    if declined := news.many("declined"):
        parts.append(text(say_many("{n} declined", "{n} declined", declined)))
    if news.asked and news.asked[0].asked > 1:
        most = news.asked[0]
        of = {"ref": most.ref, "title": one_line(most.title, _TITLE), "times": times(most.asked)}
        parts.append(text(say("most asked for: {ref} {title}, {times}", **of)))
    return dotted(parts)


def titles(ideas: tuple[NamedIdea, ...], many: int, shown: int = 2) -> str:
    """The titles of the first few of so many."""
    names = [one_line(idea.title, _TITLE) for idea in ideas[:shown]]
    if many > len(names):
        names.append(say_many("{n} other", "{n} others", many - len(names)))
    return all_of(names)


def _record(measured: Measured) -> Text:
    recorded = measured.recorded
    parts = []
    if recorded.written:
        parts.append(text(say_many("{n} outcome written", "{n} outcomes written", recorded.written)))
    if recorded.missing:
        parts.append(text(say_many("{n} not yet", "{n} not yet", recorded.missing)))
    if recorded.failed:
        parts.append(text("⚠️ ", Bold(say_many("{n} refused by the CRM", "{n} refused by the CRM", recorded.failed))))
    return dotted(parts)


def most_first(pairs: Mapping[tuple[str, str], int]) -> list[tuple[tuple[str, str], int]]:
    """Pairs by how often, the most first."""
    return sorted(pairs.items(), key=lambda pair: (-pair[1], pair[0]))
