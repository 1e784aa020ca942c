"""A review on Google Play as a post. https://developers.google.com/android-publisher/api-ref/rest/v3/reviews#Review"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from bot.domain.post import Author, Post, SourceEvent
from integrations.google import NOBODY
from integrations.ratings import count, stars
from integrations.source import written

_RAW = ("device", "androidOsVersion", "appVersionCode", "appVersionName", "reviewerLanguage", "deviceMetadata")
_COUNTS = {"likes": "thumbsUpCount", "dislikes": "thumbsDownCount"}


def page_of(said: Any) -> tuple[list[Any], str]:
    """The reviews of a page, or the one of an answer, and where the next page is; raises `ValueError` where it is none.

    An empty one names no reviews.
    """
    if not isinstance(said, Mapping) or said.keys() & {"error", "message"}:
        raise ValueError("no page of reviews")
    reviews = [said] if "reviewId" in said else said.get("reviews") or []
    if not isinstance(reviews, list):
        raise ValueError("no page of reviews")
    pagination = said.get("tokenPagination")
    return reviews, str(pagination.get("nextPageToken") or "") if isinstance(pagination, Mapping) else ""


def applied(said: Mapping[str, Any]) -> str:
    """The answer as Google has set it: without its tags."""
    result = said.get("result")
    return str(result.get("replyText") or "") if isinstance(result, Mapping) else ""


def review_event(
    review: Mapping[str, Any], package: str, network: str, account: str, received_at: datetime
) -> SourceEvent:
    """What the customer wrote, in their own language. Who that is has no id: they have one review of an app, so its id is theirs.

    The revision is when it was changed, or else what it says.
    """
    said, id_ = _latest(review, "userComment"), review["reviewId"]
    if not said or not isinstance(id_, str | int):
        kinds = sorted({str(kind) for comment in _comments(review) for kind in comment})
        raise ValueError(f"a review with {', '.join(kinds) or 'no comment'}")
    changed_at = _moment(said.get("lastModified"))
    name = " ".join(str(review.get("authorName") or "").replace("\0", "").split())[:255]
    text = said.get("originalText") or said.get("text") or ""
    if not isinstance(text, str):
        raise TypeError("the text is no text")
    post = Post(
        network=network,
        account=account,
        external_id=str(id_),
        author=Author(external_id=str(id_)[:255], handle=name or NOBODY),
        # A title of its own stands before a tab.
        text="\n".join(filter(None, text.replace("\0", "�").strip().split("\t", 1)))[:50_000],
        posted_at=changed_at or received_at,
        fetched_at=received_at,
        url=f"https://play.google.com/store/apps/details?id={quote(package)}&reviewId={quote(str(id_), safe='')}"[
            :2000
        ],
        rating=stars(said.get("starRating")),
        best_rating=5,
        metrics={name: number for name, given in _COUNTS.items() if (number := count(said.get(given))) is not None},
        raw={name: said[name] for name in _RAW if said.get(name)} | ({"answered": True} if answer(review) else {}),
    )
    words = f"{post.rating} {post.text}".encode("utf-8", "replace")
    revision = f"{changed_at.timestamp():.6f}" if changed_at else hashlib.blake2b(words, digest_size=8).hexdigest()
    return written(post, revision=revision)


def answer(review: Mapping[str, Any]) -> str:
    """The developer's answer, where it was given after the customer's last change."""
    said, answered = _latest(review, "userComment") or {}, _latest(review, "developerComment") or {}
    first = datetime.fromtimestamp(0, UTC)
    newer = (_moment(answered.get("lastModified")) or first) >= (_moment(said.get("lastModified")) or first)
    return str(answered.get("text") or "") if newer else ""


def _latest(review: Mapping[str, Any], kind: str) -> Mapping[str, Any] | None:
    found = [each[kind] for each in _comments(review) if isinstance(each.get(kind), Mapping)]
    return found[0] if found else None


def _comments(review: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    listed = review.get("comments")
    return [each for each in listed if isinstance(each, Mapping)] if isinstance(listed, list) else []


def _moment(at: Any) -> datetime | None:
    """Seconds and nanoseconds, or RFC 3339."""
    if isinstance(at, str) and at:
        moment = datetime.fromisoformat(at)
        return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    if not isinstance(at, Mapping) or not at.get("seconds"):
        return None
    return datetime.fromtimestamp(int(at["seconds"]) + int(at.get("nanos") or 0) / 1e9, UTC)
