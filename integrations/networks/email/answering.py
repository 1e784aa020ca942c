"""An answer as a mail: bytes for the wire, made of values that cannot become headers of their own. Pure.

https://www.rfc-editor.org/rfc/rfc5322#section-3.6.4 says how an answer names what it answers.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.charset import QP, Charset
from email.header import Header
from email.message import Message
from email.policy import compat32
from email.utils import format_datetime, quote

from bot.domain.post import Post
from bot.errors import PermanentError
from bot.speech import mark
from integrations.networks.email.reading import OURS

_MOST_REFERENCES = 20
_KEY = re.compile(r"[A-Za-z0-9._-]{1,64}")
_ADDRESS = re.compile(
    r"[^\s<>()\[\]\\,;:\"@\x00-\x20\x7f]{1,64}@(?:[^\s<>()\[\]\\,;:\"@.\x00-\x20\x7f]{1,63}\.)*[^\s<>()\[\]\\,;:\"@.\x00-\x20\x7f]{1,63}"
)
_ID = re.compile(r"[\x21-\x3b\x3d\x3f-\x7e]+")
_PREFIX = re.compile(r"(?:re|aw|antw|sv|vs|ref|odp)\s*(?:\[\d+\]|\(\d+\))?\s*[:：]", re.IGNORECASE)
_MACHINES = re.compile(
    r"(?:no[-_.]?reply|do[-_.]?not[-_.]?reply|donotreply|nicht[-_.]?antworten|mailer-daemon|postmaster|bounces?)(?:[-_.+=].*)?@",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A mail that is ready: who it is from and to, for the envelope; its id; its bytes."""

    sender: str
    recipient: str
    message_id: str
    data: bytes


def whom(post: Post) -> str | None:
    """The address that an answer goes to."""
    address = str(post.raw.get("reply_to") or post.author.email or "")
    return address if _ADDRESS.fullmatch(address) else None


def refusal(post: Post, ours: str) -> str | None:
    """Why no answer can go to the sender of this mail, as a sentence."""
    address = whom(post)
    if address is None:
        return mark("The mail names no address that an answer could go to.")
    if address.lower() == ours.lower():
        return mark("The answer would go to our own address.")
    if _MACHINES.match(address):
        return f"Nobody reads what is sent to {address}."
    if post.raw.get("list"):
        return mark("The mail came over a mailing list: an answer would not go to one customer alone.")
    return None


def answer(post: Post, text: str, key: str, ours: str, name: str, now: datetime) -> Outgoing:
    """The answer to a post, from our address; its id comes from the key, so that the same answer has the same id."""
    recipient = whom(post)
    if recipient is None:
        raise PermanentError(mark("The mail names no address that an answer could go to."))
    utf8 = Charset("utf-8")
    utf8.body_encoding = QP
    mail = Message(policy=compat32.clone(linesep="\r\n"))
    mail["MIME-Version"] = "1.0"
    mail.set_payload(_lines(text), utf8)
    sender, to = _ascii(ours), _ascii(recipient)
    named = one_line(name)
    mail["From"] = f"{_phrase(named)} <{sender}>" if named else sender
    mail["To"] = to
    mail["Subject"] = _words(_subject(post))
    mail["Date"] = format_datetime(now)
    message_id = f"{OURS}{_key(key)}@{sender.rpartition('@')[2]}"
    mail["Message-ID"] = f"<{message_id}>"
    answered = _answered(post)
    if answered is not None:
        mail["In-Reply-To"] = f"<{answered}>"
        mail["References"] = "\n ".join(f"<{each}>" for each in _references(post, answered))
    return Outgoing(sender, to, message_id, mail.as_bytes())


def _lines(text: str) -> str:
    said = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode()
    return f"{said.rstrip()}\n"


def one_line(text: str) -> str:
    """Without line ends and other characters that are not to be seen."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", text).encode("utf-8", "replace").decode().split())


def _subject(post: Post) -> str:
    about = one_line(str(post.raw.get("subject") or ""))[:300]
    return about if _PREFIX.match(about) else f"Re: {about}".strip()


def _answered(post: Post) -> str | None:
    """The mail that is answered: of a report that an answer did not arrive, the one which that had answered."""
    answered = post.parent_id if post.raw.get("bounced") else post.external_id
    return answered if answered is not None and _is_id(answered) else None


def _is_id(text: str) -> bool:
    """Is it one that its sender gave, and none of our making?"""
    return _ID.fullmatch(text) is not None and "#" not in text


def _references(post: Post, answered: str) -> Sequence[str]:
    """What the mail itself named and the mail; of a long chain its beginning and its end."""
    named = post.raw.get("references")
    chain = [str(each) for each in named] if isinstance(named, list) else []
    if not chain and post.parent_id:
        chain = [post.parent_id]
    chain = [each for each in dict.fromkeys(chain) if _is_id(each) and each != answered] + [answered]
    return chain if len(chain) <= _MOST_REFERENCES else [chain[0], *chain[1 - _MOST_REFERENCES :]]


def _key(key: str) -> str:
    return key if _KEY.fullmatch(key) else hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=16).hexdigest()


def _words(text: str) -> str:
    return text if text.isascii() else Header(text, "utf-8").encode()


def _phrase(name: str) -> str:
    return f'"{quote(name)}"' if name.isascii() else Header(name, "utf-8").encode()


def _ascii(address: str) -> str:
    """The address with its domain as servers know it."""
    local, _, domain = address.rpartition("@")
    try:
        return f"{local.encode('ascii').decode()}@{domain.encode('idna').decode()}"
    except UnicodeError as error:
        raise PermanentError(f"{address} is no address that every server takes.") from error
