"""What a comment on Instagram says, delivered or read. Pure. https://developers.facebook.com/docs/instagram-platform/webhooks/examples"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.post import Author
from integrations.graph import text_id
from integrations.graph_messages import LONGEST, UNSHOWN, media


def author(value: Mapping[str, Any]) -> Author:
    """`from`, or the username alone, or nobody."""
    who = value.get("from")
    who = who if isinstance(who, dict) else {}
    name = str(who.get("username") or value.get("username") or who.get("id") or "Instagram")
    known = bool(who.get("username") or value.get("username"))
    return Author(
        external_id=str(who["id"]) if who.get("id") else None,
        handle=name[:255],
        profile_url=f"https://www.instagram.com/{name}/" if known and len(name) <= 30 else None,
    )


def comment(value: Mapping[str, Any], live: bool, page: str | None) -> dict[str, Any]:
    """The fields of a `Post` but its network, account and time. `page`: where it can be seen, if nothing better is known."""
    id_ = text_id(value.get("id") or value.get("comment_id"))
    whole = value.get("media")
    whole = whole if isinstance(whole, dict) else {}
    root = str(whole.get("id") or value.get("media_id") or "") or None
    parent = str(value.get("parent_id") or "") or root
    more = {name: whole[name] for name in ("ad_id", "ad_title", "media_product_type") if whole.get(name)}
    return {
        "external_id": id_,
        "root_id": root,
        "parent_id": parent,
        "author": author(value),
        "text": str(value.get("text") or "")[:LONGEST] or UNSHOWN,
        "url": whole.get("permalink") or page,
        "raw": {**({"media": more} if more else {}), **({"live": True} if live else {})},
    }


def mentioned(value: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a `Post` that mentions us: a comment somewhere, or the caption of a picture."""
    where = {name: str(value[name]) for name in ("media_id", "comment_id") if value.get(name)}
    seen = row.get("permalink") or (row.get("media") or {}).get("permalink")
    return {
        "external_id": where.get("comment_id") or where["media_id"],
        "root_id": where["media_id"] if "comment_id" in where else None,
        "parent_id": where["media_id"] if "comment_id" in where else None,
        "author": author(row),
        "text": str(row.get("text") or row.get("caption") or "")[:LONGEST] or UNSHOWN,
        "url": seen,
        "media": tuple(media(row.get("media_url"), "video" if row.get("media_type") == "VIDEO" else "image")),
        "raw": {"mention": where},
    }
