"""One chart → the bytes of a picture, with matplotlib. Runs in the painter's process; the same chart gives the same bytes.

Nothing here is pyplot: there is no window and no state but the figure's own. What is drawn at most: the newest
`MOST_PLACES` labels and the first `MOST_SERIES` series.
"""

from __future__ import annotations

import io
import math
import warnings
from dataclasses import dataclass
from typing import Any, Literal

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator
from PIL import Image

from bot.cards import Chart
from bot.ports import Theme
from integrations.charts.lettering import Ruler, fonts, one_line
from integrations.charts.looks import HATCHES, HEIGHT, LOOKS, MARKERS, WIDTH, Look, legible
from integrations.charts.numbers import apart, drawable, finite, named, shown_places

MOST_PLACES = 400
MOST_SERIES = 12
MOST_LABELS = 12

_DPI = 100
_COLORS = 128
_LETTERS, _SMALL_LETTERS = 13.0, 12.0
_EDGE = 12.0
_LINE = 17.0
_LONGEST_NAME, _LONGEST_IN_LEGEND = 130.0, 200.0
_MOST_NAMED_BARS = 12
_MOST_MARKERS = 26


@dataclass(frozen=True, slots=True)
class _Numbers:
    """One series, made drawable; its ends are empty where it has no interval."""

    name: str
    values: list[float]
    low: list[float]
    high: list[float]
    color: str
    hatch: str
    marker: str

    @property
    def ends(self) -> bool:
        return bool(self.low)


def draw(chart: Chart, theme: Theme, form: Literal["png", "svg"]) -> bytes:
    """A picture of `WIDTH` × `HEIGHT`: a PNG has twice as many pixels each way, an SVG its words as text."""
    settings: Any = {
        "font.family": list(fonts()),
        "font.size": _points(_SMALL_LETTERS),
        "text.parse_math": False,
        "svg.fonttype": "none",
        "svg.hashsalt": "baton",
        "hatch.linewidth": 0.8,
        "path.simplify": True,
    }
    with mpl.rc_context(), warnings.catch_warnings():
        mpl.rcdefaults()
        mpl.rcParams.update(settings)
        if form == "svg":
            # Whoever shows it has fonts of their own.
            warnings.filterwarnings("ignore", message="Glyph .* missing")
        return _Drawing(chart, LOOKS[theme], form).bytes()


