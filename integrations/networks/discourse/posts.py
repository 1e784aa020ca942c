"""What a post on a Discourse forum says, as the fields of a post. Pure. https://docs.discourse.org/#tag/Posts"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from bot.domain.post import Author, Media, Visibility
from integrations.text import plain

_LONGEST, _LONGEST_HTML = 50_000, 200_000
_MOST_MEDIA = 50

_REGULAR = 1
_NO_POSTS = frozenset({2, 3, 4})
"""Post types by which Discourse tells what a moderator did, what happened to the topic, and what staff whisper."""

_LIKE = 2

_IMAGE = re.compile(r"<img\b[^<>]*>")
_ATTACHMENT = re.compile(r"<a\b[^<>]*\bclass=\"attachment\"[^<>]*>([^<>]*)<")
_ATTRIBUTE = re.compile(r"\b(src|href|alt|class)=\"([^\"<>]*)\"")
_ORNAMENTS = frozenset({"emoji", "avatar", "site-icon", "favicon", "thumbnail"})
"""Classes of pictures that nobody attached: smileys, faces beside quotes, previews of links."""


def read_post(item: Mapping[str, Any], base: str, received_at: datetime) -> dict[str, Any]:
    """The fields of a `Post` but its network and account; raises `LookupError`, `TypeError` or `ValueError`."""
    topic, number, cooked = int(item["topic_id"]), int(item["post_number"]), str(item.get("cooked") or "")
    title = str(item.get("topic_title") or "").strip() if number == 1 else ""
    answered = item.get("reply_to_post_number")
    private = item.get("topic_archetype") == "private_message"
    more = {name: item[name] for name in ("id", "topic_title", "category_id", "category_slug") if item.get(name)}
    return {
        "external_id": f"{topic}/{number}",
        "root_id": f"{topic}/1" if number > 1 else None,
        "parent_id": f"{topic}/{int(answered)}" if answered else None,
        "author": _author(item, base),
        "text": "\n\n".join(filter(None, (title, plain(cooked[:_LONGEST_HTML]))))[:_LONGEST],
        "html": cooked[:_LONGEST_HTML] or None,
        "lang": str(item["locale"]).replace("_", "-")[:35] if item.get("locale") else None,
        "posted_at": datetime.fromisoformat(item["created_at"]),
        "edited_at": datetime.fromisoformat(item["updated_at"]) if version(item) > 1 else None,
        "fetched_at": received_at,
        "url": address(item, base),
        "media": _media(cooked[:_LONGEST_HTML], base),
        "visibility": Visibility.PRIVATE if private else Visibility.PUBLIC,
        "metrics": _metrics(item),
        "raw": more,
    }


def address(item: Mapping[str, Any], base: str) -> str:
    """Where the post can be read."""
    return f"{base}/t/{item.get('topic_slug') or '-'}/{item['topic_id']}/{item['post_number']}"


def revision(item: Mapping[str, Any]) -> str:
    """Tells this state of a post from others. Edits within five minutes leave the version as it is."""
    said = str(item.get("raw") or item.get("cooked") or "")
    return f"{version(item)}-{hashlib.blake2b(said.encode('utf-8', 'replace'), digest_size=6).hexdigest()}"


def gone(item: Mapping[str, Any]) -> bool:
    """Deleted by staff, or by its author: then it stands there for a day yet, with another text."""
    return bool(item.get("deleted_at") or item.get("user_deleted"))


def customers(item: Mapping[str, Any], ours: frozenset[str], *, staff: bool) -> bool:
    """Did a customer write this? `ours` are usernames in lower case; with `staff` the forum's staff are customers too."""
    kind = item.get("post_type", _REGULAR)
    if kind in _NO_POSTS:
        return False
    if kind != _REGULAR:
        raise ValueError(f"post_type {kind} is not known")
    # The system's own users have numbers below zero.
    if str(item["username"]).lower() in ours or (isinstance(item.get("user_id"), int) and item["user_id"] < 0):
        return False
    return staff or not (item.get("staff") or item.get("admin") or item.get("moderator"))


def version(item: Mapping[str, Any]) -> int:
    """Counts from 1 and rises with each edit."""
    number = item.get("version")
    return number if isinstance(number, int) else 1


def _author(item: Mapping[str, Any], base: str) -> Author:
    name, picture = str(item["username"]), str(item.get("avatar_template") or "").replace("{size}", "144")
    display = str(item.get("name") or item.get("display_username") or "").strip()
    return Author(
        external_id=str(item["user_id"]) if item.get("user_id") else None,
        handle=name[:255],
        display_name=display[:500] or None,
        profile_url=f"{base}/u/{name}"[:2000],
        avatar_url=_absolute(picture, base) if picture else None,
    )


def _metrics(item: Mapping[str, Any]) -> dict[str, int]:
    counts = {"replies": item.get("reply_count"), "reads": item.get("reads")}
    for action in item.get("actions_summary") or ():
        if action.get("id") == _LIKE:
            counts["likes"] = action.get("count")
    return {name: count for name, count in counts.items() if isinstance(count, int)}


def _media(cooked: str, base: str) -> tuple[Media, ...]:
    found: dict[str, Media] = {}
    for tag in _IMAGE.findall(cooked):
        attributes = {name: plain(value) for name, value in _ATTRIBUTE.findall(tag)}
        url = _absolute(attributes.get("src", ""), base)
        if url and not _ORNAMENTS & set(attributes.get("class", "").split()):
            found.setdefault(url, Media(url=url, alt=attributes.get("alt", "")[:5000] or None))
    for tag in _ATTACHMENT.finditer(cooked):
        url = _absolute(plain(dict(_ATTRIBUTE.findall(tag[0])).get("href", "")), base)
        if url:
            found.setdefault(url, Media(url=url, type="file", alt=plain(tag[1])[:5000] or None))
    return tuple(found.values())[:_MOST_MEDIA]


def _absolute(place: str, base: str) -> str | None:
    """A web address, also where the forum leaves its own name out; None where it is none."""
    try:
        url = urljoin(f"{base}/", place)
    except ValueError:
        return None
    return url if place and url.startswith(("https://", "http://")) and len(url) <= 2000 else None
