"""The neutral card: what is shown, without a platform's words for it. Each platform has one renderer for all of it.

Text is made of spans. A plain `str` is always outside text as far as a renderer is concerned: it is escaped, never
interpreted, so customer text cannot ping, format, mask a link or break a card.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.domain.people import PersonRef
from bot.speech import PLACE, in_figures, say, sentence, sentence_for


@dataclass(frozen=True, slots=True)
class Bold:
    """Emphasis."""

    text: str


@dataclass(frozen=True, slots=True)
class Italic:
    """Lighter emphasis."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """Something to type."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link whose target people must be able to see; renderers show the true host of outside links."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Time:
    """An instant in the reader's own zone: `time` 09:02, `day` 3 Nov (its year where it is another one), `moment` 3 Nov 09:02."""

    at: datetime
    style: Literal["time", "day", "moment"] = "time"


@dataclass(frozen=True, slots=True)
class Mention:
    """A colleague, notified by name. Only ever made from our own directory, never from outside text."""

    person: PersonRef


Span = str | Bold | Italic | Code | Link | Time | Mention
Text = tuple[Span, ...]


def text(*spans: Span) -> Text:
    """Spans side by side: `text("from ", Bold("Ana"))`."""
    return spans


def phrase(message: str, /, **spans: Span | Text | int) -> Text:
    """A sentence in the reader's language with spans in its places: `phrase("{who} holds it", who=Bold("Ana"))`."""
    return _spanned(sentence(message), spans)


def phrase_many(one: str, many: str, number: int, /, **spans: Span | Text | int) -> Text:
    """The form that fits the number, with spans in its places; `{n}` is the number with its separators."""
    return _spanned(sentence_for(one, many, number), {"n": in_figures(number), **spans})


def _spanned(message: str, spans: Mapping[str, Span | Text | int]) -> Text:
    said: list[Span] = []
    for at, piece in enumerate(PLACE.split(message)):
        span = piece if at % 2 == 0 else spans.get(piece, f"{{{piece}}}")
        for each in span if isinstance(span, tuple) else (str(span) if isinstance(span, int) else span,):
            # Words side by side are one span, as they would be in a sentence without places.
            if isinstance(each, str) and said and isinstance(said[-1], str):
                said[-1] += each
            elif each != "":
                said.append(each)
    return tuple(said)


@dataclass(frozen=True, slots=True)
class Button:
    """An act: pressing runs `command` with `args` (its form opens when required ones are missing); with `url` it only opens a page."""

    label: str
    command: str = ""
    args: dict[str, str] = field(default_factory=dict)
    style: Literal["default", "primary", "danger"] = "default"
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Menu:
    """The overflow menu `⋯`: further acts, one line each."""

    options: tuple[Button, ...]
    label: str = "⋯"


@dataclass(frozen=True, slots=True)
class Header:
    """The card's first line."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text, with at most one button beside it."""

    text: Text
    beside: Button | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """What a customer wrote: outside text, shown as a quotation; `limit` characters at most."""

    text: str
    limit: int = 1200


@dataclass(frozen=True, slots=True)
class Facts:
    """Label and value pairs, one line each."""

    rows: tuple[tuple[str, Text], ...]


@dataclass(frozen=True, slots=True)
class Small:
    """A line of lesser weight."""

    text: Text


@dataclass(frozen=True, slots=True)
class Rule:
    """A line between parts."""


@dataclass(frozen=True, slots=True)
class Actions:
    """A row of buttons, at most one menu at its end."""

    items: tuple[Button | Menu, ...]


@dataclass(frozen=True, slots=True)
class Sparkline:
    """A small bar chart in text: values of one series, oldest first, with what it says in words for those who cannot see it."""

    label: str
    values: tuple[float, ...]
    alt: str


@dataclass(frozen=True, slots=True)
class Series:
    """One line, or one colour of the bars: a value for each label of its chart, None where there is none.

    `low` and `high` are the ends of an interval around each value, as forecasts have them; empty where there is none.
    """

    name: str
    values: tuple[float | None, ...]
    low: tuple[float | None, ...] = ()
    high: tuple[float | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of numbers: drawn where the platform draws charts itself, painted where it shows pictures.

    `labels` stand along the axis, oldest first where they are times. `alt` says in words what it shows.
    """

    title: str
    kind: Literal["bars", "stacked", "lines"]
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    alt: str
    unit: str = ""


Block = Header | Paragraph | Quote | Facts | Small | Rule | Actions | Sparkline | Chart


@dataclass(frozen=True, slots=True)
class Card:
    """One message. `summary` is the plain line for notifications and screen readers."""

    summary: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a choice field."""

    value: str
    label: str


FieldKind = Literal["line", "lines", "choice", "person", "department", "departments", "person_or_department", "moment"]


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a form: label above, hint below, the default filled in."""

    name: str
    label: str
    kind: FieldKind = "line"
    hint: str = ""
    required: bool = True
    default: str = ""
    choices: tuple[Choice, ...] = ()
    longest: int = 2000


@dataclass(frozen=True, slots=True)
class Form:
    """A form for a command: `args` travel along unseen; `submit` says the act (`Pass`)."""

    title: str
    command: str
    submit: str
    fields: tuple[Field, ...]
    args: dict[str, str] = field(default_factory=dict)
    intro: tuple[Block, ...] = ()


def mentioned(blocks: Iterable[Block]) -> set[str]:
    """Ids of the colleagues whom blocks mention, so that a platform's users can be looked up first."""
    return {span.person.id for block in blocks for span in _spans(block) if isinstance(span, Mention)}


def buttons(blocks: Iterable[Block]) -> Iterator[Button]:
    """Every button, those in menus included, in reading order."""
    for block in blocks:
        if isinstance(block, Paragraph) and block.beside is not None:
            yield block.beside
        for item in block.items if isinstance(block, Actions) else ():
            yield from item.options if isinstance(item, Menu) else (item,)


def show_all(blocks: Iterable[Block]) -> Button | None:
    """The button that shows the whole conversation, for a card that had to be cut; None where it does not say which one
    it is."""
    reference = next((act.args["conversation"] for act in buttons(blocks) if act.args.get("conversation")), None)
    return Button(say("Show all"), "show", {"conversation": reference}) if reference is not None else None


def _spans(block: Block) -> Text:
    match block:
        case Paragraph() | Small():
            return block.text
        case Facts():
            return tuple(span for _, text in block.rows for span in text)
        case _:
            return ()
