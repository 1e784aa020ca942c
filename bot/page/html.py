"""Neutral card → HTML: one document for a browser or a mail, readable without pictures, in light and dark. Pure.

What mail clients keep is little (https://www.caniemail.com): styles stand in the elements, rows that belong together are
tables, and a dark page is a rule of its own for those that know it. Nothing is loaded from anywhere; nothing tells that the
page was opened. All text passes through `Markup.format`, which escapes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from markupsafe import Markup, escape

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
    Time,
)
from bot.page.looks import DARK, FONT, Look
from bot.page.setting import Setting, acts, bars, figures, one_line, target, typed
from bot.words import cut, readable

_REFERENCE = re.compile(r"\b([A-Z]-\d{1,9})\b")

_PAGE = Markup(
    """\
<!DOCTYPE html>
<html lang="{language}" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>
{dark}
</style>
</head>
<body class="page" style="{body}">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr><td align="center" style="{around}">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="{sheet}"><tr>
<td class="sheet" style="{inside}">
{content}
</td></tr></table>
</td></tr></table>
</body>
</html>
"""
)


def page(card: Card, setting: Setting) -> str:
    """The whole document; its title is what the card says in a line."""
    drawing = _Drawing(setting)
    content = Markup("\n").join(part for block in card.blocks for part in drawing.draw(block))
    return str(
        _PAGE.format(
            language=setting.language,
            title=one_line(card.summary) or "Baton",
            dark=Markup(DARK),  # noqa: S704 - our own style sheet
            body=Look.BODY,
            around=Look.AROUND,
            sheet=Look.SHEET,
            inside=Look.INSIDE,
            content=content,
        )
    )


class _Drawing:
    """Draws block after block; the first header is the page's own."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._titled = False

    def draw(self, block: Block) -> Iterator[Markup]:
        match block:
            case Header():
                yield from self._header(block)
            case Paragraph():
                yield _p(self._spans(block.text), Look.TEXT)
                yield from self._acts((block.beside,) if block.beside is not None else ())
            case Quote():
                said = cut(readable(block.text).strip(), block.limit)
                if said:
                    quote = Markup('<blockquote dir="auto" class="quote" style="{}">{}</blockquote>')
                    yield quote.format(Look.QUOTE, _broken(said))
            case Facts():
                yield from self._facts(block)
            case Small():
                yield _p(self._spans(block.text), Look.SMALL, "small")
            case Rule():
                yield Markup('<hr class="rule" style="{}">').format(Look.RULE)
            case Actions():
                yield from self._acts(acts(block.items), Look.ACTS)
            case Sparkline():
                line = Markup('<strong>{}</strong> <span aria-hidden="true" style="{}">{}</span> <span>{}</span>')
                said = line.format(one_line(block.label), Look.BARS, bars(block.values), one_line(block.alt))
                yield _p(said, Look.TEXT)
            case Chart():
                yield from self._chart(block)

    def _header(self, header: Header) -> Iterator[Markup]:
        text = one_line(header.text)
        if text:
            first, self._titled = not self._titled, True
            element = Markup('<h1 style="{}">{}</h1>') if first else Markup('<h2 style="{}">{}</h2>')
            yield element.format(Look.TITLE if first else Look.HEADING, text)

    def _facts(self, facts: Facts) -> Iterator[Markup]:
        row = Markup('<tr><th scope="row" class="small" style="{}">{}</th><td style="{}">{}</td></tr>')
        wide = Markup('<tr><td colspan="2" style="{}">{}</td></tr>')
        rows = [
            row.format(Look.LABEL, one_line(label), Look.VALUE, self._spans(text))
            if label.strip()
            else wide.format(Look.VALUE, self._spans(text))
            for label, text in facts.rows
        ]
        if rows:
            yield _table(rows, Look.FACTS)

    def _acts(self, buttons: tuple[Button, ...], style: str = Look.SMALL) -> Iterator[Markup]:
        """A link where the button opens a page; else what to type for it."""
        said = [part for button in buttons if (part := self._act(button))]
        if said:
            yield _p(Markup(" · ").join(said), style, "small")

    def _act(self, button: Button) -> Markup:
        if button.url:
            return self._link(Link(button.label, button.url))
        words = typed(button)
        hint = Markup('{}: <code class="code" style="{}">{}</code>')
        return hint.format(one_line(button.label), Look.CODE, words) if words else Markup("")

    def _chart(self, chart: Chart) -> Iterator[Markup]:
        drawn = self._setting.pictures.get(chart)
        title, alt = one_line(chart.title), one_line(chart.alt)
        if drawn is None:
            yield _p(Markup("<strong>{}</strong><br>{}").format(title, alt), Look.TEXT)
            yield _numbers(chart)
            return
        yield _p(Markup("<strong>{}</strong>").format(title), Look.TEXT)
        img = Markup('<img src="{}" alt="{}" width="{}" height="{}" style="{}">')
        picture = img.format(drawn.address, alt or title, drawn.width, drawn.height, Look.PICTURE)
        if drawn.dark:
            dark = Markup('<source srcset="{}" media="(prefers-color-scheme: dark)">').format(drawn.dark)
            picture = Markup("<picture>{}{}</picture>").format(dark, picture)
        figure = Markup('<div class="{}" style="{}">{}</div>')
        yield figure.format("" if drawn.dark else "plate", Look.FIGURE, picture)

    def _spans(self, text: Text) -> Markup:
        return Markup("").join(self._span(span) for span in text)

    def _span(self, span: Span) -> Markup:
        match span:
            case Bold():
                return Markup("<strong>{}</strong>").format(_broken(span.text))
            case Italic():
                return Markup("<em>{}</em>").format(_broken(span.text))
            case Code():
                return Markup('<code class="code" style="{}">{}</code>').format(Look.CODE, _broken(span.text))
            case Link():
                return self._link(span)
            case Time():
                at = span.at.isoformat(timespec="seconds")
                return Markup('<time datetime="{}">{}</time>').format(at, self._setting.words(span))
            case Mention():
                return Markup("<strong>{}</strong>").format(_broken(span.person.name))
            case _:
                return _broken(span)

    def _link(self, link: Link) -> Markup:
        said, address, host = target(link.label, link.url)
        if not address:
            return escape(said)
        element = Markup('<a href="{}" rel="noopener noreferrer nofollow" class="link" style="{}">{}</a>{}')
        return element.format(address, Look.LINK, said, f" ({host})" if host else "")


