"""Where and when a page is read, and what every form of it says alike: times, targets of links, what to type. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.cards import Button, Card, Chart, Menu, Span, Time
from bot.speech import day_words, in_figures
from bot.words import readable, span_words, web_address

BARS = "▁▂▃▄▅▆▇█"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A painted chart: where its picture is (`cid:…`, `data:…`), for a dark page too where there is one, and in pixels how
    large it is to be shown."""

    address: str
    width: int
    height: int
    dark: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """The zone in which times are told, when the page is made, the language it is in, and the charts that are painted."""

    timezone: str
    now: datetime
    language: str = "en"
    pictures: Mapping[Chart, Drawn] = field(default_factory=dict)

    def time(self, span: Time) -> str:
        """`09:02`, `3 Nov`, `3 Nov 09:02`: in the page's zone, with the year where it is another one."""
        zone = ZoneInfo(self.timezone)
        at = span.at.astimezone(zone)
        other_year = at.year != self.now.astimezone(zone).year
        day = day_words(at, "d MMM yyyy") if other_year else day_words(at, "d MMM")
        return {"time": f"{at:%H:%M}", "day": day, "moment": f"{day} {at:%H:%M}"}[span.style]

    def words(self, span: Span) -> str:
        """A span as bare words that are fit to be read."""
        return readable(self.time(span) if isinstance(span, Time) else span_words(span))


def drawn_charts(card: Card) -> tuple[Chart, ...]:
    """The charts of a card, each once."""
    return tuple(dict.fromkeys(block for block in card.blocks if isinstance(block, Chart)))


def acts(items: tuple[Button | Menu, ...]) -> tuple[Button, ...]:
    """The buttons of a row. What only its menu has is left out where there are others: a page is read, not worked with."""
    shown = tuple(item for item in items if isinstance(item, Button))
    return shown or tuple(act for item in items if isinstance(item, Menu) for act in item.options)


def typed(button: Button) -> str:
    """What to type on Slack or Teams for what a button does: `/baton claim B-12`; empty where there is no such thing."""
    words = (readable(word) for word in (button.command, *button.args.values()))
    return " ".join(("/baton", *(word for word in words if word))) if button.command else ""


def one_line(text: str) -> str:
    """Outside text on a single line."""
    return " ".join(readable(text).split())


def target(label: str, url: str) -> tuple[str, str, str]:
    """(what a link says, its address, the host to be shown behind it); without an address where it leads to no page."""
    found = web_address(url)
    said = one_line(label)
    if found is None:
        return said, "", ""
    address, host = found
    return said or host, address, "" if said.lower() in {"", host} else host


def bars(values: tuple[float, ...]) -> str:
    """A bar of text for each value, from nothing to the highest."""
    top = max(values, default=0.0)
    return "".join(BARS[min(7, int(8 * max(value, 0.0) / top))] if top > 0 else BARS[0] for value in values)


def figures(value: float | None, unit: str) -> str:
    """A value of a chart as the reader writes it, with its unit."""
    if value is None:
        return "–"
    return f"{in_figures(value, 0 if value == int(value) else 1)}{unit}"