class _Drawing:
    """One chart being drawn."""

    def __init__(self, chart: Chart, look: Look, form: Literal["png", "svg"]) -> None:
        self._look = look
        self._form = form
        self._kind = chart.kind
        self._ruler = Ruler(_SMALL_LETTERS)
        self._labels = [self._word(label) for label in chart.labels[-MOST_PLACES:]]
        self._unit = self._ruler.cut(self._word(chart.unit), WIDTH / 2)
        skipped = max(0, len(chart.labels) - MOST_PLACES)
        count = len(self._labels)
        longest = _LONGEST_NAME if chart.kind == "lines" else _LONGEST_IN_LEGEND
        self._series = [
            _Numbers(
                name=self._ruler.cut(self._word(series.name), longest),
                values=drawable(series.values[skipped:], count),
                low=drawable(series.low[skipped:], count) if series.low and series.high else [],
                high=drawable(series.high[skipped:], count) if series.low and series.high else [],
                color=look.series[at % len(look.series)],
                hatch=HATCHES[(at + at // len(HATCHES)) % len(HATCHES)],
                marker=MARKERS[(at + at // len(MARKERS)) % len(MARKERS)],
            )
            for at, series in enumerate(chart.series[:MOST_SERIES])
        ]
        self._figure = Figure(figsize=(WIDTH / _DPI, HEIGHT / _DPI), dpi=_DPI, facecolor=look.surface)
        self._axes: Axes = self._figure.add_axes((0.1, 0.1, 0.8, 0.8))

    def bytes(self) -> bytes:
        self._dress()
        {"bars": self._bars, "stacked": self._stacked, "lines": self._lines}[self._kind]()
        self._limits()
        self._place()
        written = io.BytesIO()
        if self._form == "svg":
            FigureCanvasSVG(self._figure).print_svg(written, metadata={"Date": None, "Creator": None})
        else:
            self._figure.set_dpi(_DPI * 2)
            canvas = FigureCanvasAgg(self._figure)
            canvas.draw()
            _few_colors(canvas).save(written, "PNG", optimize=True)
        return written.getvalue()

    def _word(self, text: str) -> str:
        return one_line(text, drawn=self._form == "png")

    def _dress(self) -> None:
        axes, look = self._axes, self._look
        axes.set_facecolor(look.surface)
        axes.set_axisbelow(True)
        axes.grid(visible=True, axis="y", color=look.grid, linewidth=0.8)
        for side in ("left", "right", "top"):
            axes.spines[side].set_visible(False)
        axes.spines["bottom"].set_color(look.quiet)
        axes.tick_params(length=0, colors=look.quiet, labelsize=_points(_SMALL_LETTERS))

    def _bars(self) -> None:
        width = 0.8 / max(len(self._series), 1)
        for at, series in enumerate(self._series):
            shift = (at - (len(self._series) - 1) / 2) * width
            self._bar(series, [place + shift for place in range(len(series.values))], width, [0.0] * len(series.values))
            self._whiskers(series, shift)
        if len(self._series) == 1 and len(self._labels) <= _MOST_NAMED_BARS and not self._series[0].ends:
            self._name_bars(self._series[0])

    def _stacked(self) -> None:
        """What is below zero is stacked downwards."""
        above, below = [0.0] * len(self._labels), [0.0] * len(self._labels)
        for series in self._series:
            grounds = []
            for place, value in enumerate(series.values):
                pile = below if value < 0 else above
                grounds.append(pile[place])
                pile[place] += value if math.isfinite(value) else 0.0
            self._bar(series, list(range(len(series.values))), 0.72, grounds)

    def _bar(self, series: _Numbers, places: list[float] | list[int], width: float, grounds: list[float]) -> None:
        there = [at for at, value in enumerate(series.values) if math.isfinite(value)]
        self._axes.bar(
            [places[at] for at in there],
            [series.values[at] for at in there],
            width,
            bottom=[grounds[at] for at in there],
            color=series.color,
            hatch=series.hatch,
            edgecolor=self._look.surface,
            linewidth=0.6,
        )

    def _whiskers(self, series: _Numbers, shift: float) -> None:
        for place, (low, high) in enumerate(zip(series.low, series.high, strict=True)):
            if math.isfinite(low) and math.isfinite(high):
                self._axes.plot([place + shift] * 2, [low, high], color=self._look.words, linewidth=1.2)

    def _name_bars(self, series: _Numbers) -> None:
        for place, value in enumerate(series.values):
            if math.isfinite(value):
                self._axes.annotate(
                    named(value),
                    (place, value),
                    (0, 2 if value >= 0 else -2),
                    textcoords="offset points",
                    ha="center",
                    va="bottom" if value >= 0 else "top",
                    color=self._look.words,
                )

    def _lines(self) -> None:
        for series in self._series:
            places = range(len(series.values))
            self._axes.plot(
                places,
                series.values,
                color=series.color,
                linewidth=2.0,
                linestyle=(0, (4, 2)) if series.ends else "-",
                marker=series.marker,
                markersize=5.0,
                markeredgecolor=self._look.surface,
                markeredgewidth=0.8,
                markevery=_marked(series.values),
            )
            if series.ends:
                self._axes.fill_between(places, series.low, series.high, color=series.color, alpha=0.18, linewidth=0)
                for end in (series.low, series.high):
                    self._axes.plot(places, end, color=series.color, linewidth=0.8, alpha=0.8)

    def _limits(self) -> None:
        """Zero is always in sight, so that heights can be compared; an end that bars are named at has room for the name."""
        count = len(self._labels)
        self._axes.set_xlim(-0.6, max(count, 1) - 0.4)
        low, high = self._axes.dataLim.y0, self._axes.dataLim.y1
        if not (math.isfinite(low) and math.isfinite(high)):
            low, high = 0.0, 1.0
        low, high = min(low, 0.0), max(high, 0.0)
        if low == high:
            high = 1.0
        room = (high - low) * 0.08
        self._axes.set_ylim(low - room if low < 0 else low, high + room if high > 0 else high)
        every = [value for series in self._series for value in finite(series.values)]
        whole = all(value == int(value) for value in every)
        self._axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=whole, steps=[1, 2, 2.5, 5, 10]))
        self._axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: named(value)))
        if low < 0 < high:
            self._axes.axhline(0, color=self._look.quiet, linewidth=0.8)

    def _place(self) -> None:
        """Give words the room they take, and the axes the rest."""
        bottom, top = self._axes.get_ylim()
        ticks = [named(tick) for tick in self._axes.get_yticks() if bottom <= tick <= top]
        left = _EDGE + max(map(self._ruler.width, ticks), default=0.0) + 6
        directly = self._directly()
        right = _EDGE + (max(self._ruler.width(series.name) for series in directly) + 12 if directly else 0.0)
        head = _EDGE + self._legend(left) + (_LINE if self._unit else 0.0)
        labels, foot = self._name_places(WIDTH - left - right)
        width, height = WIDTH - left - right, HEIGHT - head - foot
        self._axes.set_position((left / WIDTH, foot / HEIGHT, width / WIDTH, height / HEIGHT))
        self._axes.set_xticks(*labels)
        if self._unit:
            place = (0, 5.0)
            self._axes.annotate(
                self._unit,
                (0, 1),
                place,
                xycoords="axes fraction",
                textcoords="offset points",
                color=self._look.quiet,
                ha="left",
                va="bottom",
            )
        self._name_ends(directly, height)

    def _name_places(self, width: float) -> tuple[tuple[list[int], list[str]], float]:
        """The labels along the axis, and how much room they take below it.

        Bars are called by their label each; along lines fewer are shown rather than some in two lines.
        """
        most = MOST_LABELS
        widest = max(map(self._ruler.width, self._labels), default=0.0)
        if self._kind == "lines" or len(self._labels) > MOST_LABELS:
            most = max(4, min(MOST_LABELS, int(width // (widest + 8))))
        places = shown_places(len(self._labels), most)
        room = width / max(len(places), 1) - 6
        names = [self._ruler.wrapped(self._labels[place], room) for place in places]
        lines = max((name.count("\n") + 1 for name in names), default=1)
        return (places, names), _EDGE + lines * _LINE + 2

    def _directly(self) -> list[_Numbers]:
        """Lines that can be named where they end, beside the last label: all of them, or none."""
        if self._kind != "lines" or not 1 < len(self._series) <= len(MARKERS):
            return []
        ended = all(series.values and math.isfinite(series.values[-1]) for series in self._series)
        return self._series if ended and all(series.name for series in self._series) else []

    def _name_ends(self, lines: list[_Numbers], height: float) -> None:
        low, high = self._axes.get_ylim()
        scale = height / (high - low)
        wanted = [(series.values[-1] - low) * scale for series in lines]
        for series, end, place in zip(lines, wanted, apart(wanted, _LINE - 2, 0.0, height), strict=True):
            self._axes.annotate(
                series.name,
                (len(series.values) - 1, series.values[-1]),
                (_points(10.0), _points(place - end)),
                textcoords="offset points",
                color=legible(series.color, self._look),
                ha="left",
                va="center",
                annotation_clip=False,
            )

    def _legend(self, left: float) -> float:
        """Name what is drawn, where it is not named beside itself; gives how much room that took."""
        if len(self._series) < 2 or self._directly():
            return 0.0
        rooms = [self._ruler.width(series.name) + 52 for series in self._series]
        most = WIDTH - 2 * _EDGE + 16  # nothing comes after the last column that it would have to be apart from
        many = range(len(rooms), 1, -1)
        columns = next((count for count in many if sum(max(rooms[at::count]) for at in range(count)) <= most), 1)
        # The legend goes down its columns; people read along its rows.
        named_in_order = [series for at in range(columns) for series in self._series[at::columns]]
        signs = [self._sign(series) for series in named_in_order]
        legend = self._figure.legend(
            signs,
            ["."] * len(signs),
            loc="upper left",
            bbox_to_anchor=(_EDGE / WIDTH, 1 - _EDGE / 2 / HEIGHT),
            ncols=columns,
            frameon=False,
            borderpad=0,
            borderaxespad=0,
            handlelength=2.2,
            columnspacing=1.4,
            labelspacing=0.35,
        )
        # Given as labels, names that begin with an underscore would be left out.
        for text, series in zip(legend.get_texts(), named_in_order, strict=True):
            text.set_text(series.name)
            text.set_color(self._look.words)
        return math.ceil(len(rooms) / columns) * (_LINE + 1) + 2

    def _sign(self, series: _Numbers) -> Line2D | Patch:
        if self._kind != "lines":
            return Patch(facecolor=series.color, hatch=series.hatch, edgecolor=self._look.surface, linewidth=0.6)
        return Line2D(
            [],
            [],
            color=series.color,
            linewidth=2.0,
            linestyle=(0, (4, 2)) if series.ends else "-",
            marker=series.marker,
            markersize=5.0,
            markeredgecolor=self._look.surface,
            markeredgewidth=0.8,
        )


def _few_colors(canvas: FigureCanvasAgg) -> Image.Image:
    """The picture with a palette: a third of the bytes, and nobody sees it."""
    size = tuple(map(int, canvas.get_width_height()))
    whole = Image.frombuffer("RGBA", (size[0], size[1]), canvas.buffer_rgba(), "raw", "RGBA", 0, 1)
    return whole.convert("RGB").quantize(_COLORS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)


def _points(pixels: float) -> float:
    return pixels * 72 / _DPI


def _marked(values: list[float]) -> list[int]:
    """Where a line has markers: everywhere while there is room, and always where a value stands alone."""
    there = [math.isfinite(value) for value in values]
    few = set(shown_places(len(values), _MOST_MARKERS))
    return [
        at
        for at, drawn in enumerate(there)
        if drawn and (at in few or not (any(there[max(at - 1, 0) : at]) or any(there[at + 1 : at + 2])))
    ]
