"""A card as plain text, readable as a wireframe: what the snapshots hold. Times are told by the clock of one zone."""

from __future__ import annotations

from zoneinfo import ZoneInfo

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
    Menu,
    Paragraph,
    Quote,
    Rule,
    Series,
    Small,
    Span,
    Sparkline,
    Text,
    Time,
)

ZONE = ZoneInfo("Europe/Paris")
YEAR = 2026
_STYLES = {"time": "%H:%M", "day": "%-d %b", "moment": "%-d %b %H:%M"}


def plain(card: Card) -> str:
    """All of a card: its summary in brackets, then block by block."""
    return "\n".join([f"({card.summary})", *(line for block in card.blocks for line in _block(block))])


def plain_text(spans: Text) -> str:
    """Spans side by side."""
    return "".join(_span(span) for span in spans)


def _block(block: Block) -> list[str]:
    match block:
        case Header():
            return [f"# {block.text}"]
        case Paragraph():
            beside = f"   {_button(block.beside)}" if block.beside is not None else ""
            return [plain_text(block.text) + beside]
        case Quote():
            return [f"┃ {line}" for line in block.text.splitlines()]
        case Facts():
            width = max((len(label) for label, _ in block.rows), default=0)
            return [f"{label:<{width}}  {plain_text(value)}" for label, value in block.rows]
        case Small():
            return [f"  {line}" for line in plain_text(block.text).splitlines()]
        case Rule():
            return ["----"]
        case Actions():
            return ["  ".join(_menu(item) if isinstance(item, Menu) else _button(item) for item in block.items)]
        case Chart():
            return [
                f"{block.title}  [{block.kind}: {', '.join(block.labels)}]  ({block.alt})",
                *map(_series, block.series),
            ]
        case Sparkline():
            top = max(block.values, default=0) or 1
            bars = "".join("▁▂▃▄▅▆▇█"[min(7, int(8 * value / top))] for value in block.values)
            return [f"{block.label}  {bars}  ({block.alt})"]


def _series(series: Series) -> str:
    return f"  {series.name}: {', '.join('–' if value is None else f'{value:g}' for value in series.values)}"


def _span(span: Span) -> str:
    match span:
        case Bold():
            return f"*{span.text}*"
        case Italic():
            return f"_{span.text}_"
        case Code():
            return f"`{span.text}`"
        case Link():
            return f"{span.label} <{span.url}>"
        case Time():
            local = span.at.astimezone(ZONE)
            return local.strftime(_STYLES[span.style] + (" %Y" if span.style == "day" and local.year != YEAR else ""))
        case Mention():
            return f"@{span.person.name}"
        case str():
            return span


def _button(button: Button) -> str:
    target = button.url or " ".join(
        [button.command, *(f"{k}={v}" for k, v in button.args.items() if k != "conversation")]
    )
    label = f"[ {button.label}{' !' if button.style != 'default' else ''} ]"
    return f"{label}({target})" if button.url or " " in target else label


def _menu(menu: Menu) -> str:
    return f"[ {menu.label} {' | '.join(option.label for option in menu.options)} ]"
