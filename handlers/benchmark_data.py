"""Figures of others beside our own as plain data, for programs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.domain.benchmarks import MEASURES, Beside


def benchmark_data(found: Iterable[Beside]) -> list[dict[str, Any]]:
    """Each figure of others; `value` and `ours` are in per cent or in seconds, as `unit` says."""
    return [
        {
            "measure": each.benchmark.measure,
            "unit": "seconds" if MEASURES[each.benchmark.measure].kind == "time" else "%",
            "ours": _rounded(each.ours),
            "value": _rounded(each.benchmark.plain),
            "name": each.benchmark.name,
            "industry": each.benchmark.industry,
            "period": each.benchmark.period,
            "source": each.benchmark.source,
            "url": each.benchmark.url,
            "licence": each.benchmark.licence,
        }
        for each in found
    ]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
