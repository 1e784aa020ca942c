"""What a neutral card says, in the words of `seen_on`; and the colleagues of the examples as the platforms know them."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from bot.cards import Card, Chart, Facts, Header, Link, Mention, Paragraph, Quote, Small, Span, Sparkline, Text, Time
from bot.domain.people import PersonRef
from bot.views import made_up
from tests.bot.seen_on import instant, norm

COLLEAGUES = (made_up.ANA, made_up.BEN, made_up.ELIF, made_up.JONAS, PersonRef("p-1", "Ana Lima"))
ON_SLACK = {person.id: f"U0{number}" for number, person in enumerate(COLLEAGUES)}
ON_TEAMS = {person.id: f"29:{number}" for number, person in enumerate(COLLEAGUES)}
SLACK_NAMES = {ON_SLACK[person.id]: person.name for person in COLLEAGUES}
TEAMS_NAMES = {ON_TEAMS[person.id]: person.name for person in COLLEAGUES}


def said(card: Card) -> Iterator[str]:
    """Every text of a card, a fact's label and value as one, in reading order."""
    for block in card.blocks:
        match block:
            case Header():
                yield norm(block.text)
            case Quote():
                yield norm(block.text)[: block.limit * 3 // 4]
            case Paragraph() | Small():
                yield words(block.text)
            case Facts():
                yield from (norm(label) + words(text) for label, text in block.rows)
            case Chart():
                yield norm(block.title)
                yield norm(block.alt)
            case Sparkline():
                yield norm(block.label)
                yield norm(block.alt)


def words(text: Text) -> str:
    return "".join(norm(_span(span)) for span in text)


def _span(span: Span) -> str:
    match span:
        case Time():
            seconds = int(span.at.timestamp())
            kinds = {"time": "t", "day": "d", "moment": "dt"}[span.style]
            return "".join(instant(kind, seconds) for kind in kinds)
        case Mention():
            return span.person.name
        case Link():
            return f"{span.label} ({urlsplit(span.url).hostname})"
        case str():
            return span
        case _:
            return span.text
