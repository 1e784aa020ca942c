"""Details of how the company worked: times, who works with whom, outcomes and the record, views that differ, maturity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.cards import Block, Bold, Chart, Facts, Paragraph, Series, Small, Text, text
from bot.domain.maturity import Criterion
from bot.domain.outcome import OutcomeKind
from bot.domain.spans import format_span
from bot.domain.timing import STEPS, Step, Timing
from bot.speech import all_of, in_figures, mark, per_cent, say, say_many, sentence
from bot.views.acts import act
from bot.views.changes import beside, longer, points
from bot.views.digest_numbers import keeps_hours, most_first, silence
from bot.views.digest_stories import seen as seen_differently
from bot.views.measure_part import Seen
from bot.views.wording import department_of, dotted, times

_PAIRS = 8
"""How many of the ways the baton went are named."""

_DEPARTMENTS = 10

_HOUR = 3600

_STEPS: dict[Step, str] = {
    "first_human": mark("First human"),
    "first_answer": mark("First answer"),
    "outcome": mark("Outcome"),
}


def times_blocks(seen: Seen) -> tuple[Block, ...]:
    """Each step by the clock and in business hours: the median and what nine in ten do not exceed."""
    now, before = seen.measured.timings, seen.measured.timings_before
    known = [step for step in STEPS if step in now]
    if not known:
        return (Paragraph(text(say("Nobody has acted yet."))),)
    blocks: list[Block] = [*_chart(seen, known)]
    for step in known:
        count = say_many("{n} conversation", "{n} conversations", now[step].count)
        blocks.append(Paragraph(dotted((text(Bold(sentence(_STEPS[step]))), text(count)))))
        blocks.append(Facts(tuple(_rows(now[step], before.get(step), hours=keeps_hours(seen.config)))))
    if keeps_hours(seen.config):
        said = say(
            "Business hours are those of the department to which a conversation was suggested first, the company's else."
        )
        blocks.append(Small(text(said)))
    return tuple(blocks)


def _rows(now: Timing, before: Timing | None, *, hours: bool) -> Iterator[tuple[str, Text]]:
    def row(name: str, field: str) -> tuple[str, Text]:
        was = getattr(before, field) if before is not None else None
        value = getattr(now, field)
        return name, beside(format_span(value), longer(value, was))

    if hours:
        yield row(say("Median, business hours"), "business_median")
        yield row(say("Nine in ten, business hours"), "business_p90")
    yield row(say("Median, by the clock"), "median")
    yield row(say("Nine in ten, by the clock"), "p90")


def _chart(seen: Seen, known: list[Step]) -> Iterator[Block]:
    now, before = seen.measured.timings, seen.measured.timings_before

    def hours(timing: Timing | None) -> float | None:
        return round(timing.business_median.total_seconds() / _HOUR, 2) if timing is not None else None

    series = [Series(say("This time"), tuple(hours(now[step]) for step in known))]
    if before:
        series.append(Series(say("The week before"), tuple(hours(before.get(step)) for step in known)))
    names = tuple(sentence(_STEPS[step]) for step in known)
    alt = all_of(f"{name} {format_span(now[step].business_median)}" for name, step in zip(names, known, strict=True))
    yield Chart(say("Medians in hours"), "bars", names, tuple(series), alt, say("hours"))


def together_blocks(seen: Seen) -> tuple[Block, ...]:
    """Who acts, who is silent, and which way the baton goes."""
    measured, config = seen.measured, seen.config
    now, before = measured.digest.tally, measured.digest.before
    share = beside(
        per_cent(now.several_share),
        points(now.several_share, before.several_share if before is not None else None),
    )
    handed = beside(
        in_figures(now.handovers), _difference(now.handovers, before.handovers if before is not None else None)
    )
    declined = beside(in_figures(now.bounces), _difference(now.bounces, before.bounces if before is not None else None))
    several = say_many("{n} conversation", "{n} conversations", now.several)
    blocks: list[Block] = [
        Facts((
            (say("Two departments or more"), dotted((share, text(several)))),
            (say("Changed hands"), handed),
            (say("Declined"), declined),
        )),
        *_departments(seen),
    ]  # fmt: skip
    if measured.silent:
        blocks.append(Paragraph(text(silence(measured.silent, config))))
    if now.passed:
        ways = [
            (f"{department_of(giver, config)} → {department_of(taker, config)}", text(times(many)))
            for (giver, taker), many in most_first(now.passed)[:_PAIRS]
        ]
        blocks.append(Paragraph(text(Bold(say("Who passes to whom")))))
        spans: Text = ()
        for way, often in ways:
            spans = (*spans, *(("\n",) if spans else ()), f"{way}: ", *often)
        blocks.append(Paragraph(spans))
    return tuple(blocks)


def _difference(now: int, before: int | None) -> str:
    return points(float(now), float(before) if before is not None else None)


def _departments(seen: Seen) -> Iterator[Block]:
    shares = sorted(seen.measured.departments.items(), key=lambda each: (-each[1].acted, -each[1].suggested, each[0]))
    shares = shares[:_DEPARTMENTS]
    if not shares:
        return
    names = tuple(department_of(key, seen.config) for key, _ in shares)
    counted = [
        say(
            "{department} acted on {acted}, was suggested for {suggested}",
            department=name,
            acted=in_figures(share.acted),
            suggested=in_figures(share.suggested),
        )
        for name, (_, share) in zip(names, shares, strict=True)
    ]
    yield Chart(
        say("Conversations by department"),
        "bars",
        names,
        (
            Series(say("Acted on"), tuple(float(share.acted) for _, share in shares)),
            Series(say("Suggested for"), tuple(float(share.suggested) for _, share in shares)),
        ),
        "; ".join(counted),
    )


def record_blocks(seen: Seen) -> tuple[Block, ...]:
    """How conversations ended, and whether the customer's record says so."""
    tally, recorded = seen.measured.digest.tally, seen.measured.recorded
    rows: list[tuple[str, Text]] = [
        (say("Resolved"), text(say_many("{n} conversation", "{n} conversations", tally.resolved))),
        (say("On the record"), text(in_figures(recorded.written))),
    ]
    if recorded.missing:
        rows.append((say("Not yet"), text(in_figures(recorded.missing))))
    rows += [(sentence(_CRM[state]), text(in_figures(many))) for state in _CRM if (many := recorded.crm.get(state, 0))]
    blocks: list[Block] = [Facts(tuple(rows))]
    ended = sorted(tally.outcomes.items(), key=lambda each: (-sum(each[1].values()), each[0]))
    if ended:
        blocks.append(Paragraph(text(Bold(say("Who resolved them, and how")))))
        blocks.append(
            Facts(
                tuple(
                    (department_of(key, seen.config) if key else say("No department"), _kinds(kinds))
                    for key, kinds in ended[:_DEPARTMENTS]
                )
            )
        )
    return tuple(blocks)


