"""Words on their way to any platform: outside text made harmless to read, cut to a length, and a link's true host. Pure.

What a platform would interpret (its marks, its mentions) is for the platform's own `outside` to spell; this is what all
of them need first.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC
from urllib.parse import quote, urlsplit

from bot.cards import Bold, Chart, Code, Italic, Link, Mention, Span, Text, Time

LONGEST_ADDRESS = 2000
"""Characters of a web address; browsers and chat clients cut or refuse longer ones."""

_TIME_WIDTH = 16
_BARS = "▁▂▃▄▅▆▇█"
_MOST_BARS, _LONGEST_BARS, _BARS_NAME = 6, 26, 60
# Controls, line and paragraph separators, marks that change direction, halves of characters, byte order marks.
_UNREADABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_LINE_BREAK = re.compile("\r\n?|\u2028|\u2029|\u0085")
_EMPTY_LINES = re.compile(r"\n\s*\n\s*\n")
# More than four accents on one letter paint over the lines above and below.
_ACCENT = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_PILED_ACCENTS = re.compile(f"({_ACCENT}{{4}}){_ACCENT}+")
_PERCENT_ENCODED = str.maketrans({character: quote(character) for character in '|<>"` \\^{}'})
_FALLBACKS = {"time": "%H:%M UTC", "day": "%Y-%m-%d", "moment": "%Y-%m-%d %H:%M UTC"}


def readable(text: str) -> str:
    """Without controls and the like, every line break a newline, at most one empty line in a row."""
    if text.isprintable():
        # Most texts: neither controls nor line breaks in them.
        return text if text.isascii() else _PILED_ACCENTS.sub(r"\1", text)
    text = _LINE_BREAK.sub("\n", text).replace("\t", " ")
    return _EMPTY_LINES.sub("\n\n", _PILED_ACCENTS.sub(r"\1", _UNREADABLE.sub("", text)))


def cut(text: str, limit: int) -> str:
    """At most `limit` characters; where something is missing it ends with `…`."""
    return text if len(text) <= limit else text[: max(limit - 1, 0)].rstrip() + "…"[:limit]


def web_address(url: str) -> tuple[str, str] | None:
    """(address, host as it is registered) of a page; None for anything but http and https."""
    address = readable(url).strip().replace("\n", "").translate(_PERCENT_ENCODED)
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").encode("idna").decode("ascii")
        _ = parts.port
    except ValueError:
        return None
    if parts.scheme.lower() not in {"http", "https"} or not host or len(address) > LONGEST_ADDRESS:
        return None
    return address, host


def in_bars(chart: Chart) -> Iterator[str]:
    """The first series of a chart as bars of text, one a line, all by one measure; a dot where there is no value."""
    shown = [series.values[-_LONGEST_BARS:] for series in chart.series[:_MOST_BARS]]
    numbers = [value for values in shown for value in values if value is not None and math.isfinite(value)]
    if not numbers:
        return
    low, high = min(0.0, *numbers), max(numbers)
    for series, values in zip(chart.series, shown, strict=False):
        drawn = (bar(each, low, high) if each is not None and math.isfinite(each) else "·" for each in values)
        yield f"{''.join(drawn)}  {cut(series.name, _BARS_NAME)}"


def bar(value: float, low: float, high: float) -> str:
    """One bar of text between the lowest and the highest; of middle height where these are the same."""
    spread = high / 2 - low / 2
    share = (value / 2 - low / 2) / spread if spread > 0 else 3 / 7
    return _BARS[round(share * (len(_BARS) - 1))]


def plain(text: Text) -> str:
    """Spans as bare words, for notifications and screen readers."""
    return "".join(span_words(span) for span in text)


def span_words(span: Span) -> str:
    """One span as bare words; an instant in UTC."""
    match span:
        case str():
            return span
        case Link():
            return span.label
        case Time():
            return span.at.astimezone(UTC).strftime(_FALLBACKS[span.style])
        case Mention():
            return span.person.name
        case _:
            return span.text


def _width(span: Span) -> int:
    """About how many characters a reader sees."""
    if isinstance(span, Time):
        return _TIME_WIDTH
    if isinstance(span, Link):
        return len(span.label) + min(len(span.url), 60)
    return len(span_words(span))


def fit(text: Text, limit: int) -> tuple[Text, bool]:
    """The spans that fit into `limit` visible characters, the last one cut; and whether anything is missing."""
    kept: list[Span] = []
    left = limit
    for span in text:
        if _width(span) > left:
            shorter = _shortened(span, left)
            return (*kept, "…" if shorter is None else shorter), True
        kept.append(span)
        left -= _width(span)
    return tuple(kept), False


def _shortened(span: Span, width: int) -> Span | None:
    if width < 2:
        return None
    if isinstance(span, str):
        return cut(span, width)
    return replace(span, text=cut(span.text, width)) if isinstance(span, Bold | Italic | Code) else None
