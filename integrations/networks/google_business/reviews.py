"""A review on Google Maps and Search as a post, and what Pub/Sub pushes when there is one.

https://developers.google.com/my-business/reference/rest/v4/accounts.locations.reviews#Review,
https://developers.google.com/my-business/reference/notifications/rest/v1/NotificationSetting#NotificationType,
https://cloud.google.com/pubsub/docs/push#receive_push
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.domain.post import Author, Media, Post, SourceEvent
from integrations.google import NOBODY
from integrations.json_text import read_json
from integrations.source import written

_STARS = {"ONE": 1, "TWO": 2, "THREE": 3, "FOUR": 4, "FIVE": 5}
_NAME = re.compile(r"(?:accounts/[\w-]+/)?(locations/[\w-]+/reviews/(?!\.\.?$)[^/?#%\\\s]+)", re.ASCII)
"""A resource name. The account may be another one that has the location, too; what is behind it is the same for all."""

_TRANSLATED, _ORIGINAL = "(Translated by Google)", "\n(Original)"

OF_REVIEWS = frozenset({"NEW_REVIEW", "UPDATED_REVIEW"})
OF_NO_REVIEW = frozenset({
    "GOOGLE_UPDATE", "NEW_CUSTOMER_MEDIA", "NEW_QUESTION", "UPDATED_QUESTION", "NEW_ANSWER", "UPDATED_ANSWER",
    "DUPLICATE_LOCATION", "LOSS_OF_VOICE_OF_MERCHANT", "VOICE_OF_MERCHANT_UPDATED", "UPDATED_LOCATION_STATE",
})  # fmt: skip
"""What else Google tells of: the profile itself, pictures, and questions, which it has ended."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a notification says: its type, the review's id as of posts, and what tells it from others."""

    type: str
    review: str
    id: str


def id_of(name: Any) -> str:
    """`locations/…/reviews/…` of a resource name; raises `ValueError` where it is none."""
    if not isinstance(name, str) or (found := _NAME.fullmatch(name)) is None:
        raise ValueError("no name of a review")
    return found[1]


def review_event(
    review: Mapping[str, Any], network: str, account: str, places: Mapping[str, Any], received_at: datetime
) -> SourceEvent:
    """What the customer wrote, in their own words; one that was changed since is its edit, which brings it as well.

    Whoever writes has no id: a review is one person's on one place, so its id is theirs.
    """
    id_, who = id_of(review["name"]), review.get("reviewer")
    who = who if isinstance(who, Mapping) else {}
    name = " ".join(str(who.get("displayName") or "").replace("\0", "").split())[:255]
    posted_at = moment(review["createTime"])
    changed_at = moment(review.get("updateTime") or review["createTime"])
    place, text = places.get(id_.partition("/reviews/")[0]), review.get("comment") or ""
    title, address = place if isinstance(place, list | tuple) and len(place) == 2 else ("", "")
    raw = {"location": title, "answered": bool(answer(review)), "anonymous": bool(who.get("isAnonymous"))}
    if not isinstance(text, str):
        raise TypeError("the comment is no text")
    post = Post(
        network=network,
        account=account,
        external_id=id_,
        author=Author(external_id=id_[-255:], handle=name or NOBODY, avatar_url=link(who.get("profilePhotoUrl"))),
        text=original(text).replace("\0", "�")[:50_000],
        posted_at=posted_at,
        edited_at=changed_at if changed_at > posted_at else None,
        fetched_at=received_at,
        url=link(review.get("reviewReplyUrl")) or link(address),
        media=_media(review.get("reviewMediaItems")),
        rating=_STARS.get(str(review.get("starRating"))),
        best_rating=5,
        raw={key: value for key, value in raw.items() if value},
    )
    return written(post, edited=changed_at > posted_at, revision=f"{changed_at.timestamp():.6f}")


def answer(review: Mapping[str, Any]) -> str:
    """The owner's reply, where it was given after the customer's last change and Google has not refused it."""
    reply = review.get("reviewReply")
    if not isinstance(reply, Mapping) or not reply.get("comment") or refusal_of(reply):
        return ""
    at, changed_at = reply.get("updateTime"), review.get("updateTime") or review.get("createTime")
    try:
        older = at and changed_at and moment(at) < moment(changed_at)
    except (ValueError, TypeError):
        older = False  # at an unknown time: still an answer that stands
    return "" if older else original(str(reply["comment"]))


def refusal_of(reply: Mapping[str, Any]) -> str:
    """Why Google does not show a reply; empty where it does, or has not decided yet."""
    return str(reply.get("policyViolation") or "REJECTED")[:300] if reply.get("reviewReplyState") == "REJECTED" else ""


