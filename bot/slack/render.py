"""Neutral card → Slack blocks, within every limit. Pure.

What does not fit is cut where it hurts least, and a button shows all of it. Customer text is only ever in `rich_text`
and `plain_text`, which Slack does not interpret; see `bot.slack.outside`.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.cards import (
    Actions,
    Block,
    Bold,
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
    buttons,
    show_all,
)
from bot.slack import outside
from bot.slack.acts import button, fresh_select_ids, plain_text, row
from bot.slack.limits import (
    ACTIONS_ELEMENTS,
    ALT_TEXT,
    CONTEXT_TEXT,
    FALLBACK_TEXT,
    HEADER_TEXT,
    MESSAGE_BLOCKS,
    MESSAGE_SIZE,
    SECTION_TEXT,
    VIEW_BLOCKS,
    VIEW_SIZE,
    Json,
    size,
)
from bot.slack.spans import Spelling
from bot.speech import say, say_many
from bot.words import bar, cut, fit, in_bars, plain, readable

_CUT_SHORT_ROOM = 900
_SHORTEST_FACT = 20


def message(card: Card, spelling: Spelling) -> Json:
    """`text` and `blocks` of a message, with no address unfurled."""
    return {
        "text": cut(outside.mrkdwn(outside.one_line(card.summary[:FALLBACK_TEXT])), FALLBACK_TEXT) or "Baton",
        "blocks": blocks(card.blocks, spelling, MESSAGE_BLOCKS, MESSAGE_SIZE),
        "unfurl_links": False,
        "unfurl_media": False,
    }


def home(card: Card, spelling: Spelling) -> Json:
    """The view of a person's Home tab."""
    return {"type": "home", "blocks": blocks(card.blocks, spelling, VIEW_BLOCKS, VIEW_SIZE)}


def blocks(parts: tuple[Block, ...], spelling: Spelling, most: int, most_size: int) -> list[Json]:
    """Slack blocks of neutral ones, at most so many and so large."""
    drawing = _Drawing(spelling)
    drawn = [block for part in parts for block in drawing.draw(part)]
    offer = _offer(parts)
    drawn, shortened = _shortened(drawn, most, most_size - (size(offer) if offer is not None else 0))
    if offer is not None and (shortened or drawing.cut):
        _add(offer, drawn, most)
    fresh_select_ids(drawn)
    return drawn or [_context(say("Nothing to show."))]


