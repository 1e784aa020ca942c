"""What a picture of a chart costs: its time, the first one's, the painter's memory, and what everybody else waits for it.

`python -m tests.benchmarks.charts` prints the figures. The floor is a bare plot of the same numbers by matplotlib alone,
in a process that has loaded it already.
"""

from __future__ import annotations

import asyncio
import io
import statistics
import time
from dataclasses import replace
from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from bot.cards import Chart, Series
from integrations.charts import MatplotlibPainter

PICTURES = 40
CHART = Chart(
    "Conversations by network",
    "stacked",
    tuple(f"{day} Sep" for day in range(1, 9)),
    tuple(Series(f"Network {at}", tuple(40 + at * 7 + week * 3 for week in range(8))) for at in range(4)),
    "",
    "conversations",
)


async def measure() -> dict[str, float]:
    """Figures by name: milliseconds, megabytes."""
    painter = MatplotlibPainter()
    longest = 0.0
    begun = time.perf_counter()
    await painter.paint(CHART)
    first = time.perf_counter() - begun
    taken: list[float] = []
    for number in range(PICTURES):
        painting = asyncio.ensure_future(painter.paint(replace(CHART, unit=f"unit {number}")))
        begun = time.perf_counter()
        while not painting.done():
            before = time.perf_counter()
            await asyncio.sleep(0)
            longest = max(longest, time.perf_counter() - before)
            await asyncio.sleep(0.001)
        taken.append(time.perf_counter() - begun)
    process = painter._process
    peak = _peak(process.pid) if process is not None else 0.0
    await painter.close()
    return {
        "first_picture_ms": 1000 * first,
        "picture_p50_ms": 1000 * statistics.median(taken),
        "longest_pause_of_others_ms": 1000 * longest,
        "painter_peak_mb": peak,
        "floor_bare_plot_p50_ms": 1000 * statistics.median(_bare() for _ in range(PICTURES)),
    }


def _peak(process: int) -> float:
    for line in Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _bare() -> float:
    begun = time.perf_counter()
    figure = Figure(figsize=(4.8, 2.6), dpi=200)
    axes = figure.add_subplot()
    ground = [0.0] * len(CHART.labels)
    for series in CHART.series:
        values = [value or 0.0 for value in series.values]
        axes.bar(CHART.labels, values, bottom=ground)
        ground = [below + value for below, value in zip(ground, values, strict=True)]
    FigureCanvasAgg(figure).print_png(io.BytesIO())
    return time.perf_counter() - begun


if __name__ == "__main__":
    for name, value in asyncio.run(measure()).items():
        print(f"{name:<28}{value:>10.1f}")
