"""How many things a payload of a network that must be applied for, or of a listening tool, tells of, counted from its documentation."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from typing import Any

from tests.fuzz.counting import Items, by_us, counted, no_reason, read_json
from tests.fuzz.mutations import Case


def reddit(case: Case, headers: Mapping[str, str]) -> Items | None:
    """https://www.reddit.com/dev/api/#listings: `data.children` of a listing, or of each of several; comments have `replies`."""
    said = read_json(case.body)
    listings = said if isinstance(said, list) else [said]
    if not listings or not all(isinstance(each["data"]["children"], list) for each in listings):
        return None
    waiting = [thing for each in listings for thing in each["data"]["children"]]
    things = []
    while waiting:
        things.append(thing := waiting.pop())
        try:
            below = thing["data"]["replies"]["data"]["children"] if thing["kind"] == "t1" else []
        except (LookupError, TypeError):
            below = []
        waiting += below if isinstance(below, list) else []
    return counted(things, _news_of_reddit)


def _news_of_reddit(thing: Any) -> bool:
    """Where comments are left out of a thread there is `more`; and messages that Reddit itself sends to everybody."""
    if not isinstance(thing, dict):
        return False
    data = thing.get("data")
    return thing.get("kind") == "more" or (isinstance(data, dict) and data.get("distinguished") == "admin")


def app_store(case: Case, headers: Mapping[str, str]) -> Items | None:
    """https://developer.apple.com/documentation/appstoreconnectapi/customerreviewsresponse: `data`, a list or one review."""
    said = read_json(case.body)
    reviews = [said["data"]] if isinstance(said["data"], dict) else said["data"]
    return counted(reviews, no_reason) if isinstance(reviews, list) else None


def trustpilot(case: Case, headers: Mapping[str, str]) -> Items | None:
    """https://developers.trustpilot.com/business-units-api: `reviews`, or one by itself; in webhooks `events`."""
    said = read_json(case.body)
    alone = [said] if "stars" in said or "eventType" in said else None
    things = said.get("events", said.get("reviews", alone))
    return counted(things, no_reason) if isinstance(things, list) else None


def google_play(case: Case, headers: Mapping[str, str]) -> Items | None:
    """https://developers.google.com/android-publisher/api-ref/rest/v3/reviews/list: `reviews`, left out where there are none."""
    said = read_json(case.body)
    reviews = [said] if "reviewId" in said else said.get("reviews") or []
    refused = said.keys() & {"error", "message"} or not isinstance(reviews, list)
    return None if refused else counted(reviews, no_reason)


_X_SAYS = ("post.create", "post.mention.create", "post.reply.create", "post.quote.create", "post.delete")


_X_SILENT = re.compile(
    r"(?:favorite|follow|unfollow|block|unblock|mute|unmute)_events|direct_message_(?:indicate_typing|mark_read)_events"
    r"|profile\.update\..*|post\.repost\.create|like\.create|follow\..*|mute\..*|block\..*|dm\.(?:sent|read|indicate_typing)"
    r"|chat\.(?:sent|conversation_join)|Participants(?:Join|Leave)|spaces\..*|broadcast\.(?:start|end)|news\.new",
    re.DOTALL,
)


def x(case: Case, headers: Mapping[str, str]) -> Items | None:
    """https://docs.x.com/x-api: `data` is a post, a list of posts or an event; else lists of events, each under its name."""
    said = read_json(case.body)
    if said.get("data") is not None:
        found = [_of_x(each) for each in (said["data"] if isinstance(said["data"], list) else [said["data"]])]
    elif "meta" in said:
        return Items(0, 0)
    elif any(name == "for_user_id" or name.endswith(("_event", "_events")) for name in said):
        beside = {"for_user_id", "user_has_blocked", "is_blocked_by", "users", "apps"}
        lists = [
            (name, each if isinstance(each, list) else [each]) for name, each in said.items() if name not in beside
        ]
        ours = str(said.get("for_user_id"))
        found = [_event_of_x(name, each, ours) for name, events in lists for each in events]
    else:
        return None
    return Items(sum(each.fewest for each in found), sum(each.most for each in found))


