"""The words and the attachments of a mail. Pure.

https://www.rfc-editor.org/rfc/rfc2046 says how mails are made of parts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from email.message import Message

from integrations.networks.email.charsets import decoded
from integrations.networks.email.headers import file_name, header, parameter, subject
from integrations.text import plain

_DEEPEST = 20
_MOST = 50
"""Attachments that are named."""

_LONGEST = 500_000
"""Characters of a part that are read."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """Something that came with the words: what kind of thing, and what it is called. `cid` is its Content-ID, if any."""

    type: str
    name: str
    cid: str = ""


@dataclass(slots=True)
class Body:
    """What a mail holds. `html` is the markup that the text was read from, where there was no plain text."""

    texts: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The words."""
        return "\n\n".join(self.texts)


def body(mail: Message) -> Body:
    """The words and the attachments."""
    found = Body()
    _gather(mail, found, 0)
    return found


def _gather(part: Message, found: Body, depth: int) -> None:
    kind = part.get_content_type()
    children = part.get_payload()
    if isinstance(children, list) and not kind.startswith("message/"):
        if depth < _DEEPEST:
            parts = [child for child in children if isinstance(child, Message)]
            if kind == "multipart/alternative":
                _choose(parts, found, depth + 1)
            else:
                for child in parts:
                    _gather(child, found, depth + 1)
        return
    if kind.startswith("multipart/"):
        # It says that it has parts and has none.
        kind = "text/plain"
    attached = header(part, "content-disposition").lower().startswith("attachment")
    if kind in {"text/plain", "text/html"} and not attached:
        _read(part, kind, found)
    elif len(found.attachments) < _MOST:
        found.attachments.append(_attachment(part, kind))


def _choose(parts: list[Message], found: Body, depth: int) -> None:
    """Of several forms of the same: the plain one, unless it says nothing. What is no text is taken from all."""
    forms = []
    for part in parts:
        form = Body()
        _gather(part, form, depth)
        forms.append(form)
        found.attachments += form.attachments[: _MOST - len(found.attachments)]
    speaking = [form for form in forms if form.text.strip()]
    if speaking:
        best = min(speaking, key=lambda form: bool(form.html))
        found.texts += best.texts
        found.html += best.html


def _read(part: Message, kind: str, found: Body) -> None:
    data = part.get_payload(decode=True)
    text = decoded(data if isinstance(data, bytes) else b"", parameter(part, "content-type", "charset"))[:_LONGEST]
    if kind == "text/html":
        found.html.append(text)
        text = plain(text)
    else:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if parameter(part, "content-type", "format").lower() == "flowed":
            text = _unfolded(text, join="" if parameter(part, "content-type", "delsp").lower() == "yes" else " ")
    if text.strip():
        found.texts.append(text.strip("\n"))


def _unfolded(text: str, join: str) -> str:
    """Lines that were broken for the way only, made whole: https://www.rfc-editor.org/rfc/rfc3676"""
    lines: list[str] = []
    flows, depth = False, 0
    for line in text.split("\n"):
        bare = line.lstrip(">")
        quoted = len(line) - len(bare)
        said = bare.removeprefix(" ")
        if flows and quoted == depth and said != "-- ":
            lines[-1] = lines[-1].rstrip(" ") + join + said
        else:
            lines.append(f"{'>' * quoted} {said}" if quoted else said)
        flows, depth = said.endswith(" ") and said != "-- ", quoted
    return "\n".join(lines)


def _attachment(part: Message, kind: str) -> Attachment:
    main = kind.partition("/")[0]
    name = file_name(part)
    if not name and kind == "message/rfc822":
        inner = part.get_payload()
        name = subject(inner[0]) if isinstance(inner, list) and inner and isinstance(inner[0], Message) else ""
    if not name:
        name = {"text/calendar": "an invitation", "message/rfc822": "a mail"}.get(kind, "")
    return Attachment(
        type=main if main in {"image", "video", "audio"} else "file",
        name=name[:300],
        cid=header(part, "content-id").strip("<> ")[:200],
    )
