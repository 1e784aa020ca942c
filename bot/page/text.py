"""Neutral card → plain text: what a mail says to whoever reads no HTML. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from bot.cards import (
    Actions,
    Block,
    Button,
    Card,
    Chart,
    Facts,
    Header,
    Link,
    Paragraph,
    Quote,
    Rule,
    Small,
    Span,
    Sparkline,
    Text,
)
from bot.page.setting import Setting, acts, figures, one_line, target, typed
from bot.words import cut, readable

WIDTH = 76
"""Characters of a line, as mails have them (RFC 5322 asks for at most 78)."""


def as_text(card: Card, setting: Setting) -> str:
    """The whole card; parts are kept apart by empty lines."""
    parts = ["\n".join(_lines(block, setting)) for block in card.blocks]
    return "\n\n".join(part for part in parts if part.strip()) + "\n"


def _lines(block: Block, setting: Setting) -> Iterator[str]:
    match block:
        case Header():
            title = one_line(block.text)
            yield from (title, "=" * min(len(title), WIDTH)) if title else ()
        case Paragraph():
            yield from _wrapped(_said(block.text, setting))
            yield from _acts((block.beside,) if block.beside is not None else ())
        case Quote():
            yield from _wrapped(cut(readable(block.text).strip(), block.limit), "> ")
        case Facts():
            for label, text in block.rows:
                led = f"{one_line(label)}: " if label.strip() else ""
                yield from _wrapped(f"{led}{_said(text, setting)}", "", "  ")
        case Small():
            yield from _wrapped(_said(block.text, setting))
        case Rule():
            yield "-" * 24
        case Actions():
            yield from _acts(acts(block.items))
        case Sparkline():
            yield from _wrapped(f"{one_line(block.label)}: {one_line(block.alt)}")
        case Chart():
            yield from _wrapped(f"{one_line(block.title)}: {one_line(block.alt)}")
            for series in block.series:
                pairs = zip(block.labels, series.values, strict=False)
                values = ", ".join(f"{one_line(label)} {figures(value, block.unit)}" for label, value in pairs)
                yield from _wrapped(f"{one_line(series.name)}: {values}", "  ", "    ")


def _said(text: Text, setting: Setting) -> str:
    return "".join(_span(span, setting) for span in text)


def _span(span: Span, setting: Setting) -> str:
    if not isinstance(span, Link):
        return setting.words(span)
    said, address, _ = target(span.label, span.url)
    return f"{said} ({address})" if address and said != address else address or said


def _acts(buttons: tuple[Button, ...]) -> Iterator[str]:
    for button in buttons:
        said, address, _ = target(button.label, button.url or "")
        if words := address or typed(button):
            yield f"  {said}: {words}"


def _wrapped(text: str, first: str = "", later: str | None = None) -> Iterator[str]:
    """In lines of a mail; what is one word stays one, however long."""
    for line in text.split("\n"):
        yield from textwrap.wrap(
            line,
            WIDTH,
            initial_indent=first,
            subsequent_indent=first if later is None else later,
            break_long_words=False,
            break_on_hyphens=False,
        ) or [first.rstrip()]