def _p(content: Markup, style: str, kind: str = "") -> Markup:
    return Markup('<p class="{}" style="{}">{}</p>').format(kind, style, content)


def _broken(text: str) -> Markup:
    """Outside text, escaped, with its line breaks; a reference like B-12 stays in one line."""
    whole = Markup('<span style="white-space:nowrap">{}</span>')
    pieces = _REFERENCE.split(readable(text))
    said = (
        whole.format(piece) if at % 2 else Markup("<br>").join(escape(line) for line in piece.split("\n"))
        for at, piece in enumerate(pieces)
    )
    return Markup("").join(said)


def _table(rows: list[Markup], style: str) -> Markup:
    table = Markup('<table cellpadding="0" cellspacing="0" border="0" style="{}">{}</table>')
    return table.format(style, Markup("\n").join(rows))


def _numbers(chart: Chart) -> Markup:
    """The chart's numbers, for where no picture of it is."""
    head = Markup('<th scope="col" class="small" style="{}">{}</th>')
    cell = Markup('<td style="{}">{}</td>')
    names = [head.format(Look.CELL, one_line(each.name)) for each in chart.series]
    rows = [Markup("<tr><td></td>{}</tr>").format(Markup("").join(names))]
    for at, label in enumerate(chart.labels):
        row = Markup('<tr><th scope="row" class="small" style="{}">{}</th>{}</tr>')
        values = (each.values[at] if at < len(each.values) else None for each in chart.series)
        cells = Markup("").join(cell.format(Look.CELL, figures(value, chart.unit)) for value in values)
        rows.append(row.format(Look.NAME, one_line(label), cells))
    return _table(rows, f"{Look.FACTS}{FONT}")