def _of_x(thing: Any) -> Items:
    if not isinstance(thing, dict) or not thing.get("event_type"):
        return _event_of_x("tweet_create_events", thing, "")
    kind, payload = str(thing["event_type"]), thing.get("payload")
    if kind == "dm.received":
        messages = payload.get("direct_message_events") if isinstance(payload, dict) else None
        count = len(messages) if isinstance(messages, list) else 1
        return Items(0, count)
    ours = str((thing.get("filter") or {}).get("user_id")) if isinstance(thing.get("filter"), dict) else ""
    return _event_of_x(kind, payload, ours if kind in _X_SAYS[1:4] else "")


def _event_of_x(kind: str, event: Any, ours: str) -> Items:
    """Likes and the like say nothing; reposts pass on what others wrote; what names us as its author is our own."""
    if _X_SILENT.fullmatch(kind):
        return Items(0, 0)
    links = [event.get(name) for name in ("referenced_tweets", "referenced_posts")] if isinstance(event, dict) else []
    kinds = [each.get("type") for link in links if isinstance(link, list) for each in link if isinstance(each, dict)]
    passed_on = "retweeted" in kinds or (isinstance(event, dict) and event.get("retweeted_status"))
    said = kind in _X_SAYS or kind in {"tweet_create_events", "tweet_delete_events", "direct_message_events"}
    own = said and (by_us(event) or (bool(ours) and f'"{ours}"' in json.dumps(event)))
    return Items(0 if passed_on or own else 1, 1)


_NO_REVIEWS = frozenset({
    "GOOGLE_UPDATE", "NEW_CUSTOMER_MEDIA", "NEW_QUESTION", "UPDATED_QUESTION", "NEW_ANSWER", "UPDATED_ANSWER", "DUPLICATE_LOCATION",
    "LOSS_OF_VOICE_OF_MERCHANT", "VOICE_OF_MERCHANT_UPDATED", "UPDATED_LOCATION_STATE",
})  # fmt: skip


def google_business(case: Case, headers: Mapping[str, str]) -> Items | None:
    """A push of Pub/Sub (https://cloud.google.com/pubsub/docs/push) has one notification, wrapped or as it is; a list has
    `reviews` (https://developers.google.com/my-business/reference/rest/v4/accounts.locations.reviews/list), one of several
    places `locationReviews`; a review may come alone."""
    said = read_json(case.body)
    alone = [said] if said.keys() & {"starRating", "reviewId"} else said.get("reviews") or []
    reviews = (said["locationReviews"] or []) if "locationReviews" in said else alone
    if "error" in said or not isinstance(reviews, list):
        return None
    if said.keys() & {"message", "subscription", "notificationType", "reviewName"}:
        return Items(int(not _tells_of_no_review(said)), 1)
    return counted(reviews, no_reason)


def _tells_of_no_review(push: Any) -> bool:
    try:
        message = push.get("message") or {}
        data = json.loads(base64.b64decode(message["data"])) if message.get("data") else {}
        said = {**(message.get("attributes") or {}), **data} if message else push
        return (said.get("notificationType") or said.get("notification_type") or said.get("type")) in _NO_REVIEWS
    except (ValueError, LookupError, TypeError, AttributeError):
        return False


def meltwater(case: Case, headers: Mapping[str, str]) -> Items | None:
    """https://developer.meltwater.com/guides/listening/streaming-mentions: `documents`; those of a search are in its `result`."""
    said = read_json(case.body)
    documents = said.get("documents")
    documents = said["result"]["documents"] if documents is None else documents
    return counted(documents, no_reason) if isinstance(documents, list) else None


def reaction_on_linkedin(thing: Any) -> bool:
    """https://learn.microsoft.com/linkedin/marketing/community-management/organizations/organization-social-action-notifications:
    reactions say nothing, and what the company itself says on its page is ours."""
    said = json.dumps(thing)
    return isinstance(thing, dict) and (thing.get("action") == "LIKE" or said.count("urn:li:organization:96072893") > 1)
