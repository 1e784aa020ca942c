"""Reviews as Apple writes them, as posts. Pure.

https://developer.apple.com/documentation/appstoreconnectapi/customerreview
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.domain.post import Author, Post, SourceEvent
from integrations.ratings import stars
from integrations.source import written
from integrations.watching import moment


def reviews_in(said: Any) -> tuple[list[Any], Mapping[str, Any]]:
    """The reviews of a page or the one of an answer, and the developer's answers beside them by id; raises `TypeError`."""
    reviews, beside = said["data"], said.get("included")
    if isinstance(reviews, dict):
        reviews = [reviews]
    if not isinstance(reviews, list):
        raise TypeError("no list of reviews")
    answers = [each for each in beside if isinstance(each, dict)] if isinstance(beside, list) else []
    return reviews, {str(each.get("id")): each.get("attributes") for each in answers}


def review_event(
    review: Mapping[str, Any], answers: Mapping[str, Any], network: str, account: str, app: str, received_at: datetime
) -> SourceEvent:
    """What the customer wrote. A territory is no language: whoever lives there may write in any."""
    if review.get("type", "customerReviews") != "customerReviews":
        raise ValueError(f"a resource of type {review['type']}")
    said, id_ = review["attributes"], review["id"]
    if not isinstance(id_, str | int) or not id_:
        raise ValueError("a review without an id")
    words = [said.get(name) for name in ("title", "body")]
    if not all(isinstance(each, str | None) for each in words):
        raise TypeError("the text is no text")
    answer = _answer_of(review)
    raw = {"territory": said.get("territory"), "answered": answer is not None, "answer": answers.get(answer or "")}
    post = Post(
        network=network,
        account=account,
        external_id=str(id_),
        # Nobody has an id there, and many have one name: each has one review of an app, so its id is theirs.
        author=Author(external_id=str(id_)[:255], handle=str(said.get("reviewerNickname") or "")[:255] or "unknown"),
        text="\n\n".join(each for each in words if each)[:50_000],
        posted_at=moment(said["createdDate"]) if said.get("createdDate") else received_at,
        fetched_at=received_at,
        url=f"https://apps.apple.com/app/id{app}?see-all=reviews" if app else None,
        rating=stars(said.get("rating")),
        best_rating=5,
        raw={name: value for name, value in raw.items() if value},
    )
    return written(post)


def _answer_of(review: Mapping[str, Any]) -> str | None:
    """The id of the developer's answer; only with `include=response` it is named."""
    place: Any = review
    for name in ("relationships", "response", "data"):
        place = place.get(name) if isinstance(place, dict) else None
    return str(place["id"]) if isinstance(place, dict) and place.get("id") else None
