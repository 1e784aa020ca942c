"""What LinkedIn says, read: its names for things (URNs), comments, posts, and where a page of a list ends. Pure.

https://learn.microsoft.com/linkedin/marketing/community-management/shares/comments-api
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, unquote

from bot.domain.post import Author, Post

COMMENT = "urn:li:comment:"
_COMMENT = re.compile(r"urn:li:comment:\((?:urn:li:)?(\w+:\d+),(\d+)\)")
_POST = re.compile(r"urn:li:\w+:\d+")
_MENTION = re.compile(r"@\[([^\]\\]*(?:\\.[^\]\\]*)*)\]\(urn:li:[\w:]+\)")
_HASHTAG = re.compile(r"\{hashtag\|\\?#\|([^}]*)\}")
_ESCAPED = re.compile(r"\\([\\|{}@\[\]()<>#*_~])")


def coded(urn: str) -> str:
    """A URN as a part of an address: Rest.li takes parentheses, commas and colons for its own otherwise."""
    return quote(urn, safe="")


def comments_under(urn: str) -> str:
    """The address of the comments on a post, or on a comment."""
    return f"/rest/socialActions/{coded(urn)}/comments"


def known_as(urn: object) -> str:
    """A URN as the API writes it: deliveries leave out a part of a comment's. Raises ValueError for what is none."""
    said = str(urn)
    if (comment := _COMMENT.fullmatch(said)) is not None:
        return f"{COMMENT}(urn:li:{comment[1]},{comment[2]})"
    if not said.startswith("urn:li:") or len(said) > 255:
        raise ValueError(f"“{said[:100]}” is no URN")
    return said


def id_of(urn: str) -> str:
    """What a post is kept by: of a comment its number, since the post that it stands under has several URNs."""
    comment = _COMMENT.fullmatch(urn)
    return comment[2] if comment is not None else urn


def under(comment: str) -> str:
    """The URN of the post that a comment stands under."""
    found = _COMMENT.fullmatch(comment)
    if found is None:
        raise ValueError(f"“{comment[:100]}” is no comment")
    return f"urn:li:{found[1]}"


def words(said: Mapping[str, Any]) -> str | None:
    """The text of a comment or post; None where there is none. Mentions and hashtags are read as people see them."""
    message = said.get("message")
    text = message.get("text") if isinstance(message, dict) else said.get("text")
    if isinstance(commentary := said.get("commentary"), str):
        # https://learn.microsoft.com/linkedin/marketing/community-management/shares/little-text-format
        text = _ESCAPED.sub(r"\1", _HASHTAG.sub(r"#\1", _MENTION.sub(r"\1", commentary)))
    return text.replace("\0", "�")[:50_000] if isinstance(text, str) and text.strip() else None


def writer(said: Mapping[str, Any]) -> str:
    """The URN of who wrote it."""
    made = said.get("created")
    who = said.get("actor") or said.get("owner") or said.get("author")
    return str(who or (made.get("actor") if isinstance(made, dict) else None) or "")


def post_of(said: Mapping[str, Any], urn: str, at: Any, network: str, account: str) -> Post:
    """A comment or a post; `at` (ms) is when it happened, where it does not say that itself."""
    made, changed, who = said.get("created"), said.get("lastModified"), writer(said)
    written_at = made.get("time") if isinstance(made, dict) else said.get("publishedAt") or said.get("createdAt")
    later = changed.get("time") if isinstance(changed, dict) else None
    is_comment = urn.startswith(COMMENT)
    above = known_as(said.get("object") or under(urn)) if is_comment else urn
    parent = said.get("parentComment") or (above if above.startswith(COMMENT) else None)
    thread = known_as(parent) if parent else (urn if is_comment else None)
    root = id_of(thread) if thread and parent else None
    posted_at = moment(written_at or at)
    return Post(
        network=network,
        account=account,
        external_id=id_of(urn),
        root_id=root,
        parent_id=root,
        # Names of members are not to be had: https://learn.microsoft.com/linkedin/marketing/data-storage-requirements
        author=Author(external_id=who or None, handle=who.rpartition(":")[2][:255] or "member"),
        text=words(said) or "",
        posted_at=posted_at,
        edited_at=moment(later) if later and written_at and later != written_at else None,
        url=url_of(urn, under(thread) if thread else urn),
        metrics=_counts(said),
    )


def stands(post: Post) -> tuple[str, str]:
    """The comment under which answers to a post stand (a reply has none of its own), and the post that it is under; they are
    one where it is a member's own post. From what is left of it, too, when its words were purged."""
    above = _POST.search(unquote(post.url or ""))
    if not post.external_id.isdecimal() or above is None:
        return post.external_id, post.external_id
    return f"{COMMENT}({above[0]},{post.root_id or post.external_id})", above[0]


def url_of(urn: str, post: str) -> str:
    """Where people see it."""
    comment = f"?commentUrn={coded(urn)}" if urn.startswith(COMMENT) else ""
    return f"https://www.linkedin.com/feed/update/{post}{comment}"


def moment(ms: Any) -> datetime:
    """LinkedIn's times are milliseconds since 1970."""
    if isinstance(ms, bool) or not isinstance(ms, int | float | str):
        raise TypeError(f"{ms!r} is no time")
    return datetime.fromtimestamp(float(ms) / 1000, UTC)


def elements(said: Any) -> list[Any]:
    """The things on a page of a list; raises ValueError where it is none."""
    found = said.get("elements") if isinstance(said, dict) else None
    if not isinstance(found, list):
        raise ValueError("no list")
    return found


def told_in(said: Any) -> list[Any]:
    """The notifications of a delivery, what its API lists, or one event of another type; raises `TypeError` for what is none."""
    listed = next((said[name] for name in ("notifications", "elements") if name in said), None)
    if listed is None and said["type"] and "notifications" not in said:
        return [said]
    if not isinstance(listed, list):
        raise TypeError("no list")
    return listed


def is_comment(said: Any) -> bool:
    """Whether it is a comment as the API lists them, and no notification."""
    return isinstance(said, dict) and "action" not in said and bool(said.get("commentUrn") or said.get("$URN"))


def urn_of(comment: Mapping[str, Any]) -> str:
    """The URN of a comment; earlier versions of the API have it by another name."""
    return known_as(comment.get("commentUrn") or comment["$URN"])


def is_last(said: Mapping[str, Any], read: int) -> bool:
    """Whether no page follows, when so many things were read; False where it does not say."""
    paging = said.get("paging")
    if not isinstance(paging, dict):
        return False
    total, links = paging.get("total"), paging.get("links")
    if isinstance(total, int) and total:
        return read >= total
    return isinstance(links, list) and not any(isinstance(each, dict) and each.get("rel") == "next" for each in links)


def _counts(said: Mapping[str, Any]) -> dict[str, int]:
    likes, comments = said.get("likesSummary"), said.get("commentsSummary")
    counts = {
        "likes": likes.get("totalLikes") if isinstance(likes, dict) else None,
        "replies": comments.get("aggregatedTotalComments") if isinstance(comments, dict) else None,
    }
    return {name: count for name, count in counts.items() if isinstance(count, int) and not isinstance(count, bool)}
