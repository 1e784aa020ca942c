"""RSS and Atom as the wild has them, read with https://feedparser.readthedocs.io/: no ids, HTML where text belongs. Pure."""

from __future__ import annotations

import hashlib
import re
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from io import BytesIO
from typing import Any, Literal
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

import feedparser

from bot.domain.post import Author, Media
from bot.errors import PermanentError
from integrations.networks.rss.dates import moment
from integrations.text import plain

_LONGEST = 50_000
_LARGEST = 20_000_000
"""Bytes that a packed feed may unpack to."""

_CHARACTER_NUMBER = re.compile(rb"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));?")
_MAIL_AND_NAME = re.compile(r"^\s*([^\s()]+@[^\s()]+)\s*\((.+)\)\s*$")
_LEFT_ENTITY = re.compile(r"&(?:amp|quot|apos|lt|gt|nbsp|#\d{2,6}|#x[0-9a-fA-F]{2,5});")
_LEFT_TAGS = re.compile(
    r"\s*<(p|div|span|br|a|b|i|em|strong|img|ul|ol|h[1-6]|blockquote|table)\b[^<>]*>.*(?:</\1>|/?>)\s*", re.DOTALL
)
_FEED_OF_PAGE = re.compile(rb"<link\b[^>]*\btype=[\"']?application/(?:rss|atom)\+xml[^>]*>", re.IGNORECASE)
_HREF = re.compile(rb"\bhref=[\"']?([^\s\"'>]+)", re.IGNORECASE)
_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|msclkid|mc_cid|mc_eid|yclid|igshid", re.IGNORECASE)
_UUID = re.compile(r"(?:urn:uuid:)?[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


ToldBy = Literal["name", "link", "text"]


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed, as feedparser has it; `base` is where its relative links begin."""

    about: Mapping[str, Any]
    entries: list[Any]
    base: str


def read_feed(body: bytes, content_type: str, address: str) -> Feed:
    """The feed that these bytes are; raises `PermanentError` with what they are instead."""
    body = _unpacked(body)
    try:
        read = feedparser.parse(
            BytesIO(_CHARACTER_NUMBER.sub(_replaced, body)),
            # The other headers would only confuse it.
            response_headers={"content-type": content_type} if content_type else {},
            # We read the HTML of entries ourselves.
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except ValueError as error:
        # The name of an encoding may hold what no codec's name can.
        raise PermanentError("names an encoding that nobody knows.") from error
    if not read.get("version") and not read.entries:
        raise PermanentError(f"does not answer with an RSS or Atom feed{_instead(body, address)}.")
    return Feed(read.feed, read.entries, web_address(read.feed.get("link"), address) or address)


def _unpacked(body: bytes) -> bytes:
    """Some servers pack what is packed already."""
    for _ in range(2):
        if not body.startswith(b"\x1f\x8b"):
            break
        try:
            body = zlib.decompressobj(wbits=31).decompress(body, _LARGEST)
        except zlib.error:
            break
    return body


def _replaced(reference: re.Match[bytes]) -> bytes:
    """The parser stumbles over numbers that are no character."""
    digits, base = (reference[1], 16) if reference[1] else (reference[2], 10)
    number = int(digits, base) if len(digits) <= 8 else 0
    return reference[0] if 0 < number < 0xD800 or 0xDFFF < number <= 0x10FFFF else b"&#xFFFD;"


def _instead(body: bytes, address: str) -> str:
    """What the bytes are, if no feed, and what to do then."""
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"{") and b"jsonfeed.org" in start[:2_000]:
        return ", but with a JSON Feed: give the address of its RSS or Atom feed"
    if (link := _FEED_OF_PAGE.search(body[:200_000])) and (href := _HREF.search(link[0])):
        feed = web_address(unescape(href[1].decode("utf-8", "replace")), address)
        return f", but with a web page that names its feed: {feed}" if feed else ""
    return ""


def entry_post(entry: Any, feed: Feed, told_by: ToldBy, received_at: datetime) -> dict[str, Any]:
    """An entry as the fields of a post."""
    html = _content(entry)
    title, body = _seen(entry.get("title", "")), _seen(html)
    # Many feeds repeat the beginning of the text as its title.
    text = body if title and body.startswith(title.rstrip("….")) else "\n\n".join(filter(None, (title, body)))
    return {
        "external_id": _id(entry, text, told_by),
        "author": _author(entry, feed),
        "text": text[:_LONGEST],
        "html": html[: 4 * _LONGEST] or None,
        "lang": (entry.get("language") or feed.about.get("language") or "")[:35] or None,
        "posted_at": moment(entry, ("published", "updated"), received_at) or received_at,
        "edited_at": moment(entry, ("updated",), received_at),
        "fetched_at": received_at,
        "url": web_address(entry.get("link"), feed.base),
        "media": _media(entry, feed.base),
        "raw": {"tags": [tag.get("term") for tag in entry.get("tags", ())]} if entry.get("tags") else {},
    }


def name_of(entry: Any) -> str:
    """The entry's id, else its link: without what changes though it means the same."""
    return _lasting(str(entry.get("id") or "").strip()) or _link(entry)


def told_apart(entries: Sequence[Any]) -> list[ToldBy]:
    """What makes each entry another than the rest: its name, or where several have one name, its link, else its text.

    An entry that the feed shows twice is one.
    """
    links: dict[str, dict[str, str]] = {}
    for entry in entries:
        said = digest(*(str(entry.get(name)) for name in ("title", "link", "summary", "content")))
        links.setdefault(name_of(entry), {})[said] = _link(entry)
    same = {name: Counter(those.values()) for name, those in links.items()}
    told: list[ToldBy] = []
    for entry in entries:
        name, link = name_of(entry), _link(entry)
        told.append("name" if name and len(links[name]) == 1 else "link" if link and same[name][link] == 1 else "text")
    return told


def digest(*parts: str) -> str:
    """A short name for a content."""
    return hashlib.blake2b("\0".join(parts).encode("utf-8", "replace"), digest_size=8).hexdigest()


def web_address(value: Any, base: str = "") -> str | None:
    """An address that is safe to show as a link, without the marks of who clicked where."""
    try:
        text = urljoin(base, str(value or "").strip()) if value else ""
    except ValueError:
        return None
    return _lasting(text) if text.startswith(("http://", "https://")) and len(text) <= 2000 else None


def _lasting(name: str) -> str:
    if _UUID.fullmatch(name):
        return name.lower()
    try:
        parts = urlsplit(name)
        query = parse_qsl(parts.query, keep_blank_values=True) if parts.query else []
    except ValueError:
        return name
    if parts.scheme not in ("http", "https"):
        return name
    kept = [(key, value) for key, value in query if not _TRACKING.fullmatch(key)]
    # Written anew only where something is left out: nothing else about it may change.
    changed = urlencode(kept) if len(kept) < len(query) else parts.query
    return urlunsplit(parts._replace(scheme=parts.scheme.lower(), netloc=parts.netloc.lower(), query=changed))


def _seen(html: str) -> str:
    """The text of a piece of HTML; once more where it was escaped twice."""
    text = plain(html)
    if "<" not in html and _LEFT_TAGS.fullmatch(text):
        return plain(text)
    return unescape(text) if _LEFT_ENTITY.search(text) and "<" not in html else text


def _id(entry: Any, text: str, told_by: ToldBy) -> str:
    name = name_of(entry)
    if told_by == "name" and len(name) <= 500:
        return name
    return f"{name[:480]}#{digest(name, _link(entry) if told_by == 'link' else text)}"


def _link(entry: Any) -> str:
    return _lasting(str(entry.get("link") or "").strip())


def _content(entry: Any) -> str:
    """The longest text of an entry, as HTML."""
    texts = [str(part.get("value", "")) for part in entry.get("content", ())]
    return max([*texts, str(entry.get("summary", ""))], key=len)


def _author(entry: Any, feed: Feed) -> Author:
    detail = entry.get("author_detail") or {}
    # RSS puts both into one; feedparser cuts addresses under longer top-level domains short.
    both = _MAIL_AND_NAME.match(str(entry.get("author") or ""))
    email = both[1] if both else str(detail.get("email") or "").strip()
    name = plain(both[2] if both else detail.get("name") or entry.get("author") or "").strip()
    # A feed without authors speaks for itself.
    handle = name or email or plain(feed.about.get("title", "")).strip() or urlsplit(feed.base).hostname or "unknown"
    return Author(
        handle=handle[:255],
        display_name=handle[:500],
        email=email[:320] or None,
        profile_url=web_address(detail.get("href"), feed.base),
    )


def _media(entry: Any, base: str) -> tuple[Media, ...]:
    found = [(part.get("href"), part.get("type")) for part in entry.get("enclosures", ())]
    found += [(part.get("url"), part.get("medium") or part.get("type")) for part in entry.get("media_content", ())]
    if image := (entry.get("image") or {}).get("href"):
        found.append((image, "image"))
    media: dict[str, Media] = {}
    for address, kind in found:
        if (url := web_address(address, base)) is not None:
            media.setdefault(url, Media(url=url, type=str(kind or "file").partition("/")[0][:100] or "file"))
    return tuple(media.values())[:50]
