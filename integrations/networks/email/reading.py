"""A mail as a post, or why it is none. Pure: bytes in, values out, whatever the bytes are."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from typing import Any
from urllib.parse import quote

from bot.domain.post import Author, Media, Post, Visibility
from integrations.networks.email.automatic import Bounce, automatic, bounce
from integrations.networks.email.headers import header, ids, mailbox, moment, short_id, subject, words
from integrations.networks.email.parts import Attachment, Body, body
from integrations.networks.email.quotes import new_markup, new_text
from integrations.text import plain

_LONGEST = 50_000
_KEPT_WHOLE = 20_000
"""Characters up to which the whole text, or the markup, is kept beside what is new."""

_MOST_REFERENCES = 50
OURS = "baton-"
"""What the ids of our own mails begin with."""

_ANSWER = re.compile(r"(?:re|aw|antw|sv|vs|ref|r|odp|ynt|回复|回覆|答复)\s*(?:\[\d+\]|\(\d+\))?\s*[:：]", re.IGNORECASE)
_MAIL_HEADERS = frozenset({"from", "sender", "date", "received", "return-path", "message-id", "subject", "to"})


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as it came: its beginning (`data`), when it was received, and how many bytes it has in all."""

    data: bytes
    received_at: datetime
    size: int


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: the network's name, our own address, and the addresses from which forms on the web are sent."""

    network: str
    account: str
    forms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Read:
    """A post; or `why` there is none, with what is worth keeping; or neither: a mail of our own."""

    post: Post | None = None
    why: str = ""
    kept: dict[str, Any] = field(default_factory=dict)


def read(letter: Letter, reader: Reader) -> Read:
    """What the mail is."""
    try:
        mail = BytesParser(policy=compat32).parsebytes(letter.data)
        if not any(name.lower() in _MAIL_HEADERS for name in mail):
            return Read(why="This is no mail: it has none of a mail's headers.", kept=_start(letter))
        return _read(mail, letter, reader)
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        # Python's parser has its limits; one mail that finds a new one keeps back no other.
        return Read(why=f"The mail cannot be read: {str(error) or type(error).__name__}", kept=_start(letter))


def read_all(letters: Sequence[Letter], reader: Reader) -> list[Read]:
    """Each of them."""
    return [read(letter, reader) for letter in letters]


def _start(letter: Letter) -> dict[str, Any]:
    return {"begins": letter.data[:4_000].decode("utf-8", "replace").replace("\0", "\ufffd"), "size": letter.size}


def _read(mail: Message, letter: Letter, reader: Reader) -> Read:
    sender = mailbox(header(mail, "from")) or mailbox(header(mail, "sender"))
    address = sender[1] if sender is not None else ""
    if address and address == reader.account.lower():
        return Read()
    report = bounce(mail)
    if report is not None:
        return _bounced(mail, letter, reader, report)
    is_form = address in reader.forms
    why = None if is_form else automatic(mail)
    if why is not None:
        told = f"This mail from {address or 'nobody'} is {why}; it opens no conversation: “{subject(mail)[:100]}”"
        return Read(why=told, kept=_beside(mail))
    if is_form:
        sender = mailbox(header(mail, "reply-to")) or sender
    return Read(post=_post(mail, letter, reader, sender))


def _beside(mail: Message) -> dict[str, Any]:
    """What is kept of a mail that is no post."""
    names = ("message-id", "in-reply-to", "references", "from", "to", "date", "subject", "auto-submitted", "precedence")
    kept = {name: words(header(mail, name))[:1_000] for name in names if header(mail, name)}
    return {**kept, "text": body(mail).text[:5_000]}


def _bounced(mail: Message, letter: Letter, reader: Reader, report: Bounce) -> Read:
    """That an answer of ours did not arrive is said in its conversation; whoever holds it must know."""
    whom, said = report.recipient or "the customer", f": {report.said}" if report.said else "."
    if report.delayed:
        return Read(why=f"A mail to {whom} is delayed; its server goes on trying{said}", kept=_beside(mail))
    if not report.message_id.startswith(OURS) or not report.answered:
        return Read(why=f"A mail to {whom}, which is none of our answers, did not arrive{said}", kept=_beside(mail))
    sender = mailbox(header(mail, "from")) or ("", "mailer-daemon")
    # What is answered to it goes to the customer again.
    raw = {
        "bounced": report.message_id,
        "reply_to": report.recipient,
        "subject": report.subject[:1_000],
        "references": list(report.answered)[-_MOST_REFERENCES:],
    }
    post = Post(
        network=reader.network,
        account=reader.account,
        external_id=_id(mail, letter),
        root_id=report.answered[0],
        parent_id=report.answered[-1],
        author=_author(sender),
        text=f"Our answer did not arrive at {whom}{said}",
        posted_at=moment(header(mail, "date"), letter.received_at),
        fetched_at=letter.received_at,
        visibility=Visibility.PRIVATE,
        raw={key: value for key, value in raw.items() if value},
    )
    return Read(post=post)


