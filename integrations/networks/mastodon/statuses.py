"""Statuses and notifications of Mastodon's API as events. Pure. https://docs.joinmastodon.org/entities/Status/"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from bot.domain.post import Author, Media, Post, SourceEvent, Visibility
from integrations.source import written
from integrations.text import plain

_LONGEST = 50_000
_TOLD = {"mention": False, "quote": False, "update": True}
"""The notifications that bring a post, and whether it is an edit."""

_NO_POSTS = frozenset({
    "admin.report", "admin.sign_up", "annual_report", "favourite", "follow", "follow_request", "moderation_warning",
    "move", "pleroma:emoji_reaction", "poll", "quoted_update", "reaction", "reblog", "severed_relationships", "status",
})  # fmt: skip
"""Notifications in which nobody says anything to us. https://docs.joinmastodon.org/entities/Notification/#type"""

_VISIBILITIES = {"public": Visibility.PUBLIC, "unlisted": Visibility.UNLISTED}
_TYPES = {"image": "image", "gifv": "video", "video": "video", "audio": "audio"}
_MENTION = re.compile(r"(?<![=/\w])@(\w[\w.-]*)@[\w.-]*\w(?::\d+)?")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Us:
    """Our own account: its id, `@acme@host` and the host; empty where they are not known yet."""

    id: str = ""
    handle: str = ""
    host: str = ""

    def wrote(self, author: Author, id: str) -> bool:
        """Is this author we?"""
        same = author.handle.casefold() == self.handle.lstrip("@").casefold()
        return (bool(self.id) and id == self.id) or (bool(self.handle) and same)


def read_item(item: Any, network: str, us: Us, account: str, fetched_at: datetime) -> SourceEvent | None:
    """What a notification or a status says; None for our own, and where nobody says anything to us."""
    if "content" in item:
        status, edited = item, False
    elif (kind := str(item["type"])) in _TOLD:
        status, edited = item["status"], _TOLD[kind]
    elif kind in _NO_POSTS:
        return None
    else:
        raise ValueError(f"notifications of the type “{kind}” are not known")
    post = read_status(status, network, us, account, fetched_at)
    if us.wrote(post.author, str(status["account"].get("id") or "")):
        return None
    return written(post, edited=edited, revision=revision(post) if edited else "")


def revision(post: Post) -> str:
    """What tells one edit from another."""
    return post.edited_at.isoformat() if post.edited_at is not None else ""


def read_status(status: Mapping[str, Any], network: str, us: Us, account: str, fetched_at: datetime) -> Post:
    """One status as a post. A content warning stands before the text."""
    html = str(status["content"] or "")
    warning = str(status.get("spoiler_text") or "").strip()
    text = "\n\n".join(filter(None, (warning, plain(html))))
    counts = {"likes": "favourites_count", "shares": "reblogs_count", "replies": "replies_count"}
    return Post(
        network=network,
        account=account,
        external_id=str(status["id"]),
        parent_id=_text(status.get("in_reply_to_id"), 512),
        author=_author(status["account"], us),
        text=text[:_LONGEST],
        html=html[: 4 * _LONGEST] or None,
        lang=_text(status.get("language"), 35),
        posted_at=datetime.fromisoformat(status["created_at"]),
        edited_at=datetime.fromisoformat(status["edited_at"]) if status.get("edited_at") else None,
        fetched_at=fetched_at,
        url=_address(status.get("url")) or _address(status.get("uri")),
        media=tuple(filter(None, map(_media, status.get("media_attachments") or ())))[:50],
        visibility=_VISIBILITIES.get(str(status.get("visibility") or "public"), Visibility.PRIVATE),
        metrics={name: status[field] for name, field in counts.items() if isinstance(status.get(field), int)},
        raw={
            name: value
            for name in ("uri", "visibility", "sensitive", "spoiler_text", "tags", "poll")
            if (value := status.get(name))
        },
    )


def mention(post: Post) -> str:
    """What an answer begins with, so that the author hears of it."""
    return f"@{post.author.handle.lstrip('@')}"


def with_short_mentions(text: str) -> str:
    """Of `@maya@example.social` the network counts, and shows, `@maya`."""
    return _MENTION.sub(r"@\1", text)


def comparable(text: str) -> str:
    """The same for a text that was sent and for what the network made of it."""
    return _SPACES.sub("", with_short_mentions(unicodedata.normalize("NFC", text)))


def _author(account: Mapping[str, Any], us: Us) -> Author:
    handle, url = str(account["acct"]), _address(account.get("url"))
    if "@" not in handle:
        # Servers leave the host out for their own people.
        host = us.host or (urlsplit(url).hostname if url else "")
        handle = f"{handle}@{host}" if host else handle
    followers = account.get("followers_count")
    # Ids are each server's own; the address is the same everywhere.
    stable = url if url and len(url) <= 255 else _text(account.get("id"), 255)
    return Author(
        external_id=stable,
        handle=handle[:255],
        display_name=_text(account.get("display_name"), 500),
        followers=followers if isinstance(followers, int) and followers >= 0 else None,
        profile_url=url,
        avatar_url=_address(account.get("avatar")),
    )


def _media(attachment: Mapping[str, Any]) -> Media | None:
    url = _address(attachment.get("url")) or _address(attachment.get("remote_url"))
    if url is None:
        return None
    kind = _TYPES.get(str(attachment.get("type")), "file")
    return Media(url=url, type=kind, alt=_text(attachment.get("description"), 5000))


def _text(value: Any, longest: int) -> str | None:
    return str(value)[:longest] if value else None


def _address(value: Any) -> str | None:
    """An address that is safe to show as a link."""
    text = str(value or "")
    return text if text.startswith(("http://", "https://")) and len(text) <= 2000 else None
