"""Figures of others beside our own, each with its source and its period."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby

from bot.cards import Block, Bold, Link, Paragraph, Small, Span, Text, phrase, text
from bot.domain.benchmarks import MEASURES, Benchmark, Beside, beside
from bot.domain.spans import format_span
from bot.speech import mark, per_cent, say, say_many, sentence
from bot.views.measure_part import Seen
from bot.views.wording import dotted, is_web, one_line

MOST = 20
"""So many figures stand on a card."""

_STEPS = {"first_human": mark("First human"), "first_answer": mark("First answer"), "outcome": mark("Outcome")}
_SPANS = {
    "median_seconds": mark("median"),
    "p90_seconds": mark("nine in ten"),
    "business_median_seconds": mark("median, business hours"),
    "business_p90_seconds": mark("nine in ten, business hours"),
}
_NAMES = {
    "touched.share": mark("Touched"),
    "changed.share": mark("Changed something"),
    "unheard.share": mark("Heard by no one"),
    "sentiment.negative": mark("Unhappy"),
    "sentiment.positive": mark("Happy"),
    "collaboration.several_share": mark("Two or more departments"),
}


def benchmark_blocks(found: Sequence[Beside]) -> tuple[Block, ...]:
    """Each of our figures that others publish, too, with theirs below it."""
    if not found:
        return (Paragraph(text(say("No figures of others are here: import some with app.py benchmarks import."))),)
    blocks: list[Block] = []
    for measure, group in groupby(found[:MOST], key=lambda each: each.benchmark.measure):
        those = list(group)
        ours = those[0].ours
        said = _said(ours, measure) if ours is not None else say("nothing to compare in this time")
        blocks.append(Paragraph(phrase("{measure}: ours {value}", measure=Bold(measure_name(measure)), value=said)))
        blocks += [Small(_theirs(each.benchmark)) for each in those]
    if (left := len(found) - MOST) > 0:
        blocks.append(Small(text(say_many("{n} more figure left out", "{n} more figures left out", left))))
    said = say("Figures of others are as their sources give them: whether they count as we do, only these can tell.")
    blocks.append(Small(text(said)))
    return tuple(blocks)


def benchmark_part(seen: Seen) -> tuple[Block, ...]:
    """The part of the measures; it needs the figures of others."""
    found = seen.more if isinstance(seen.more, list) else []
    return benchmark_blocks(beside([each for each in found if isinstance(each, Benchmark)], seen.measured))


def measure_name(key: str) -> str:
    """What people read for a measure: `First human, median`."""
    if key in _NAMES:
        return sentence(_NAMES[key])
    _, step, span = key.split(".")
    return say("{step}, {what}", step=sentence(_STEPS[step]), what=sentence(_SPANS[span]))


def _theirs(benchmark: Benchmark) -> Text:
    whose = one_line(benchmark.name, 80)
    industry = one_line(benchmark.industry, 60)
    parts: list[Text] = [phrase("{whose}: {value}", whose=whose, value=Bold(_said(benchmark.plain, benchmark.measure)))]
    parts += [text(industry)] if industry and industry not in whose else []
    parts.append(text(one_line(benchmark.period, 60)))
    parts.append((_source(benchmark),))
    if benchmark.licence:
        parts.append(text(one_line(benchmark.licence, 60)))
    return dotted(parts)


def _source(benchmark: Benchmark) -> Span:
    label = one_line(benchmark.source or benchmark.url, 80)
    return Link(label, benchmark.url) if is_web(benchmark.url) else label


def _said(value: float, measure: str) -> str:
    if MEASURES[measure].kind == "time":
        return format_span(timedelta(seconds=value))
    return per_cent(value, 0 if value >= 10 or value == round(value) else 1)