_CRM = {
    "written": mark("In the CRM"),
    "waiting": mark("On the way to the CRM"),
    "nobody": mark("Unknown to the CRM"),
    "failed": mark("Refused by the CRM"),
}


def _kinds(counted: Mapping[OutcomeKind, int]) -> Text:
    return dotted(
        text(say("{outcome} {n}", outcome=kind.label, n=in_figures(counted[kind])))
        for kind in sorted(counted, key=lambda kind: (-counted[kind], kind.value))
    )


def perspective_blocks(seen: Seen) -> tuple[Block, ...]:
    """On how many conversations departments gave their views, and where these differ."""
    views = seen.measured.views
    rows = (
        (say("With two views or more"), text(say_many("{n} conversation", "{n} conversations", views.several))),
        (say("Seen differently"), text(say_many("{n} conversation", "{n} conversations", views.differing))),
    )
    lines = (
        Paragraph(
            (Bold(f"B-{each.number}"), " · ", *seen_differently(each.views, seen.config)),
            act("show", f"B-{each.number}", say("Show")),
        )
        for each in views.named
    )
    how = say("Views are compared by their words, not by their meaning: read them and judge.")
    return (Facts(rows), *lines, Small(text(how)))


def maturity_blocks(seen: Seen) -> tuple[Block, ...]:
    """The rung, what the next one takes, and all that was looked at."""
    maturity = seen.measured.maturity
    blocks: list[Block] = [
        Paragraph(text(Bold(say("Rung {n}: {name}", n=maturity.rung, name=sentence(maturity.name)))))
    ]
    if maturity.missing:
        blocks.append(Paragraph(text(Bold(say("What the next rung takes")))))
        blocks.append(Paragraph(_listed(maturity.missing)))
    else:
        blocks.append(Paragraph(text(say("There is no higher one."))))
    reached = [each for each in maturity.criteria if each.rung <= maturity.rung + 1 and each.met]
    if reached:
        blocks.append(Paragraph(text(Bold(say("What is reached")))))
        blocks.append(Paragraph(_listed(tuple(reached))))
    return tuple(blocks)


def _listed(criteria: tuple[Criterion, ...]) -> Text:
    spans: Text = ()
    for each in criteria:
        spans = (*spans, *(("\n",) if spans else ()), _criterion(each))
    return spans


def _criterion(each: Criterion) -> str:
    value, needed = _amount(each.value, each.unit), _amount(each.needed, each.unit)
    what = sentence(each.what)
    if each.at_most:
        return say("{what}: {value}, {needed} at most", what=what, value=value, needed=needed)
    return say("{what}: {value}, needed {needed}", what=what, value=value, needed=needed)


def _amount(value: float, unit: str) -> str:
    return per_cent(round(value)) if unit == "%" else in_figures(value)
