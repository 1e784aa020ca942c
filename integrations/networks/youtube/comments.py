"""YouTube's comments as posts. https://developers.google.com/youtube/v3/docs/comments"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.domain.post import Author, Post


def comments_of(item: Any) -> list[Any]:
    """The comments of an item: of a thread its first and the replies it shows, else the item itself."""
    snippet = item.get("snippet") if isinstance(item, dict) else None
    top = snippet.get("topLevelComment") if isinstance(snippet, dict) else None
    if not isinstance(top, dict) or not isinstance(snippet, dict):
        return [item]
    replies = item.get("replies")
    shown = replies.get("comments") if isinstance(replies, dict) else None
    more = shown if isinstance(shown, list) else []
    return [{**top, "totalReplyCount": snippet.get("totalReplyCount")}, *more]


def comment_post(comment: Mapping[str, Any], network: str, account: str, received_at: datetime) -> Post:
    """A comment, or a reply to one, as a post. A reply's root is the comment that its thread began with."""
    snippet, id_ = comment["snippet"], comment["id"]
    author_id = (snippet.get("authorChannelId") or {}).get("value")
    posted, updated = moment(snippet["publishedAt"]), moment(snippet.get("updatedAt") or snippet["publishedAt"])
    parent, video = snippet.get("parentId"), snippet.get("videoId")
    text = snippet.get("textOriginal") or snippet["textDisplay"]
    counts = {"likes": snippet.get("likeCount"), "replies": comment.get("totalReplyCount")}
    return Post(
        network=network,
        account=account,
        external_id=id_,
        root_id=parent,
        parent_id=parent,
        author=Author(
            external_id=author_id,
            handle=(snippet.get("authorDisplayName") or author_id or "unknown")[:255],
            profile_url=_link(snippet.get("authorChannelUrl")),
            avatar_url=_link(snippet.get("authorProfileImageUrl")),
        ),
        text=text.replace("\0", "�")[:50_000],
        posted_at=posted,
        edited_at=updated if updated != posted else None,
        fetched_at=received_at,
        url=f"https://www.youtube.com/watch?v={video}&lc={id_}" if video else None,
        metrics={name: count for name, count in counts.items() if isinstance(count, int)},
        raw={"video": video} if video else {},
    )


def moment(text: str) -> datetime:
    """A time as YouTube writes it."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def same_text(one: str, other: str) -> bool:
    """Is it one text, whatever was done to white space and to characters that nobody sees?"""
    unseen = str.maketrans("", "", "\u200b\ufeff")
    return one.translate(unseen).split() == other.translate(unseen).split()


def _link(value: Any) -> str | None:
    return (
        value if isinstance(value, str) and value.startswith(("https://", "http://")) and len(value) <= 2000 else None
    )