def _post(mail: Message, letter: Letter, reader: Reader, sender: tuple[str, str] | None) -> Post:
    found, about = body(mail), subject(mail)
    references = ids(header(mail, "references"))
    answered = ids(header(mail, "in-reply-to"))[:1] or references[-1:]
    name = _id(mail, letter)
    answers = bool(answered) or _ANSWER.match(about) is not None
    text, whole = _text(found, answers=answers), found.text.strip()
    if not answers:
        text = "\n\n".join(filter(None, (about, text)))
    html = "\n".join(found.html)
    return Post(
        network=reader.network,
        account=reader.account,
        external_id=name,
        root_id=next(iter([*references, *answered]), None),
        parent_id=next(iter(answered), None),
        author=_author(sender),
        text=text[:_LONGEST],
        html=html if 0 < len(html) <= _KEPT_WHOLE else None,
        posted_at=moment(header(mail, "date"), letter.received_at),
        fetched_at=letter.received_at,
        media=_media(found.attachments, name, letter),
        visibility=Visibility.PRIVATE,
        raw=_raw(mail, about, references, whole if whole not in text else ""),
    )


def _raw(mail: Message, about: str, references: list[str], whole: str) -> dict[str, Any]:
    """What an answer needs to know, and the whole text where something was left out of it."""
    answer_to = mailbox(header(mail, "reply-to"))
    listed = header(mail, "list-id") or header(mail, "list-post") or header(mail, "list-unsubscribe")
    raw = {
        "subject": about[:1_000],
        "references": references if len(references) <= _MOST_REFERENCES else [references[0], *references[-20:]],
        "reply_to": answer_to[1] if answer_to is not None else "",
        "to": words(header(mail, "to"))[:1_000],
        "cc": words(header(mail, "cc"))[:1_000],
        "list": words(listed)[:200] or ("list" if header(mail, "precedence").lower() == "list" else ""),
        "whole": whole if len(whole) <= _KEPT_WHOLE else "",
    }
    return {key: value for key, value in raw.items() if value}


def _text(found: Body, *, answers: bool) -> str:
    if answers and found.html and len(found.html) == len(found.texts):
        # Markup tells better than its text where a quotation begins.
        new = "\n\n".join(filter(None, (plain(new_markup(html)) for html in found.html)))
        if new.strip():
            return new_text(new, answers=True)
    return new_text(found.text, answers=answers)


def _author(sender: tuple[str, str] | None) -> Author:
    if sender is None:
        return Author(handle="unknown sender")
    name, address = sender
    handle = address[:255]
    is_address = "@" in address and len(address) <= 255
    return Author(
        external_id=handle, handle=handle, display_name=name[:500] or None, email=address if is_address else None
    )


def _id(mail: Message, letter: Letter) -> str:
    """The mail's own id. Where there is none, or one that cannot be unique, what it says makes the difference."""
    own = header(mail, "message-id")
    named = next(iter(ids(own)), own.strip("<> ").partition(" ")[0])
    if "@" in named and len(named) >= 6:
        return short_id(named)
    seen = "\n".join(header(mail, name) for name in ("from", "to", "date", "subject")).encode("utf-8", "replace")
    _, _, said = letter.data.replace(b"\r\n", b"\n").partition(b"\n\n")
    digest = hashlib.blake2b(seen + b"\0" + said, digest_size=16).hexdigest()
    return f"{named[:100]}#{digest}" if named else f"no-id#{digest}"


def _media(attachments: Sequence[Attachment], name: str, letter: Letter) -> tuple[Media, ...]:
    """What came with it. A `mid:` address (https://www.rfc-editor.org/rfc/rfc2392) leads nowhere but into the mailbox."""
    where = f"mid:{quote(name, safe='@')}"
    media = [
        Media(url=f"{where}/{quote(item.cid or f'part-{at}', safe='@')}"[:2000], type=item.type, alt=item.name or None)
        for at, item in enumerate(attachments, 1)
    ]
    if letter.size > len(letter.data):
        sizes = f"{letter.size / 1e6:.1f} MB, of which the first {len(letter.data) / 1e6:.1f} were read"
        media = [*media[:49], Media(url=f"{where}/rest", type="file", alt=f"the mail has {sizes}")]
    return tuple(media)
