"""Neutral card → pieces for a printed sheet: plain data, in which every text is a text and nothing else. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from bot.cards import (
    Actions,
    Block,
    Bold,
    Button,
    Card,
    Chart,
    Code,
    Facts,
    Header,
    Italic,
    Link,
    Mention,
    Paragraph,
    Quote,
    Rule,
    Small,
    Span,
    Sparkline,
    Text,
)
from bot.page.setting import Setting, acts, bars, figures, one_line, target, typed
from bot.words import cut, readable

Piece = dict[str, Any]

_LONG_WORD = re.compile(r"\S{24}(?=\S)")
_ZERO_WIDTH_SPACE = "\u200b"
# What few fonts have, as what most have.
_SYMBOLS = {"🔴": "●", "🟠": "●", "🟡": "●", "🟢": "●", "⚪": "○", "\ufe0f": ""}
_SYMBOL = re.compile("|".join(map(re.escape, _SYMBOLS)))


def pieces(card: Card, setting: Setting) -> list[Piece]:
    """Each block as a piece or two: `kind` says which; texts are lists of spans with `style` and `text`."""
    return [piece for block in card.blocks for piece in _pieces(block, setting)]


def printable(text: str) -> str:
    """Text that a sheet can take: a word longer than a line may be broken."""
    known = _SYMBOL.sub(lambda symbol: _SYMBOLS[symbol[0]], readable(text))
    return _LONG_WORD.sub(lambda word: word[0] + _ZERO_WIDTH_SPACE, known)


def _pieces(block: Block, setting: Setting) -> Iterator[Piece]:
    match block:
        case Header():
            if title := one_line(block.text):
                yield {"kind": "heading", "text": printable(title)}
        case Paragraph():
            yield {"kind": "text", "spans": _spans(block.text, setting)}
            yield from _acts((block.beside,) if block.beside is not None else ())
        case Quote():
            if said := cut(readable(block.text).strip(), block.limit):
                yield {"kind": "quote", "text": printable(said)}
        case Facts():
            rows = [[printable(one_line(label)), _spans(text, setting)] for label, text in block.rows]
            yield from [{"kind": "facts", "rows": rows}] if rows else []
        case Small():
            yield {"kind": "small", "spans": _spans(block.text, setting)}
        case Rule():
            yield {"kind": "rule"}
        case Actions():
            yield from _acts(acts(block.items))
        case Sparkline():
            said = printable(one_line(block.alt))
            yield {"kind": "bars", "label": printable(one_line(block.label)), "bars": bars(block.values), "said": said}
        case Chart():
            yield _chart(block)


def _chart(chart: Chart) -> Piece:
    """With its numbers, for where it is not painted."""
    rows = [
        [
            printable(one_line(label)),
            *(figures(each.values[at] if at < len(each.values) else None, chart.unit) for each in chart.series),
        ]
        for at, label in enumerate(chart.labels)
    ]
    return {
        "kind": "chart",
        "title": printable(one_line(chart.title)),
        "said": printable(one_line(chart.alt)) or printable(one_line(chart.title)),
        "names": [printable(one_line(each.name)) for each in chart.series],
        "rows": rows,
    }


def _acts(buttons: tuple[Button, ...]) -> Iterator[Piece]:
    said: list[Piece] = []
    for button in buttons:
        act = _act(button)
        said += [*([_span("plain", " · ")] if said and act else []), *act]
    if said:
        yield {"kind": "small", "spans": said}


def _act(button: Button) -> list[Piece]:
    if button.url:
        return _link(Link(button.label, button.url))
    words = typed(button)
    return [_span("plain", f"{one_line(button.label)}: "), _span("code", words)] if words else []


def _spans(text: Text, setting: Setting) -> list[Piece]:
    return [piece for span in text for piece in _one(span, setting)]


def _one(span: Span, setting: Setting) -> list[Piece]:
    match span:
        case Link():
            return _link(span)
        case Bold() | Mention():
            return [_span("bold", setting.words(span))]
        case Italic():
            return [_span("italic", setting.words(span))]
        case Code():
            return [_span("code", setting.words(span))]
        case _:
            return [_span("plain", setting.words(span))]


def _link(link: Link) -> list[Piece]:
    said, address, host = target(link.label, link.url)
    if not address:
        return [_span("plain", said)]
    behind = [_span("plain", f" ({host})")] if host else []
    return [_span("link", said) | {"address": address}, *behind]


def _span(style: str, text: str) -> Piece:
    return {"style": style, "text": printable(text)}
