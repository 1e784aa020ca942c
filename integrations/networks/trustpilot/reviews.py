"""Reviews as Trustpilot writes them, in its API and in its webhooks, as posts. Pure.

https://developers.trustpilot.com/service-reviews-api,
https://support.trustpilot.com/hc/en-us/community/posts/10109980750738-How-to-set-up-Trustpilot-Webhooks
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from bot.domain.post import Author, Post, SourceEvent
from integrations.ratings import count, stars
from integrations.source import written
from integrations.watching import digest, moment

_CREATED, _UPDATED, DELETED = "created", "updated", "deleted"
_EVENT = re.compile(r"(?:service-)?review[-.](created|updated|deleted)")
_RAW = ("status", "isVerified", "experiencedAt", "source", "location", "locationId", "tags", "complianceLabels")
_SITE = "https://www.trustpilot.com"


def things_in(said: Any) -> list[Any]:
    """The reviews of a page, the one of an answer, or the events of a webhook; raises `TypeError`."""
    if not isinstance(said, dict):
        raise TypeError("no object")
    listed = said.get("events", said.get("reviews"))
    if listed is None and ("stars" in said or "eventType" in said):
        listed = [said]
    if not isinstance(listed, list):
        raise TypeError("no list of reviews or events")
    return listed


def review_in(thing: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """What happened, and to which review; raises `ValueError` for events that are not known.

    Some have received events by themselves, with an `eventType` beside the review or around it.
    """
    if not any(name in thing for name in ("eventName", "eventData", "eventType")):
        return _CREATED, thing
    name = str(thing.get("eventName", thing.get("eventType")))
    if (known := _EVENT.fullmatch(name)) is None:
        raise ValueError(f"an event {name}")
    review = thing["eventData"] if "eventType" not in thing else thing.get("review", thing)
    if not isinstance(review, dict):
        raise TypeError("the review is no object")
    return known[1], review


def id_of(review: Mapping[str, Any]) -> str:
    """Trustpilot's own."""
    if not isinstance(review["id"], str | int) or not review["id"]:
        raise ValueError("a review without an id")
    return str(review["id"])


def reply_to(review: Any) -> str:
    """What the company has answered."""
    reply = review.get("companyReply") if isinstance(review, Mapping) else None
    return str(reply.get("text") or "") if isinstance(reply, Mapping) else ""


def review_event(
    what: str, review: Mapping[str, Any], network: str, account: str, received_at: datetime
) -> SourceEvent:
    """What the customer wrote. The e-mail address that Trustpilot knows of an invited customer is left where it is."""
    consumer = review.get("consumer") if isinstance(review.get("consumer"), dict) else None
    words = [review.get("title"), review.get("text")]
    if not all(isinstance(each, str | None) for each in words):
        raise TypeError("the text is no text")
    id_, edited, who = id_of(review), review.get("updatedAt"), str((consumer or {}).get("id") or "")
    name = str((consumer or {}).get("displayName") or (consumer or {}).get("name") or "")
    posted_at = moment(review["createdAt"])
    edited_at = moment(edited) if edited and edited != review["createdAt"] else None
    report = review.get("reportData")
    raw = {key: review[key] for key in _RAW if review.get(key)}
    raw |= {"order": review.get("referenceId"), "answer": reply_to(review), "answered": bool(reply_to(review))}
    raw |= {"reported": report.get("reason") or report.get("reasons")} if isinstance(report, dict) else {}
    likes = count(review.get("numberOfLikes"))
    post = Post(
        network=network,
        account=account,
        external_id=id_,
        author=Author(
            # Of somebody without an id there may be many: nobody knows whether they are one.
            external_id=(who or id_)[:255],
            handle=name[:255] or "unknown",
            profile_url=f"{_SITE}/users/{quote(who, safe='')}"[:2000] if who else None,
        ),
        text="\n\n".join(each for each in words if each)[:50_000],
        lang=review["language"] if isinstance(review.get("language"), str) else None,
        posted_at=posted_at,
        edited_at=edited_at,
        fetched_at=received_at,
        url=f"{_SITE}/reviews/{quote(id_, safe='')}"[:2000],
        rating=stars(review.get("stars")),
        best_rating=5,
        metrics={"likes": likes} if likes is not None else {},
        raw={name: value for name, value in raw.items() if value},
    )
    if what == _UPDATED:
        # The same each time it is delivered.
        return written(post, edited=True, revision=f"{digest(post)}@{edited_at.isoformat() if edited_at else ''}")
    return written(post)
