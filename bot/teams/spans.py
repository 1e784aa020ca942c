"""Spans → Teams: the markdown of a `TextBlock`, or the pieces of a `RichTextBlock` where that will do. Pure.

Only a `TextBlock` shows an instant in the reader's own zone, mentions somebody, and links on every client. Text without
any of these goes into a `RichTextBlock`, where nothing is interpreted at all and something to type can look like it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count

from bot.cards import Bold, Code, Italic, Link, Mention, Span, Text, Time
from bot.domain.people import PersonRef
from bot.teams import outside
from bot.teams.limits import Json
from bot.words import cut, span_words, web_address

OWN_HOSTS = ("teams.microsoft.com", "teams.cloud.microsoft")
"""Hosts (with their subdomains) that need not be spelled out beside a link."""

# What would end a link's target, or be read as something else inside it. A `;` ends a character reference, which could
# turn the host we show into another one.
_IN_TARGET = str.maketrans({"(": "%28", ")": "%29", ";": "%3B", "*": "%2A", "~": "%7E"})
_IN_LABEL = str.maketrans("[]", "()")
_NAME = 80


@dataclass
class Spelling:
    """How spans are spelled for one card: `users` gives the Teams user behind a colleague's id.

    It remembers whom it mentioned, for a card's `entities`; make a new one for each card.
    """

    users: Mapping[str, str] = field(default_factory=dict)
    own_hosts: tuple[str, ...] = OWN_HOSTS
    _mentioned: dict[str, tuple[str, PersonRef]] = field(default_factory=dict, init=False)

    @property
    def entities(self) -> list[Json]:
        """What the card must say about those it mentions."""
        return [
            {
                "type": "mention",
                "text": tag,
                "mentioned": {"id": self.users[person.id], "name": cut(outside.one_line(person.name), _NAME)},
            }
            for tag, person in self._mentioned.values()
        ]

    def block(self, text: Text, **look: object) -> Json | None:
        """One block of text, with a `look` that both kinds know; None where nothing is to be seen."""
        if any(isinstance(span, Time | Mention | Link) for span in text):
            spelled = self.markdown(text)
            return {"type": "TextBlock", "text": spelled, "wrap": True, **look} if spelled.strip() else None
        place = {name: value for name, value in look.items() if name in {"spacing", "separator"}}
        font = {name: value for name, value in look.items() if name not in place}
        runs: list[Json] = [font | run for span in text for run in _run(span)]
        seen = any(run["text"].strip() for run in runs)
        return {"type": "RichTextBlock", "inlines": runs, **place} if seen else None

    def markdown(self, text: Text) -> str:
        """The text of a `TextBlock`."""
        spelled = ""
        for span in text:
            piece = self._piece(span)
            # Two marks side by side would be read as one.
            touching = spelled.endswith("*") and piece.startswith("*")
            spelled += outside.JOINER + piece if touching else piece
        return outside.lines(spelled)

    def _piece(self, span: Span) -> str:
        match span:
            case Time():
                return _instant(span)
            case Mention():
                return self._mention(span.person)
            case Link():
                return self._link(span)
            case Bold():
                return _marked("**", span.text)
            case Code():
                return _marked("**", outside.typed(span.text))
            case Italic():
                return _marked("*", span.text)
            case _:
                return outside.markdown(span)

    def _mention(self, person: PersonRef) -> str:
        name = outside.markdown(cut(outside.one_line(person.name), _NAME)) or "somebody"
        if person.id not in self.users:
            return name
        if person.id not in self._mentioned:
            # Namesakes are told apart by a number, for a client finds each entity by its text.
            taken = {tag for tag, _ in self._mentioned.values()}
            tags = (f"<at>{name}{f' {number}' if number > 1 else ''}</at>" for number in count(1))
            self._mentioned[person.id] = next(tag for tag in tags if tag not in taken), person
        return self._mentioned[person.id][0]

    def _link(self, link: Link) -> str:
        found = web_address(link.url)
        label = outside.one_line(link.label)
        if found is None:
            return outside.markdown(label)
        address, host = found
        own = any(host == name or host.endswith("." + name) for name in self.own_hosts)
        shown = "" if own or label.lower() in {"", host} else f" ({outside.markdown(host)})"
        # A bracket in the label could end it.
        clickable = outside.markdown((label or host).translate(_IN_LABEL))
        return f"[{clickable}]({address.translate(_IN_TARGET)}){shown}"


def _instant(time: Time) -> str:
    """An instant that the client shows in the reader's own zone."""
    at = _iso(time.at)
    spelled = {
        "time": f"{{{{TIME({at})}}}}",
        "day": f"{{{{DATE({at}, SHORT)}}}}",
        "moment": f"{{{{DATE({at}, SHORT)}}}} {{{{TIME({at})}}}}",
    }
    return spelled[time.style]


def _iso(at: datetime) -> str:
    """Seconds in UTC: the only form that clients read."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _marked(mark: str, words: str) -> str:
    """Words between marks, which must touch them on the inside, and touch no punctuation there."""
    spelled = outside.markdown(outside.one_line(words))
    if not spelled:
        return ""
    before = "" if spelled[0].isalnum() else outside.JOINER
    after = "" if spelled[-1].isalnum() else outside.JOINER
    return f"{mark}{before}{spelled}{after}{mark}"


def _run(span: Span) -> list[Json]:
    look: Json = {}
    words = span_words(span)
    match span:
        case Bold():
            look = {"weight": "bolder"}
        case Italic():
            look = {"italic": True}
        case Code():
            words, look = outside.typed(words), {"fontType": "monospace"}
    spelled = outside.literal(words)
    return [{"type": "TextRun", "text": spelled, **look}] if spelled else []
