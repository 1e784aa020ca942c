"""What Bluesky says about a post, as a Post. Pure.

https://github.com/bluesky-social/atproto/tree/main/lexicons/app/bsky/feed
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from bot.domain.post import Author, Media, Post

POST = "app.bsky.feed.post"
_COUNTS = {"likeCount": "likes", "repostCount": "shares", "replyCount": "replies", "quoteCount": "quotes"}


def read_post(view: Mapping[str, Any], network: str, account: str, received_at: datetime) -> Post:
    """A notification, or a post as lists show it; raises `ValueError`, `LookupError` or `TypeError` for what is none."""
    author, record = view["author"], view["record"]
    if record.get("$type", POST) != POST:
        raise ValueError(f"a record of another kind: {record['$type']}")
    did, uri = str(author["did"]), str(view["uri"])
    # Whose name does not lead to them has none.
    handle = did if author["handle"] == "handle.invalid" else str(author["handle"])
    page = f"https://bsky.app/profile/{handle}"
    answered = record.get("reply") or {}
    return Post(
        network=network,
        account=account,
        external_id=uri,
        root_id=answered["root"]["uri"] if answered else None,
        parent_id=answered["parent"]["uri"] if answered else None,
        author=Author(
            external_id=did,
            handle=handle,
            display_name=str(author.get("displayName") or "").strip()[:500] or None,
            verified=(author.get("verification") or {}).get("verifiedStatus") == "valid" or None,
            profile_url=page,
            avatar_url=_web_address(author.get("avatar")),
        ),
        text=str(record.get("text") or "")[:50_000],
        lang=_lang(record.get("langs")),
        # Apps may write any time they like; lists show the earlier one.
        posted_at=min(_moment(record.get("createdAt")) or received_at, listed_at(view, received_at)),
        fetched_at=received_at,
        url=f"{page}/post/{uri.rpartition('/')[2]}",
        media=tuple(_media(view.get("embed")))[:50],
        metrics={name: view[key] for key, name in _COUNTS.items() if isinstance(view.get(key), int)},
        raw={key: view[key] for key in ("cid", "reason", "labels", "viewer") if view.get(key)},
    )


def is_by(author: Mapping[str, Any], whom: Collection[str | None]) -> bool:
    """Is this one of these handles or ids?"""
    known = {each.removeprefix("@").lower() for each in whom if each}
    return str(author["handle"]).lower() in known or str(author.get("did")).lower() in known


def key_of(item: Any) -> str:
    """The address of the post; of what has none, a digest."""
    if isinstance(item, dict) and isinstance(item.get("uri"), str):
        return str(item["uri"])
    return hashlib.blake2b(orjson.dumps(item, default=str), digest_size=12).hexdigest()


def listed_at(item: Any, now: datetime) -> datetime:
    """When the item stands in its list; what does not say so stands at its top."""
    moment = _moment(item.get("indexedAt")) if isinstance(item, dict) else None
    return min(moment or now, now)


def _moment(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(value))
        return moment.astimezone(UTC) if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def _lang(langs: Any) -> str | None:
    first = langs[0] if isinstance(langs, list) and langs else None
    return first if isinstance(first, str) and 0 < len(first) <= 35 else None


def _media(embed: Any) -> list[Media]:
    """What is shown with a post, with its alternative text; a quoted post is none of it."""
    if not isinstance(embed, dict):
        return []
    match embed.get("$type"):
        case "app.bsky.embed.images#view":
            found = [(image.get("fullsize"), "image", image.get("alt")) for image in embed["images"]]
        case "app.bsky.embed.video#view":
            found = [(embed.get("playlist"), "video", embed.get("alt"))]
        case "app.bsky.embed.external#view":
            found = [(embed["external"].get("uri"), "link", embed["external"].get("title"))]
        case "app.bsky.embed.recordWithMedia#view":
            return _media(embed.get("media"))
        case _:
            return []
    return [
        Media(url=url, type=kind, alt=str(alt or "")[:5000] or None)
        for address, kind, alt in found
        if (url := _web_address(address)) is not None
    ]


def _web_address(value: Any) -> str | None:
    """An address that is safe to show as a link."""
    text = str(value or "")
    return text if text.startswith(("http://", "https://")) and len(text) <= 2000 else None
