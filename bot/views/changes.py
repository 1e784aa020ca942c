"""Numbers beside those of the week before: what changed is said by a sign and a figure, never by a colour alone."""

from __future__ import annotations

from datetime import timedelta

from bot.cards import Span, Text
from bot.domain.measures import Window
from bot.domain.spans import format_span
from bot.domain.window_names import name_of
from bot.speech import day_words, in_figures, say

_SAME = timedelta(minutes=1)


def points(now: float, before: float | None) -> str:
    """A difference: `▲ 4`, `▼ 6`, `as before`; nothing without a week before."""
    if before is None:
        return ""
    change = round(now) - round(before)
    return say("as before") if change == 0 else f"{_sign(change)} {in_figures(abs(change))}"


def percentage(now: int, before: int | None) -> str:
    """A change in parts of what it was: `▲ 8 % against the week before`."""
    if not before:
        return ""
    change = round(100 * (now - before) / before)
    if change == 0:
        return say("as many as the week before")
    return say("{sign} {n} % against the week before", sign=_sign(change), n=in_figures(abs(change)))


def longer(now: timedelta, before: timedelta | None) -> str:
    """A change of a span: `▼ 7 min`."""
    if before is None:
        return ""
    change = now - before
    if abs(change) < _SAME:
        return say("as before")
    return f"{_sign(1 if change > timedelta() else -1)} {format_span(abs(change))}"


def beside(value: Span | Text, change: str) -> Text:
    """A value with its change in brackets."""
    spans = value if isinstance(value, tuple) else (value,)
    return (*spans, f" ({change})") if change else spans


def _sign(change: int) -> str:
    return "▲" if change > 0 else "▼"


def period_of(window: Window, year: int | None = None) -> str:
    """`16 to 22 Nov, Europe/Paris`: whole days are told by their dates in the window's own zone, with the year where it is not
    `year`."""
    first, last = window.first_day.date(), window.last_day.date()
    other_year = year is not None and last.year != year
    end = day_words(last, "d MMM yyyy") if other_year else day_words(last, "d MMM")
    if first == last:
        return say("{day}, {zone}", day=end, zone=window.timezone)
    same_month = (first.month, first.year) == (last.month, last.year)
    begin = day_words(first, "d") if same_month else day_words(first, "d MMM")
    return say("{first} to {last}, {zone}", first=begin, last=end, zone=window.timezone)


def named(window: Window) -> dict[str, str]:
    """The window as a button's argument `week`."""
    return {"week": name_of(window)}
