"""Spans → Slack: pieces of `rich_text`, or one `mrkdwn` string where a block takes nothing better. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC
from typing import Literal
from urllib.parse import quote, urlsplit

from bot.cards import Bold, Code, Italic, Link, Mention, Span, Text, Time
from bot.slack import outside
from bot.slack.limits import URL, Json, cut

OWN_HOSTS = ("slack.com",)
"""Hosts (with their subdomains) that need not be spelled out beside a link."""

# How an instant shows in the reader's own zone, and what a client shows that cannot.
_FORMATS = {"time": "{time}", "day": "{date_short_pretty}", "moment": "{date_short_pretty} {time}"}
_FALLBACKS = {"time": "%H:%M UTC", "day": "%Y-%m-%d", "moment": "%Y-%m-%d %H:%M UTC"}
_TIME_WIDTH = 16
_PERCENT_ENCODED = str.maketrans({character: quote(character) for character in '|<>"` \\^{}'})


def web_address(url: str) -> tuple[str, str] | None:
    """(address, host as it is registered) of a page; None for anything but http and https."""
    address = outside.clean(url).strip().replace("\n", "").translate(_PERCENT_ENCODED)
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").encode("idna").decode("ascii")
        _ = parts.port
    except ValueError:
        return None
    if parts.scheme.lower() not in {"http", "https"} or not host or len(address) > URL:
        return None
    return address, host


def plain(text: Text) -> str:
    """Spans as bare words, for notifications and screen readers."""
    return "".join(_words(span) for span in text)


def fit(text: Text, limit: int) -> tuple[Text, bool]:
    """The spans that fit into `limit` visible characters, the last one cut; and whether anything is missing."""
    kept: list[Span] = []
    left = limit
    for span in text:
        width = _width(span)
        if width <= left:
            kept.append(span)
            left -= width
            continue
        shorter = _shortened(span, left)
        return (*kept, *([shorter] if shorter is not None else ["…"])), True
    return tuple(kept), False


def _width(span: Span) -> int:
    if isinstance(span, Time):
        return _TIME_WIDTH
    if isinstance(span, Link):
        return len(span.label) + min(len(span.url), 60)
    return len(_words(span))


def _words(span: Span) -> str:
    match span:
        case str():
            return span
        case Link():
            return span.label
        case Time():
            return span.at.astimezone(UTC).strftime(_FALLBACKS[span.style])
        case Mention():
            return span.person.name
        case _:
            return span.text


def _shortened(span: Span, width: int) -> Span | None:
    if width < 2:
        return None
    if isinstance(span, str):
        return cut(span, width)
    if isinstance(span, Bold | Italic | Code):
        return replace(span, text=cut(span.text, width))
    return None


@dataclass(frozen=True, slots=True)
class Spelling:
    """How spans are spelled for one workspace: `users` gives the Slack user behind a colleague's id."""

    users: Mapping[str, str] = field(default_factory=dict)
    own_hosts: tuple[str, ...] = OWN_HOSTS

    def rich(self, text: Text, *, one_line: bool = False) -> list[Json]:
        """Elements of a `rich_text_section`; neighbours of the same kind are joined, empty ones left out."""
        elements: list[Json] = []
        for span in text:
            for element in self._elements(span, one_line=one_line):
                last = elements[-1] if elements else None
                alike = last is not None and last["type"] == element["type"] == "text"
                if last is not None and alike and last.get("style") == element.get("style"):
                    last["text"] += element["text"]
                else:
                    elements.append(element)
        return elements

    def mrkdwn(self, text: Text, *, one_line: bool = False) -> str:
        """One `mrkdwn` string."""
        spelled = "".join(self._mrkdwn(span) for span in text)
        return spelled.replace("\n", " ") if one_line else spelled

    def _elements(self, span: Span, *, one_line: bool) -> list[Json]:
        match span:
            case Time():
                return [
                    {
                        "type": "date",
                        "timestamp": int(span.at.timestamp()),
                        "format": _FORMATS[span.style],
                        "fallback": _words(span),
                    }
                ]
            case Mention():
                user = self.users.get(span.person.id)
                return [{"type": "user", "user_id": user}] if user else _text(span.person.name, one_line=one_line)
            case Link():
                return self._link(span)
            case Bold():
                return _text(span.text, "bold", one_line=one_line)
            case Italic():
                return _text(span.text, "italic", one_line=one_line)
            case Code():
                return _text(span.text, "code", one_line=one_line)
            case _:
                return _text(span, one_line=one_line)

    def _link(self, link: Link) -> list[Json]:
        found = web_address(link.url)
        label = outside.one_line(link.label)
        if found is None:
            return _text(label)
        address, host = found
        element: Json = {"type": "link", "url": address, "text": label or host}
        return [element, *_text(self._shown_host(label or host, host))]

    def _shown_host(self, label: str, host: str) -> str:
        """What stands behind a link's label, so that nobody is led where the label does not say."""
        own = any(host == name or host.endswith("." + name) for name in self.own_hosts)
        return "" if own or label.lower() == host else f" ({host})"

    def _mrkdwn(self, span: Span) -> str:
        match span:
            case Time():
                return f"<!date^{int(span.at.timestamp())}^{_FORMATS[span.style]}|{_words(span)}>"
            case Mention():
                user = self.users.get(span.person.id)
                return f"<@{user}>" if user else outside.mrkdwn(span.person.name)
            case Link():
                return self._mrkdwn_link(span)
            case Bold():
                return _marked("*", span.text)
            case Italic():
                return _marked("_", span.text)
            case Code():
                return _marked("`", span.text)
            case _:
                return outside.mrkdwn(span)

    def _mrkdwn_link(self, link: Link) -> str:
        found = web_address(link.url)
        label = outside.mrkdwn(outside.one_line(link.label))
        if found is None:
            return label
        address, host = found
        return f"<{outside.escape(address)}|{label or host}>{self._shown_host(label or host, host)}"


def _text(words: str, style: Literal["bold", "italic", "code"] | None = None, *, one_line: bool = False) -> list[Json]:
    spelled = outside.literal(words)
    if one_line:
        spelled = spelled.replace("\n", " ")
    if not spelled:
        return []
    return [{"type": "text", "text": spelled, "style": {style: True}} if style else {"type": "text", "text": spelled}]


def _marked(mark: str, words: str) -> str:
    """Words between marks, which Slack wants to touch them on the inside."""
    spelled = outside.mrkdwn(outside.one_line(words))
    return f"{mark}{spelled}{mark}" if spelled else ""
