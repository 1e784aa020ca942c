"""Spans → Slack: pieces of `rich_text`, or one `mrkdwn` string where a block takes nothing better. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.cards import Bold, Chart, Code, Italic, Link, Mention, Span, Text, Time
from bot.slack import outside
from bot.slack.limits import Json
from bot.words import span_words, web_address

OWN_HOSTS = ("slack.com",)
"""Hosts (with their subdomains) that need not be spelled out beside a link."""

# How an instant shows in the reader's own zone.
_FORMATS = {"time": "{time}", "day": "{date_short_pretty}", "moment": "{date_short_pretty} {time}"}


@dataclass(frozen=True, slots=True)
class Spelling:
    """How spans are spelled for one workspace: `users` gives the Slack user behind a colleague's id.

    `pictures` are Slack's ids of the files that show charts; charts without one are put in words.
    """

    users: Mapping[str, str] = field(default_factory=dict)
    pictures: Mapping[Chart, str] = field(default_factory=dict)
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
                        "fallback": span_words(span),
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
                return f"<!date^{int(span.at.timestamp())}^{_FORMATS[span.style]}|{span_words(span)}>"
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
