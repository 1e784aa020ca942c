"""Neutral card → Adaptive Card 1.5, within Teams' size. Pure.

What does not fit is cut where it hurts least, and a button shows all of it. Sources: the schema of Adaptive Cards 1.5
(adaptivecards.io), and for charts, which that schema does not know, "Charts in Adaptive Cards" at learn.microsoft.com.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator

from bot.cards import (
    Actions,
    Block,
    Bold,
    Button,
    Card,
    Chart,
    Facts,
    Header,
    Paragraph,
    Quote,
    Rule,
    Small,
    Sparkline,
    Text,
    show_all,
)
from bot.speech import say, say_many
from bot.teams import charts, outside
from bot.teams.acts import Pressing, action, back, label, rows
from bot.teams.limits import (
    CARD_SIZE,
    HEADER_TEXT,
    LABEL,
    ROW_ACTIONS,
    SMALL_TEXT,
    SUMMARY,
    TEXT,
    Json,
    size,
)
from bot.teams.picture import bars
from bot.teams.spans import Spelling
from bot.words import cut, fit, plain, readable

_SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
_MARGIN = 200
_CUT_SHORT_ROOM = 5000
_SHORTEST_FACT = 40
_MOST_POINTS = 60
_SPOKEN = str.maketrans({"<": "‹", ">": "›", "&": "+"})
_LABEL_WIDTHS = (72, 136)
"""Pixels of the column of labels: as many as the longest needs, within these. Half a phone is left for the values."""


def adaptive(
    card: Card,
    spelling: Spelling,
    *,
    acts: frozenset[str],
    dialogs: bool,
    inside: bool = False,
    leave: Button | None = None,
) -> Json:
    """The content of an Adaptive Card attachment.

    `acts` are the verbs that change something, `dialogs` says whether the client has dialogs and `inside` that the card is
    shown in one; see `bot.teams.acts.Pressing`. `leave` is a last button that goes back to what was shown before.
    """
    pressing = Pressing(acts, dialogs, inside)
    tail: list[Json] = []
    if leave is not None:
        tail = [{"type": "ActionSet", "actions": [back(leave, pressing)]}]
    drawing = Drawing(card.blocks, spelling, pressing)
    room = CARD_SIZE - size(envelope(card.summary, tail, spelling.entities)) - _MARGIN
    body = [*drawing.within(room), *tail]
    return envelope(card.summary, body, [entity for entity in spelling.entities if _occurs(entity["text"], body)])


def _occurs(tag: str, body: list[Json]) -> bool:
    """Is somebody still mentioned after what did not fit was cut?"""
    return json.dumps(tag)[1:-1] in json.dumps(body)


def envelope(summary: str, body: list[Json], entities: list[Json]) -> Json:
    """A card around elements: `summary` is for notifications, screen readers and clients that cannot show the rest."""
    said = cut(outside.one_line(summary[: SUMMARY * 8]), SUMMARY) or "Baton"
    return {
        "type": "AdaptiveCard",
        "$schema": _SCHEMA,
        "version": "1.5",
        "fallbackText": outside.lines(outside.markdown(said)),
        "speak": said.translate(_SPOKEN),
        "msteams": {"width": "Full", "entities": entities},
        "body": body,
    }


class Drawing:
    """Elements of neutral blocks. Remembers whether anything had to be cut and whether a line stands above the next."""

    def __init__(self, parts: tuple[Block, ...], spelling: Spelling, pressing: Pressing) -> None:
        self._parts = parts
        self._spelling = spelling
        self._pressing = pressing
        self._ruled = False
        self._cut = False
        self._above: Block | None = None
        self._charts: dict[int, Chart] = {}
        self._drawn: list[Json] = []
        for part in parts:
            elements = list(self._draw(part))
            if isinstance(part, Chart):
                self._charts[len(self._drawn) + 1] = part
            self._drawn += elements

    def within(self, most_size: int) -> list[Json]:
        """The elements, of at most so many bytes; where anything is missing a button shows all of it."""
        drawn, shortened = _shortened(self._lightened(most_size), most_size)
        if shortened or self._cut:
            _offer_all(drawn, self._parts, self._pressing)
        return drawn or [_small_text(say("Nothing to show."))]

    def _lightened(self, most_size: int) -> list[Json]:
        """All elements, the charts with as many points as there is room for."""
        drawn = self._drawn
        for points in charts.FEWER_POINTS:
            if not self._charts or sum(size(element) + 2 for element in drawn) <= most_size:
                break
            drawn = list(self._drawn)
            for place, chart in self._charts.items():
                drawn[place] = charts.drawn(chart, points)
        return drawn

    def _draw(self, block: Block) -> Iterator[Json]:
        if isinstance(block, Rule):
            self._ruled = True
            return
        for element in self._elements(block):
            ruled, self._ruled = self._ruled, False
            yield element | {"separator": True, "spacing": "medium"} if ruled else element
        self._above = block

    def _elements(self, block: Block) -> Iterator[Json]:
        match block:
            case Header():
                yield from self._header(block)
            case Paragraph():
                yield from self._paragraph(block)
            case Quote():
                yield from self._quote(block)
            case Facts():
                yield from self._facts(block)
            case Small():
                yield from _present(self._small(block.text))
            case Actions():
                yield from rows(block.items, self._pressing)
            case Sparkline():
                yield from self._sparkline(block)
            case Chart():
                yield from self._chart(block)

    def _header(self, header: Header) -> Iterator[Json]:
        words = cut(" ".join(readable(header.text[: HEADER_TEXT * 8]).split()), HEADER_TEXT)
        if words:
            yield {
                "type": "TextBlock",
                "text": outside.lines(outside.markdown(words)),
                "style": "heading",
                "size": "medium",
                "weight": "bolder",
                "wrap": True,
                "spacing": "medium",
            }

    def _paragraph(self, paragraph: Paragraph) -> Iterator[Json]:
        text = self._spelling.block(self._fit(paragraph.text, TEXT))
        beside = action(paragraph.beside, self._pressing) if paragraph.beside is not None else None
        if beside is None:
            yield from _present(text)
            return
        button: Json = {"type": "ActionSet", "actions": [beside]}
        yield _side_by_side([text] if text else [], "stretch", [button], "auto") if text else button

    def _quote(self, quote: Quote) -> Iterator[Json]:
        said = readable(quote.text[: quote.limit * 4]).strip()
        shown = cut(said, min(quote.limit, TEXT))
        self._cut = self._cut or len(shown) < len(said)
        if shown:
            items = [self._spelling.block((shown,))]
            yield {"type": "Container", "style": "emphasis", "items": items}

    def _facts(self, facts: Facts) -> Iterator[Json]:
        lines: list[Json] = []
        left = TEXT
        width = _label_width(facts)
        for name, text in facts.rows:
            if left < len(name) + _SHORTEST_FACT:
                self._cut = True
                break
            fitting = self._fit(text, left - len(name))
            left -= max(len(name) + len(plain(fitting)), _SHORTEST_FACT)
            line = self._fact(name, fitting, width)
            if line is not None:
                lines.append(line if not lines else line | {"spacing": "small"})
        if lines:
            yield {"type": "Container", "items": lines}

    def _fact(self, name: str, text: Text, width: int) -> Json | None:
        value = self._spelling.block(text)
        words = outside.typed(" ".join(readable(name).split()))
        if not words:
            return value
        led = self._spelling.block((Bold(cut(words, LABEL)),)) or _small_text(" ")
        return _side_by_side([led], f"{width}px", [value] if value else [], "stretch")

    def _small(self, text: Text) -> Json | None:
        # Small print belongs to the words above it, but not to a table of facts.
        spacing = "medium" if isinstance(self._above, Facts) else "small"
        return self._spelling.block(self._fit(text, SMALL_TEXT), size="small", isSubtle=True, spacing=spacing)

    def _chart(self, chart: Chart) -> Iterator[Json]:
        """The chart below its title, and what it says in words, as with the small ones."""
        yield self._titled(chart.title)
        yield charts.drawn(chart)
        yield from _present(self._small((label(chart.alt, "", SMALL_TEXT),)))

    def _sparkline(self, chart: Sparkline) -> Iterator[Json]:
        """The chart, and below it in words what it says: no client reads a chart aloud."""
        values = tuple(value if math.isfinite(value) else 0.0 for value in chart.values)
        name, said = charts.heading(chart.label), label(chart.alt, "", SMALL_TEXT)
        yield self._titled(chart.label)
        picture = {
            "type": "Image",
            "url": bars(values[-_MOST_POINTS:]),
            "altText": f"{name}: {said}",
            "size": "stretch",
        }
        points = enumerate(values[-_MOST_POINTS:], max(1, len(values) - _MOST_POINTS + 1))
        yield {
            "type": "Chart.VerticalBar",
            "title": name,
            "xAxisTitle": say("oldest to newest"),
            "color": "categoricalPurple",
            "showBarValues": len(values) <= 12,
            "data": [{"x": str(number), "y": value} for number, value in points],
            "fallback": picture,
        }
        yield from _present(self._small((said,)))

    def _titled(self, title: str) -> Json:
        """Clients read a chart's own title aloud, and show none."""
        name = charts.heading(title)
        return self._spelling.block((Bold(name),)) or _small_text(name)

    def _fit(self, text: Text, limit: int) -> Text:
        fitting, missing = fit(text, limit)
        self._cut = self._cut or missing
        return fitting