def reply_id(review: str, reply: Mapping[str, Any]) -> str:
    """A name of our own for a reply: Google gives none, and the next one takes its place."""
    return f"{review}/reply@{str(reply.get('updateTime') or '')[:40]}"


def refused_replies(said: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Of a page of reviews: replies that Google does not show, by their names, and why."""
    found = []
    for review in reviews_in(said):
        reply = review.get("reviewReply") if isinstance(review, Mapping) else None
        if isinstance(reply, Mapping) and (why := refusal_of(reply)) and _NAME.fullmatch(str(review.get("name"))):
            found.append((reply_id(id_of(review["name"]), reply), why))
    return found


def reviews_in(said: Mapping[str, Any]) -> list[Any]:
    """The reviews of a page, of one over several places, or the one of an answer; raises `TypeError` for what is no list."""
    if "locationReviews" in said:
        listed = said["locationReviews"] or []
        reviews = [each.get("review", each) if isinstance(each, Mapping) else each for each in _list(listed)]
    else:
        reviews = [said] if said.keys() & {"starRating", "reviewId"} else _list(said.get("reviews") or [])
    return reviews


def _list(listed: Any) -> list[Any]:
    if not isinstance(listed, list):
        raise TypeError("no list")
    return listed


def told(envelope: Any) -> Told | None:
    """A push of Pub/Sub, wrapped as it is by default, or its data alone; None where it tells of no review.

    Raises `ValueError` where it is neither, and for a type that nobody knows.
    """
    message = envelope.get("message") if isinstance(envelope, Mapping) else None
    given = message if isinstance(message, Mapping) else {}
    attributes = given.get("attributes")
    data = _data(given["data"]) if given.get("data") else {}
    said = envelope if isinstance(envelope, Mapping) and not given else data
    said = {**(attributes if isinstance(attributes, Mapping) else {}), **(said if isinstance(said, Mapping) else {})}
    kind = said.get("notificationType") or said.get("notification_type") or said.get("type")
    id_ = given.get("messageId") or given.get("message_id") or ""
    if kind in OF_NO_REVIEW:
        return None
    if kind not in OF_REVIEWS:
        raise ValueError(f"a notification of the type {kind or '(none)'}")
    return Told(str(kind), id_of(_named_in(said)), str(id_)[:200])


def _data(encoded: Any) -> Any:
    try:
        return read_json(base64.b64decode(str(encoded)))
    except ValueError as error:
        raise ValueError("the data of the message is no JSON") from error


def _named_in(said: Mapping[str, Any]) -> Any:
    """The name of the review: Google's pages write its field in several ways, and people saw it beside its location, too."""
    review = said.get("review")
    inner = review if isinstance(review, Mapping) else {}
    place, id_ = said.get("locationName") or said.get("location"), inner.get("reviewId") or said.get("reviewId")
    named = [said.get("reviewName"), review, inner.get("name"), *said.values(), f"{place}/reviews/{id_}" if id_ else ""]
    return next((name for name in named if isinstance(name, str) and _NAME.fullmatch(name)), None)


def original(text: str) -> str:
    """What a person wrote, without the translation that Google puts before or behind it."""
    if text.lstrip().startswith(_TRANSLATED) and _ORIGINAL in text:
        return text.partition(_ORIGINAL)[2].strip()
    return text.partition(f"\n{_TRANSLATED}")[0].strip()


def places_of(said: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Title and address on the map by location, of a list of them."""
    listed = said.get("locations")
    found = [each for each in listed if isinstance(each, Mapping)] if isinstance(listed, list) else []
    return {
        str(each["name"]): (str(each.get("title") or "")[:500], link((each.get("metadata") or {}).get("mapsUri")) or "")
        for each in found
        if str(each.get("name")).startswith("locations/")
    }


def moment(at: Any) -> datetime:
    """RFC 3339, to the nanosecond at most; raises `ValueError` for anything else."""
    found = datetime.fromisoformat(at)
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def link(value: Any) -> str | None:
    """An address that can be opened."""
    fits = isinstance(value, str) and value.startswith(("https://", "http://")) and len(value) <= 2000
    return value if fits else None


def _media(items: Any) -> tuple[Media, ...]:
    given = [item for item in items if isinstance(item, Mapping)] if isinstance(items, list) else []
    found = [(link(item.get("videoUrl")), link(item.get("thumbnailUrl") or item.get("googleUrl"))) for item in given]
    return tuple(
        Media(url=film or picture or "", type="video" if film else "image")
        for film, picture in found[:50]
        if film or picture
    )
