"""The headers of a mail, however they were written. Pure.

https://www.rfc-editor.org/rfc/rfc5322 says how they should be, RFC 2047 and RFC 2231 how they say what is not ASCII.
Read from the raw header and not by Python's own header classes, which fail on many a header found in the wild.
"""

from __future__ import annotations

import binascii
import hashlib
import quopri
import re
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.utils import collapse_rfc2231_value, parsedate_to_datetime

from integrations.networks.email.charsets import decoded

_LONGEST = 20_000
"""Characters of a header that are looked at: half from its beginning, half from its end."""

_LONGEST_ID = 400
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)

_WORD = re.compile(r"=\?([^?\s]{1,75})\?([bBqQ])\?([^?\r\n]*)\?=")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")
_NAMED = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*+)"|([^<"]*+))\s*<\s*([^<>\s]*)\s*>')
_ADDRESS = re.compile(r"[^\s<>()\[\]\\,;:\"@]{1,128}@(?:[^\s<>()\\,;:\"@.\[\]]{1,63}\.)*[^\s<>()\\,;:\"@.\[\]]{1,63}")
_ID = re.compile(r"<\s*([^<>\s]+)\s*>")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")


def header(part: Message, name: str) -> str:
    """The first header of this name in one line, not decoded but for raw bytes; empty where there is none."""
    for found, value in part.raw_items():
        if found.lower() == name:
            return _line(str(value))
    return ""


def _line(raw: str) -> str:
    if len(raw) > _LONGEST:
        raw = f"{raw[: _LONGEST // 2]} {raw[-_LONGEST // 2 :]}"
    text = raw if raw.isascii() else decoded(raw.encode("utf-8", "surrogateescape"))
    return " ".join(text.replace("\0", "").split())


def words(raw: str) -> str:
    """Encoded words decoded, on one line. A character may be broken across two of them."""
    pieces: list[tuple[str | None, bytes]] = []
    at = 0
    for match in _WORD.finditer(raw):
        between = raw[at : match.start()]
        # White space between two encoded words is not meant.
        if between.strip() or (between and not at):
            pieces.append((None, between.encode("utf-8", "replace")))
        charset = match[1].partition("*")[0].lower()
        said = _said(match[2].lower(), match[3])
        if pieces and pieces[-1][0] == charset:
            pieces[-1] = charset, pieces[-1][1] + said
        else:
            pieces.append((charset, said))
        at = match.end()
    pieces.append((None, raw[at:].encode("utf-8", "replace")))
    text = "".join(decoded(said, charset or "utf-8") for charset, said in pieces)
    return " ".join(_UNSEEN.sub(" ", text).split())


def _said(encoding: str, text: str) -> bytes:
    data = text.encode("utf-8", "replace")
    if encoding == "q":
        return quopri.decodestring(data, header=True)
    digits = _NOT_BASE64.sub(b"", data)
    if len(digits) % 4 == 1:
        digits = digits[:-1]
    return binascii.a2b_base64(digits + b"=" * (-len(digits) % 4))


def subject(part: Message) -> str:
    """The subject as it is read."""
    return words(header(part, "subject"))


def mailbox(raw: str) -> tuple[str, str] | None:
    """The first (display name, address) of a header with addresses. Display names prove nothing, so they are never taken
    for the address."""
    named = _NAMED.match(raw)
    if named is not None and _ADDRESS.fullmatch(named[3]):
        quoted = re.sub(r"\\(.)", r"\1", named[1]) if named[1] is not None else named[2]
        return words(quoted).strip("\"' "), named[3].lower()
    bare = re.match(rf"\s*({_ADDRESS.pattern})\s*(?:\(([^()]*)\))?", raw)
    if bare is not None:
        return words(bare[2] or ""), bare[1].lower()
    # Some encode the address too.
    read = words(raw)
    if read != raw and (again := re.search(rf"<\s*({_ADDRESS.pattern})\s*>|^({_ADDRESS.pattern})$", read)):
        return read[: again.start()].strip("\"' "), (again[1] or again[2]).lower()
    return None


def ids(raw: str) -> list[str]:
    """The message ids that a header names, without their brackets, each once."""
    return list(dict.fromkeys(short_id(found) for found in _ID.findall(raw)))


def short_id(message_id: str) -> str:
    """The id itself; of one that is too long to be kept, its beginning and a digest."""
    if len(message_id) <= _LONGEST_ID:
        return message_id
    digest = hashlib.blake2b(message_id.encode("utf-8", "replace"), digest_size=16).hexdigest()
    return f"{message_id[:100]}…{digest}"


def moment(raw: str, received_at: datetime) -> datetime:
    """When it was written: what it says where that can be true, else when it was received."""
    try:
        at = parsedate_to_datetime(raw)
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return received_at
    return min(at, received_at) if _EARLIEST <= at <= received_at + timedelta(hours=26) else received_at


def parameter(part: Message, name: str, key: str) -> str:
    """`key=value` of a header, as RFC 2231 has it, or with encoded words as many write it."""
    alone = Message()
    alone[name] = header(part, name)[:2_000]
    value = alone.get_param(key, "", name)
    try:
        read = collapse_rfc2231_value(value) if value else ""
    except (LookupError, ValueError):
        read = str(value[-1]) if isinstance(value, tuple) else ""
    return words(read.encode("utf-8", "replace").decode())


def file_name(part: Message) -> str:
    """What the attachment is called."""
    return parameter(part, "content-disposition", "filename") or parameter(part, "content-type", "name")
