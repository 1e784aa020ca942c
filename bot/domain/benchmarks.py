"""Figures of others beside our own: what may be compared with what, and whether a row of a file can be taken. Pure.

Only what means the same is compared: a figure names one of our measures by its key (docs/measures.md) and a unit that fits it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from bot.domain.measured import Measured
from bot.domain.timing import STEPS, Step

Kind = Literal["share", "time"]

UNITS: Mapping[Kind, Mapping[str, float]] = {
    "share": {"%": 1, "percent": 1, "per cent": 1, "share": 100},
    "time": {"seconds": 1, "minutes": 60, "hours": 3_600, "days": 86_400},
}
"""What each unit is in per cent, or in seconds. A `share` goes from 0 to 1."""

LONGEST = 200
"""Characters of a name, an industry, a period, a source or a licence."""

LONGEST_ADDRESS = 2_000


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A figure of others: `name` says whose (`Retail, median of 40 companies`), `period` of when. `value` is in its own unit."""

    name: str
    industry: str
    measure: str
    value: float
    unit: str
    period: str
    source: str
    url: str = ""
    licence: str = ""

    @property
    def plain(self) -> float:
        """In per cent, or in seconds."""
        return self.value * UNITS[MEASURES[self.measure].kind][self.unit]


@dataclass(frozen=True, slots=True)
class Comparable:
    """A measure that others publish, too: in per cent or seconds; None where a window has none."""

    kind: Kind
    ours: Callable[[Measured], float | None]


@dataclass(frozen=True, slots=True)
class Beside:
    """A figure of others and our own, both in per cent or in seconds; ours is None where the window has none."""

    benchmark: Benchmark
    ours: float | None


class RowError(ValueError):
    """A row that cannot be taken; its text says what is wrong, and what may stand there."""


def beside(benchmarks: Iterable[Benchmark], measured: Measured) -> tuple[Beside, ...]:
    """Each figure with our own, in the order of the measures. Those of measures that are no more are left out."""
    order = {key: at for at, key in enumerate(MEASURES)}
    known = [each for each in benchmarks if each.measure in order and each.unit in UNITS[MEASURES[each.measure].kind]]
    ranked = sorted(known, key=lambda each: (order[each.measure], each.industry, each.name, each.period))
    return tuple(Beside(each, MEASURES[each.measure].ours(measured)) for each in ranked)


FIELDS = ("name", "industry", "measure", "value", "unit", "period", "source", "url", "licence")
_NEEDED = ("name", "measure", "value", "unit", "period")


def read_row(row: Mapping[str, object]) -> Benchmark:
    """A row of a file by its columns; raises `RowError`."""
    said = {name: _line(row.get(name)) for name in FIELDS}
    missing = [name for name in _NEEDED if not said[name]]
    if missing:
        raise RowError(f"{' and '.join(missing)} missing")
    for name in FIELDS:
        longest = LONGEST_ADDRESS if name == "url" else LONGEST
        if len(said[name]) > longest:
            raise RowError(f"{name} is longer than {longest:,} characters")
    if not said["source"] and not said["url"]:
        raise RowError("source missing: say where the figure comes from, or give its url")
    if said["url"] and not said["url"].lower().startswith(("https://", "http://")):
        raise RowError("url must begin with https:// or http://")
    measure = MEASURES.get(said["measure"])
    if measure is None:
        raise RowError(f"there is no measure “{said['measure'][:60]}”; there are {', '.join(MEASURES)}")
    unit = said["unit"].lower()
    if unit not in UNITS[measure.kind]:
        units = ", ".join(UNITS[measure.kind])
        raise RowError(f"{said['measure']} cannot be compared in “{said['unit'][:40]}”; its units are {units}")
    return Benchmark(
        name=said["name"],
        industry=said["industry"],
        measure=said["measure"],
        value=_number(said["value"], measure.kind, UNITS[measure.kind][unit]),
        unit=unit,
        period=said["period"],
        source=said["source"],
        url=said["url"],
        licence=said["licence"],
    )


def key_of(benchmark: Benchmark) -> tuple[str, str, str, str]:
    """What makes it one: another row of the same replaces it."""
    return benchmark.name, benchmark.industry, benchmark.measure, benchmark.period


def _line(value: object) -> str:
    """On one line, without what cannot be shown."""
    said = "" if value is None or isinstance(value, bool) else str(value)
    return " ".join("".join(char if char.isprintable() else " " for char in said).split())


def _number(said: str, kind: Kind, scale: float) -> float:
    try:
        value = float(said)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or "_" in said:
        raise RowError(f"value: “{said[:40]}” is not a number; write it like 12.5")
    if value < 0:
        raise RowError("value is less than 0")
    if kind == "share" and value * scale > 100:
        raise RowError(f"value: “{said[:40]}” is more than all")
    if value * scale > 1e12:
        raise RowError(f"value: “{said[:40]}” is longer than anybody waits")
    return value


def _share(part: int, whole: int) -> float | None:
    return 100 * part / whole if whole else None


def _timed(step: Step, field: str) -> Callable[[Measured], float | None]:
    def ours(measured: Measured) -> float | None:
        timing = measured.timings.get(step)
        span: timedelta | None = getattr(timing, field) if timing is not None else None
        return span.total_seconds() if span is not None else None

    return ours


def _mood(name: Literal["negative", "positive"]) -> Callable[[Measured], float | None]:
    def ours(measured: Measured) -> float | None:
        share: float | None = getattr(measured.shifts.overall, name)
        return 100 * share if share is not None else None

    return ours


_SPANS = ("median", "p90", "business_median", "business_p90")

MEASURES: Mapping[str, Comparable] = {
    "touched.share": Comparable("share", lambda m: _share(m.digest.tally.touched, m.digest.tally.heard)),
    "changed.share": Comparable("share", lambda m: _share(m.digest.tally.changed, m.digest.tally.heard)),
    "unheard.share": Comparable(
        "share", lambda m: _share(m.digest.tally.heard - m.digest.tally.touched, m.digest.tally.heard)
    ),
    **{f"times.{step}.{span}_seconds": Comparable("time", _timed(step, span)) for step in STEPS for span in _SPANS},
    "sentiment.negative": Comparable("share", _mood("negative")),
    "sentiment.positive": Comparable("share", _mood("positive")),
    "collaboration.several_share": Comparable(
        "share", lambda m: _share(m.digest.tally.several, m.digest.tally.touched)
    ),
}
"""By the keys that docs/measures.md gives them."""
