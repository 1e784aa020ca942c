"""Charts of every kind, and any chart at all, hostile ones among them."""

from __future__ import annotations

from hypothesis import strategies as st

from bot.cards import Chart, Series

WEEKS = tuple(f"{day} Sep" for day in range(1, 9))

BARS = Chart("Heard", "bars", WEEKS, (Series("Heard", (12, 13, None, 14, 15, 16, 11, 20)),), "Rising.", "conversations")
GROUPED = Chart(
    "Passes",
    "bars",
    ("Customer Success", "Engineering", "Product"),
    (Series("Passed on", (12, 30, 4)), Series("Received", (2, 25, 14))),
    "Engineering passes most.",
)
STACKED = Chart(
    "By network",
    "stacked",
    WEEKS,
    tuple(Series(f"Network {at}", tuple(at + place for place in range(8))) for at in range(6)),
    "All grow.",
)
LINES = Chart(
    "Shares",
    "lines",
    WEEKS,
    (Series("Heard", (90, 92, 91, 95, 94, 93, 96, 97)), Series("Touched", (60, None, 70, 66, 71, 77, 75, 80))),
    "Better.",
    "%",
)
FORECAST = Chart(
    "Ahead",
    "lines",
    WEEKS,
    (
        Series("Heard", (1, 2, 3, 4, 5, None, None, None)),
        Series("Forecast", (None,) * 4 + (5, 6, 7, 8), (None,) * 4 + (5, 5, 4, 3), (None,) * 4 + (5, 7, 9, 12)),
    ),
    "Between 3 and 12.",
)
EVERY_KIND = {"bars": BARS, "grouped": GROUPED, "stacked": STACKED, "lines": LINES, "forecast": FORECAST}

HOSTILE = (
    r"$\frac{1}{0}",
    "$x^2$ _{",
    "_private",
    "日本語のラベル",
    "مرحبا بالعالم",
    "🎉👍🏽👨‍👩‍👧",
    "a\nb\r\n<script>alert(1)</script>&amp;",
    "\u202egnp.exe\x00\x1b[31m\ud800",
    "x" * 5000,
    "e" + "\u0301" * 400,
)

_numbers = st.one_of(st.none(), st.floats(), st.integers(-(10**6), 10**6))
_values = st.lists(_numbers, max_size=30).map(tuple)
_words = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(), max_size=30))
_series = st.builds(Series, _words, _values, st.one_of(st.just(()), _values), st.one_of(st.just(()), _values))

any_chart = st.builds(
    Chart,
    title=_words,
    kind=st.sampled_from(["bars", "stacked", "lines"]),
    labels=st.lists(_words, max_size=30).map(tuple),
    series=st.lists(_series, max_size=15).map(tuple),
    alt=_words,
    unit=_words,
)
