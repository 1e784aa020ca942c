"""What stands on a site of Stack Exchange, as posts. https://api.stackexchange.com/docs/types/question"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.domain.post import Author, Post
from integrations.text import plain


def parts_of(item: Any) -> list[Any]:
    """What stands in an item: a question, its comments, its answers with theirs; each knows its question."""
    parts = [item, *_under(item, "comments")]
    for answer in _under(item, "answers"):
        parts += [answer, *_under(answer, "comments")]
    return parts


def _under(item: Any, name: str) -> list[Any]:
    listed = item.get(name) if isinstance(item, dict) else None
    if not isinstance(listed, list):
        return []
    question = {"question_id": item["question_id"]} if "question_id" in item else {}
    return [{**part, **question} if isinstance(part, dict) else part for part in listed]


def key_of(part: Any) -> str:
    """The id of a part. Comments are counted apart from questions and answers."""
    if not isinstance(part, dict):
        return ""
    if "comment_id" in part:
        return f"c{part['comment_id']}"
    return str(part["answer_id"] if "answer_id" in part else part.get("question_id", ""))


def time_of(item: Any) -> int:
    """When it was written, in seconds; 0 where it does not say."""
    at = item.get("creation_date") if isinstance(item, dict) else None
    return at if isinstance(at, int) else 0


def part_post(part: Mapping[str, Any], network: str, account: str, received_at: datetime) -> Post:
    """A question, an answer or a comment as a post. A question is the root of what stands under it."""
    owner, html = part.get("owner") or {}, str(part["body"])
    question = str(part["question_id"]) if "answer_id" in part or "comment_id" in part else None
    title = plain(part["title"]) if question is None else ""
    edited = part.get("last_edit_date")
    counts = {"score": part.get("score"), "views": part.get("view_count"), "answers": part.get("answer_count")}
    return Post(
        network=network,
        account=account,
        external_id=key_of(part),
        root_id=question,
        parent_id=str(part.get("post_id") or question) if question is not None else None,
        author=_author(owner),
        text="\n\n".join(filter(None, (title, plain(html))))[:50_000],
        html=html[:200_000] or None,
        posted_at=datetime.fromtimestamp(part["creation_date"], UTC),
        edited_at=datetime.fromtimestamp(edited, UTC) if edited else None,
        fetched_at=received_at,
        url=part.get("link"),
        metrics={name: count for name, count in counts.items() if isinstance(count, int)},
        raw={"tags": part["tags"]} if part.get("tags") else {},
    )


def _author(owner: Mapping[str, Any]) -> Author:
    """Whoever deleted their account has a name at most: https://api.stackexchange.com/docs/types/shallow-user"""
    id_ = str(owner["user_id"]) if owner.get("user_id") is not None else None
    return Author(
        external_id=id_,
        handle=plain(owner.get("display_name") or "")[:255] or id_ or "unknown",
        profile_url=owner.get("link"),
        avatar_url=owner.get("profile_image"),
    )
