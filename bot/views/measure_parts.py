"""The details behind the digest, a card for each part of it. To add one: a function that gives its blocks, and a line in `PARTS`."""

from __future__ import annotations

from bot.cards import Actions, Button, Card, Header, Menu, Paragraph, Small, text
from bot.domain.measures import Window
from bot.domain.window_names import name_of
from bot.speech import mark, say, sentence
from bot.views import measures_heard as heard
from bot.views import measures_work as work
from bot.views.benchmarks import benchmark_part
from bot.views.campaigns import campaign_part
from bot.views.changes import period_of
from bot.views.forecast import forecast_part
from bot.views.measure_part import Part, Seen
from bot.views.wording import dotted

PARTS: tuple[Part, ...] = (
    Part("times", mark("Times"), work.times_blocks),
    Part("mood", mark("Mood"), heard.mood_blocks),
    Part("networks", mark("Networks"), heard.network_blocks),
    Part("together", mark("Together"), work.together_blocks),
    Part("ideas", mark("Ideas"), heard.idea_blocks),
    Part("record", mark("Record"), work.record_blocks),
    Part("customers", mark("Customers"), heard.customer_blocks),
    Part("perspectives", mark("Perspectives"), work.perspective_blocks),
    Part("maturity", mark("Maturity"), work.maturity_blocks),
    Part("campaigns", mark("Campaigns"), campaign_part),
    Part("forecast", mark("Forecast"), forecast_part),
    Part("benchmarks", mark("Benchmarks"), benchmark_part),
)
"""In the order in which their buttons stand."""

_IN_MENU = 5
"""How many options a menu has at most that stays a menu everywhere."""


def part_buttons(window: Window) -> tuple[Button, ...]:
    """A button for each part, over this very window."""
    return tuple(_to(part, window) for part in PARTS)


def ways_to_parts(window: Window) -> tuple[Button | Menu, ...]:
    """As `part_buttons`, the last few in a menu."""
    buttons = part_buttons(window)
    return (*buttons[:-_IN_MENU], Menu(buttons[-_IN_MENU:]))


def part_of(key: str) -> Part:
    """The part of that name; the first where there is none."""
    return next((part for part in PARTS if part.key == key), PARTS[0])


def measures_card(part: Part, seen: Seen) -> Card:
    """One part, with the window it speaks of, and the ways to its neighbours and back."""
    window = seen.measured.digest.window
    name, period = sentence(part.name), period_of(window, seen.now.astimezone(window.start.tzinfo).year)
    heard_at_all = seen.measured.digest.tally.heard
    blocks = part.blocks(seen) if heard_at_all else ()
    so_far = say("so far") if window.end >= seen.now else ""
    return Card(
        say("{part}, {period}", part=name, period=period),
        (
            Header(name),
            Small(dotted(text(said) for said in (period, so_far) if said)),
            *(blocks or (Paragraph(text(say("There is nothing to show of this time."))),)),
            Actions(_ways(part, window)),
        ),
    )


def _ways(part: Part, window: Window) -> tuple[Button | Menu, ...]:
    """Back to the digest, on to the parts that come next, and a menu of the last few."""
    at = PARTS.index(part)
    others = [*PARTS[at + 1 :], *PARTS[:at]]
    back = Button(say("Digest"), "digest", {"when": name_of(window)})
    near, far = others[:-_IN_MENU], others[-_IN_MENU:]
    menu = (Menu(tuple(_to(each, window) for each in far)),) if far else ()
    return (back, *(_to(each, window) for each in near), *menu)


def _to(part: Part, window: Window) -> Button:
    return Button(sentence(part.name), "measures", {"part": part.key, "week": name_of(window)})
