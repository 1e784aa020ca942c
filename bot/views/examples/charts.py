"""Charts of every kind in one card."""

from __future__ import annotations

from bot.cards import Card, Chart, Header, Paragraph, Rule, Series
from bot.views.examples.scenes import Examples

_WEEKS = ("7 Sep", "14 Sep", "21 Sep", "28 Sep", "5 Oct", "12 Oct", "19 Oct", "26 Oct")

_HEARD = Chart(
    "Conversations a week",
    "bars",
    _WEEKS,
    (Series("Heard", (1104, 1131, None, 1148, 1120, 1163, 1115, 1204)),),
    "From 1,104 to 1,204 conversations a week in eight weeks; nothing was counted in the week of 21 September.",
    "conversations",
)
_PASSES = Chart(
    "Who passes to whom",
    "bars",
    ("Customer Success", "Engineering", "Product", "Sales & Marketing"),
    (Series("Passed on", (61, 12, 30, 43)), Series("Taken over", (20, 55, 41, 8))),
    "Customer Success passes most (61), Engineering takes over most (55).",
    "passes",
)
_NETWORKS = Chart(
    "Conversations by network",
    "stacked",
    _WEEKS,
    (
        Series("Mastodon", (410, 402, 398, 420, 431, 440, 419, 450)),
        Series("Reddit", (310, 330, 322, 318, 300, 306, 290, 312)),
        Series("YouTube", (204, 210, 221, 230, 214, 225, 226, 240)),
        Series("E-mail", (180, 189, 170, 180, 175, 192, 180, 202)),
    ),
    "Mastodon is the largest of four networks in each of eight weeks, with 450 of 1,204 conversations in the last one.",
    "conversations",
)
_SHARES = Chart(
    "Heard by somebody, and changed something",
    "lines",
    _WEEKS,
    (
        Series("Touched", (56, 55, 58, 61, 60, 63, 62, 62)),
        Series("Answered", (48, 47, 50, 49, 52, 55, 54, 57)),
        Series("Changed", (5, 5, 6, 5, 6, 7, 7, 7)),
    ),
    "Touched rose from 56 to 62 percent, answered from 48 to 57, changed from 5 to 7.",
    "% of conversations",
)
_AHEAD = Chart(
    "Conversations in the next four weeks (forecast)",
    "lines",
    (*_WEEKS[3:], "2 Nov", "9 Nov", "16 Nov", "23 Nov"),
    (
        Series("Heard", (1148, 1120, 1163, 1115, 1204, None, None, None, None)),
        Series(
            "Forecast",
            (None, None, None, None, 1204, 1210, 1216, 1221, 1228),
            (None, None, None, None, 1204, 1120, 1098, 1071, 1044),
            (None, None, None, None, 1204, 1300, 1334, 1371, 1412),
        ),
    ),
    "A forecast: 1,228 conversations in the week of 23 November, between 1,044 and 1,412 in nine weeks of ten.",
    "conversations",
)


def charts() -> Examples:
    """How the platforms draw them."""
    blocks = (Header("Charts"), _HEARD, _PASSES, Rule(), _NETWORKS, _SHARES, _AHEAD, Paragraph(("That is all.",)))
    return (("charts of every kind", Card("Charts of every kind", blocks)),)