class _Drawing:
    """Draws block after block and remembers whether anything had to be cut."""

    def __init__(self, spelling: Spelling) -> None:
        self._spelling = spelling
        self.cut = False

    def draw(self, block: Block) -> Iterator[Json]:
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
                yield from self._small(block)
            case Rule():
                yield {"type": "divider"}
            case Actions():
                yield from row(block.items)
            case Sparkline():
                yield from self._sparkline(block)
            case Chart():
                yield from self._chart(block)

    def _header(self, header: Header) -> Iterator[Json]:
        text = plain_text(header.text, HEADER_TEXT, otherwise="")
        if text["text"]:
            yield {"type": "header", "text": text}

    def _paragraph(self, paragraph: Paragraph) -> Iterator[Json]:
        beside = button(paragraph.beside) if paragraph.beside is not None else None
        text = self._fit(paragraph.text, SECTION_TEXT)
        if beside is None:
            yield from _rich("rich_text_section", self._spelling.rich(text))
            return
        spelled = self._mrkdwn(text, SECTION_TEXT) or " "
        yield {
            "type": "section",
            "text": {"type": "mrkdwn", "text": spelled, "verbatim": True},
            "accessory": beside,
        }

    def _quote(self, quote: Quote) -> Iterator[Json]:
        text = readable(quote.text[: quote.limit * 4]).strip()
        shown = cut(text, min(quote.limit, SECTION_TEXT))
        self.cut = self.cut or len(shown) < len(text)
        yield from _rich("rich_text_quote", self._spelling.rich((shown,)))

    def _facts(self, facts: Facts) -> Iterator[Json]:
        elements: list[Json] = []
        left = SECTION_TEXT
        for label, text in facts.rows:
            led: Text = (Bold(label), "  ", *text) if label.strip() else text
            if left < len(label) + _SHORTEST_FACT:
                self.cut = True
                break
            fitting = self._fit(led, left)
            left -= len(plain(fitting)) + 1
            elements += [{"type": "text", "text": "\n"}] if elements else []
            elements += self._spelling.rich(fitting, one_line=True)
        yield from _rich("rich_text_section", elements)

    def _small(self, small: Small) -> Iterator[Json]:
        spelled = self._mrkdwn(self._fit(small.text, CONTEXT_TEXT), CONTEXT_TEXT)
        if spelled.strip():
            yield _context(spelled)

    def _sparkline(self, chart: Sparkline) -> Iterator[Json]:
        label, said = cut(chart.label, HEADER_TEXT), cut(chart.alt, SECTION_TEXT // 2)
        text: Text = (Bold(label), f"  {sparkline(chart.values)}  {said}")
        yield from _rich("rich_text_section", self._spelling.rich(text, one_line=True))

    def _chart(self, chart: Chart) -> Iterator[Json]:
        """A picture with what it says for those who do not see it; where there is none, each series as bars of text."""
        title, said = cut(chart.title, HEADER_TEXT), cut(outside.one_line(chart.alt[: ALT_TEXT * 2]), ALT_TEXT)
        if (file := self._spelling.pictures.get(chart)) is not None:
            alt = said or outside.one_line(title) or say("Chart")
            image: Json = {"type": "image", "slack_file": {"id": file}, "alt_text": alt}
            yield image | ({"title": plain_text(title, HEADER_TEXT)} if title.strip() else {})
            return
        text: Text = (Bold(title), f"  {cut(said, SECTION_TEXT // 2)}")
        elements = self._spelling.rich(text, one_line=True)
        for line in in_bars(chart):
            elements += [{"type": "text", "text": "\n"}, *self._spelling.rich((line,), one_line=True)]
        yield from _rich("rich_text_section", elements)

    def _fit(self, text: Text, limit: int) -> Text:
        fitting, missing = fit(text, limit)
        self.cut = self.cut or missing
        return fitting

    def _mrkdwn(self, text: Text, limit: int) -> str:
        """Escaping makes text longer: take less of it until the limit holds."""
        room = limit
        while len(spelled := self._spelling.mrkdwn(text)) > limit:
            room = min(room * limit // len(spelled), room - 1)
            text = self._fit(text, max(room, 0))
        return spelled


def sparkline(values: tuple[float, ...]) -> str:
    """Bars from the lowest to the highest value; those of equal values are of middle height."""
    if not values:
        return ""
    return "".join(bar(value, min(values), max(values)) for value in values)


def _rich(kind: str, elements: list[Json]) -> Iterator[Json]:
    if elements:
        yield {"type": "rich_text", "elements": [{"type": kind, "elements": elements}]}


def _context(spelled: str) -> Json:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": spelled, "verbatim": True}]}


def _shortened(drawn: list[Json], most: int, most_size: int) -> tuple[list[Json], bool]:
    """As many blocks from the top as fit; a row of buttons at the end is kept, for a card must stay of use."""
    sizes = [size(block) for block in drawn]
    if len(drawn) <= most and sum(sizes) <= most_size:
        return drawn, False
    tail = drawn[-1:] if drawn[-1]["type"] == "actions" and sizes[-1] < most_size // 2 else []
    room = most_size - sum(map(size, tail)) - _CUT_SHORT_ROOM
    kept: list[Json] = []
    for block, block_size in zip(drawn[: len(drawn) - len(tail)], sizes, strict=False):
        if len(kept) + len(tail) + 2 >= most or block_size > room:
            break
        kept.append(block)
        room -= block_size
    missing = len(drawn) - len(kept) - len(tail)
    note = say_many(
        "… cut short here: {n} more part did not fit.", "… cut short here: {n} more parts did not fit.", missing
    )
    return [*kept, _context(note), *tail], True


def _offer(parts: tuple[Block, ...]) -> Json | None:
    """A button that shows the whole conversation, where the card says which one it is and has no such button yet."""
    whole = show_all(parts)
    if whole is None or any(act.command == "show" for act in buttons(parts)):
        return None
    return button(whole)


def _add(offer: Json, drawn: list[Json], most: int) -> None:
    """Into the last row of buttons, before its menu; where there is none, in a row of its own."""
    last = drawn[-1] if drawn else {}
    if last.get("type") == "actions" and len(last["elements"]) < ACTIONS_ELEMENTS:
        overflowing = last["elements"][-1]["type"] in {"overflow", "static_select"}
        last["elements"].insert(len(last["elements"]) - overflowing, offer)
    elif len(drawn) < most:
        drawn.append({"type": "actions", "elements": [offer]})