def _present(element: Json | None) -> Iterator[Json]:
    if element is not None:
        yield element


def _label_width(facts: Facts) -> int:
    """About nine pixels a bold letter, so that the values of all rows begin at the same place."""
    longest = max((len(name) for name, _ in facts.rows), default=0)
    narrowest, widest = _LABEL_WIDTHS
    return min(max(longest * 9 + 8, narrowest), widest)


def _side_by_side(left: list[Json], left_width: str, right: list[Json], right_width: str) -> Json:
    columns = ((left, left_width), (right, right_width))
    return {
        "type": "ColumnSet",
        "columns": [{"type": "Column", "width": width, "items": items} for items, width in columns],
    }


def _small_text(words: str) -> Json:
    return {"type": "TextBlock", "text": words, "size": "small", "isSubtle": True, "wrap": True}


def _shortened(drawn: list[Json], most_size: int) -> tuple[list[Json], bool]:
    """As many elements from the top as fit; a row of buttons at the end is kept, for a card must stay of use."""
    sizes = [size(element) + 2 for element in drawn]
    if sum(sizes) <= most_size:
        return drawn, False
    tail = drawn[-1:] if drawn[-1]["type"] == "ActionSet" and sizes[-1] < most_size // 2 else []
    room = most_size - sum(map(size, tail)) - _CUT_SHORT_ROOM
    kept: list[Json] = []
    for element, needed in zip(drawn[: len(drawn) - len(tail)], sizes, strict=False):
        if needed > room:
            break
        kept.append(element)
        room -= needed
    missing = len(drawn) - len(kept) - len(tail)
    note = say_many(
        "… cut short here: {n} more part did not fit.", "… cut short here: {n} more parts did not fit.", missing
    )
    return [*kept, _small_text(note), *tail], True


def _offer_all(drawn: list[Json], parts: tuple[Block, ...], pressing: Pressing) -> None:
    """Add a button that shows the whole conversation, where the card says which one it is and has no such button yet."""
    whole = show_all(parts)
    if whole is None or any(_shows(act) for act in _actions(drawn)):
        return
    added = action(whole, pressing)
    last = drawn[-1] if drawn else {}
    shown = [act for act in last.get("actions", ()) if act.get("mode") != "secondary"]
    if last.get("type") == "ActionSet" and len(shown) < ROW_ACTIONS:
        last["actions"].insert(len(shown), added)
    else:
        drawn.append({"type": "ActionSet", "actions": [added]})


def _actions(drawn: list[Json]) -> Iterator[Json]:
    for element in drawn:
        yield from element.get("actions", ())
        for column in element.get("columns", ()):
            yield from _actions(column["items"])


def _shows(act: Json) -> bool:
    return "show" in {act.get("verb"), act.get("data", {}).get("verb")}
