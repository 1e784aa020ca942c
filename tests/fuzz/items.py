"""How many things a payload tells of, counted from the documentation of each network and not by its connector.

A counter gives None where the bytes are no payload of its network at all: those are refused as a whole, or kept as unread.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterable, Mapping
from email import message_from_bytes
from typing import Any, NamedTuple
from xml.etree import ElementTree as Tree

from tests.fuzz.markup import entries
from tests.fuzz.mutations import Case

ACCOUNT = "acme"
"""Our own account on every network; what it writes is not heard."""


class Items(NamedTuple):
    """The fewest events that a payload may become, and the most: those between may be left out on purpose."""

    fewest: int
    most: int


Counter = Callable[[Case, Mapping[str, str]], Items | None]


def read_json(body: bytes) -> Any:
    """As lenient as it gets: half a character or a byte that is none are no reason to lose the rest."""
    return json.loads(body.decode("utf-8-sig", "replace"), parse_constant=_no_number)


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number in JSON")


def counted(things: Iterable[Any], left_out: Callable[[Any], bool]) -> Items:
    """All of them, of which some may be left out."""
    listed = list(things)
    return Items(sum(not (left_out(each) or by_us(each)) for each in listed), len(listed))


def by_us(thing: Any) -> bool:
    """Does it name our account anywhere? Then it may be our own."""
    if isinstance(thing, str):
        return thing.strip().lstrip("@").casefold() == ACCOUNT
    parts = thing.values() if isinstance(thing, dict) else thing if isinstance(thing, list) else ()
    return any(by_us(part) for part in parts)


def no_reason(thing: Any) -> bool:
    """Nothing of this network is left out on purpose but our own posts."""
    return False


def listed_under(name: str, left_out: Callable[[Any], bool] = no_reason) -> Counter:
    """An object with the list of items under this name."""

    def count(case: Case, headers: Mapping[str, str]) -> Items | None:
        said = read_json(case.body)
        return counted(said[name], left_out) if isinstance(said[name], list) else None

    return count


def generic(case: Case, headers: Mapping[str, str]) -> Items | None:
    """docs/generic-webhook.md: one record, or a list of records. Whose posts they are is the sender's affair."""
    said = read_json(case.body)
    length = len(said) if isinstance(said, list) else 1
    return Items(length, length)


_UPDATES_WITH_WORDS = ("message", "edited_message", "channel_post", "edited_channel_post")
_BUSINESS = ("business_message", "edited_business_message")
_SAID = ("text", "caption", "photo", "sticker", "video", "animation", "video_note", "voice", "audio", "document", "dice", "venue",
         "location", "contact", "poll", "story", "game", "checklist", "paid_media")  # fmt: skip


def telegram(case: Case, headers: Mapping[str, str]) -> Items | None:
    """https://core.telegram.org/bots/api#getting-updates: one Update, or those that getUpdates returned."""
    said = read_json(case.body)
    if "update_id" in said and "ok" not in said:
        return counted([said], _nobody_speaks)
    return counted(said["result"], _nobody_speaks) if said["ok"] is True and isinstance(said["result"], list) else None


def _nobody_speaks(update: Any) -> bool:
    """An update of another kind, a service message, the first press of Start, or a message for our own side."""
    if not isinstance(update, dict):
        return False
    name = next((each for each in _UPDATES_WITH_WORDS if each in update), None)
    if name is None:
        known = {"my_chat_member", "chat_member", "message_reaction", "poll", "callback_query", "inline_query"}
        return bool(known & update.keys())
    message = update[name]
    if not isinstance(message, dict):
        return False
    service = not any(message.get(each) for each in _SAID)
    ours = message.get("is_automatic_forward") or message.get("sender_chat")
    ours = ours or ((message.get("from") or {}) if isinstance(message.get("from"), dict) else {}).get("is_bot")
    live = message.get("edit_date") and message.get("location")
    return bool(service or ours or live or str(message.get("text")).strip().startswith("/start"))


def hackernews(case: Case, headers: Mapping[str, str]) -> Items | None:
    """https://hn.algolia.com/api: `hits`, with `nbPages` and `nbHits` as whole numbers."""
    said = read_json(case.body)
    if not isinstance(said["hits"], list) or not all(type(said.get(name, 0)) is int for name in ("nbPages", "nbHits")):
        return None
    return counted(said["hits"], no_reason)


def youtube(case: Case, headers: Mapping[str, str]) -> Items | None:
    """https://developers.google.com/youtube/v3/docs/commentThreads: each thread has its comment and some of its replies."""
    said = read_json(case.body)
    if not isinstance(said["items"], list):
        return None
    found = [_comments(item) for item in said["items"]]
    return Items(sum(each.fewest for each in found), sum(each.most for each in found))


def _comments(item: Any) -> Items:
    try:
        thread, more = isinstance(item["snippet"]["topLevelComment"], dict), item["replies"]["comments"]
    except (LookupError, TypeError):
        thread, more = False, []
    replies = more if thread and isinstance(more, list) else []
    top = item["snippet"]["topLevelComment"] if thread else item
    return counted([top, *replies], no_reason)


def discourse(case: Case, headers: Mapping[str, str]) -> Items | None:
    """https://docs.discourse.org (latest posts) and https://meta.discourse.org/t/49045 (deliveries: one object by its name)."""
    said = read_json(case.body)
    if "latest_posts" in said:
        return counted(said["latest_posts"], _no_words) if isinstance(said["latest_posts"], list) else None
    if "post" in said:
        return counted([said["post"]], _no_words)
    return Items(0, 10_000) if headers.get("X-Discourse-Event") and isinstance(said, dict) and said else None


def _no_words(post: Any) -> bool:
    """The forum's own notes (`post_type` other than 1), its own users, and its staff (docs/networks/discourse.md)."""
    if not isinstance(post, dict):
        return False
    its_own = post.get("post_type", 1) != 1 or str(post.get("user_id")).startswith("-")
    return its_own or any(post.get(name) for name in ("staff", "admin", "moderator"))


def stackoverflow(case: Case, headers: Mapping[str, str]) -> Items | None:
    """https://api.stackexchange.com/docs/wrapper: `items`; a question has `answers` and `comments`, an answer `comments`."""
    said = read_json(case.body)
    if not isinstance(said["items"], list):
        return None
    answers = _below(said["items"], "answers")
    posts = [*said["items"], *answers]
    return counted([*posts, *_below(posts, "comments")], no_reason)


def _below(posts: list[Any], name: str) -> list[Any]:
    lists = [post.get(name) for post in posts if isinstance(post, dict)]
    return [each for more in lists if isinstance(more, list) for each in more]


_NO_POSTS = frozenset({
    "reblog", "follow", "follow_request", "favourite", "poll", "admin.sign_up", "admin.report", "severed_relationships",
    "moderation_warning", "quoted_update", "annual_report",
})  # fmt: skip


def mastodon(case: Case, headers: Mapping[str, str]) -> Items | None:
    """https://docs.joinmastodon.org/entities/Notification/ and Status: a list of either."""
    said = read_json(case.body)
    if not isinstance(said, list) or not (not said or any(isinstance(each, dict) for each in said)):
        return None
    return counted(said, lambda each: isinstance(each, dict) and str(each.get("type")) in _NO_POSTS)


_REASONS = frozenset({"mention", "reply", "quote"})
_OTHER_REASONS = frozenset({
    "like", "repost", "follow", "starterpack-joined", "verified", "unverified", "like-via-repost", "repost-via-repost",
    "subscribed-post", "contact-match",
})  # fmt: skip


def bluesky(case: Case, headers: Mapping[str, str]) -> Items | None:
    """https://docs.bsky.app/docs/api/app-bsky-notification-list-notifications, and pages of posts."""
    said = read_json(case.body)
    items = said["notifications"] if "notifications" in said else said["posts"]
    if not isinstance(items, list):
        return None
    return counted(items, lambda each: isinstance(each, dict) and str(each.get("reason")) in _OTHER_REASONS)


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


def rss(case: Case, headers: Mapping[str, str]) -> Items | None:
    """RSS's `item`, Atom's `entry`. Of bytes that are no XML any more, nobody can say how many there are."""
    if case.rough:
        return None
    number = len(entries(Tree.fromstring(case.body)))  # noqa: S314 - made of our own payloads
    return Items(number, number)


_ADDRESS = re.compile(rf"\b{ACCOUNT}@shop\.example\b|\b{ACCOUNT}\b", re.IGNORECASE)


def email(case: Case, headers: Mapping[str, str]) -> Items | None:
    """One mail. It is left out where we wrote it."""
    mail = message_from_bytes(case.body)
    return Items(0 if any(_ADDRESS.search(str(mail.get(name) or "")) for name in ("from", "sender")) else 1, 1)


def google_play(case: Case, headers: Mapping[str, str]) -> Items | None:
    """https://developers.google.com/android-publisher/api-ref/rest/v3/reviews/list: `reviews`, left out where there are none."""
    said = read_json(case.body)
    reviews = said.get("reviews") or []
    return counted(reviews, no_reason) if isinstance(reviews, list) and "error" not in said else None


def whatsapp(case: Case, headers: Mapping[str, str]) -> Items | None:
    """https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview: in each change the messages
    and statuses of the field `messages`; each of any other field is one thing."""
    said = read_json(case.body)
    deliveries = said if isinstance(said, list) else [said]
    if not all(isinstance(each, dict) and "object" in each for each in deliveries):
        return None
    return counted([thing for each in deliveries for thing in _whatsapp_changes(each)], _nothing_on_whatsapp)


def _whatsapp_changes(delivery: Any) -> Iterable[Any]:
    entries = delivery.get("entry")
    if delivery["object"] != "whatsapp_business_account" or not isinstance(entries, list):
        return [delivery]
    listed = [
        each["changes"] if isinstance(each, dict) and isinstance(each.get("changes"), list) else [each]
        for each in entries
    ]
    return [thing for changes in listed for change in changes for thing in _whatsapp_things(change)]


def _whatsapp_things(change: Any) -> list[Any]:
    value = change.get("value") if isinstance(change, dict) else None
    if not isinstance(value, dict) or change.get("field") != "messages":
        return [change]
    lists = [value[name] for name in ("messages", "statuses") if isinstance(value.get(name), list)]
    return [thing for each in lists for thing in each] + ([value["errors"]] if value.get("errors") else [])


def _nothing_on_whatsapp(thing: Any) -> bool:
    """A reaction, what became of a message but that it failed, good news of the account, what another app of ours wrote."""
    if not isinstance(thing, dict):
        return False
    value = thing.get("value")
    good = isinstance(value, dict) and "APPROVED" in value.values()
    quiet = thing.get("type") in ("reaction", "request_welcome", "system") or thing.get("status") in (
        *("sent", "delivered", "read", "played"),
    )
    return bool(quiet or thing.get("field") == "smb_message_echoes" or good)


_X_SAYS = ("post.create", "post.mention.create", "post.reply.create", "post.quote.create", "post.delete")
_X_SILENT = re.compile(
    r"(?:favorite|follow|unfollow|block|unblock|mute|unmute)_events|direct_message_(?:indicate_typing|mark_read)_events"
    r"|profile\.update\..*|post\.repost\.create|like\.create|follow\..*|mute\..*|block\..*|dm\.(?:sent|read|indicate_typing)"
    r"|chat\.(?:sent|conversation_join)|spaces\..*|broadcast\.(?:start|end)|news\.new",
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


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


class _OfMeta(NamedTuple):
    """What one entry of a delivery tells, and of whose account."""

    to: str
    field: str
    value: Any


def _of_meta(case: Case, name: str) -> list[Any] | None:
    """https://developers.facebook.com/docs/graph-api/webhooks/getting-started: changes, or a list of messages; an entry of
    Instagram's may itself be the change. What is none of these is one thing."""
    said = read_json(case.body)
    deliveries = said if isinstance(said, list) else [said]
    if not all(isinstance(each, dict) and "object" in each for each in deliveries):
        return None
    return [thing for each in deliveries for thing in _in_delivery(each, name)]


def _in_delivery(delivery: Any, name: str) -> list[Any]:
    entries = delivery.get("entry")
    if delivery["object"] != name or not isinstance(entries, list):
        return [delivery]
    return [thing for each in entries for thing in (_in_entry(each) if isinstance(each, dict) else [each])]


def _in_entry(entry: dict[str, Any]) -> list[Any]:
    to = str(entry.get("id") or "")
    changes = entry.get("changes", [entry] if "field" in entry else None)
    lists = {name: entry[name] for name in ("messaging", "standby") if isinstance(entry.get(name), list)}
    if not isinstance(changes, list) and not lists:
        return [entry]
    found: list[Any] = [
        _OfMeta(to, str(each["field"]), each.get("value")) if isinstance(each, dict) and "field" in each else each
        for each in (changes if isinstance(changes, list) else [])
    ]
    return found + [_OfMeta(to, name, each) for name, rows in lists.items() for each in rows]


_SILENT_EVENTS = frozenset({
    "delivery", "read", "reaction", "optin", "referral", "account_linking", "pass_thread_control", "take_thread_control",
    "request_thread_control", "app_roles", "typing", "sender_action", "message_context",
})  # fmt: skip


def _no_message(thing: _OfMeta) -> bool:
    """An echo of ours, or an event in which the customer says nothing."""
    value = thing.value if isinstance(thing.value, dict) else {}
    sender, message = value.get("sender"), value.get("message")
    ours = isinstance(sender, dict) and str(sender.get("id") or sender.get("user_ref")) == thing.to
    echo = isinstance(message, dict) and (message.get("is_echo") or message.get("is_self"))
    return bool(ours or echo or _SILENT_EVENTS & value.keys())


def facebook(case: Case, headers: Mapping[str, str]) -> Items | None:
    """https://developers.facebook.com/docs/graph-api/webhooks/reference/page: without reactions, hiding, and the Page itself."""
    things = _of_meta(case, "page")
    return counted(things, _nothing_on_facebook) if things is not None else None


def _nothing_on_facebook(thing: Any) -> bool:
    if not isinstance(thing, _OfMeta) or not isinstance(thing.value, dict):
        return False
    if thing.field == "standby" or thing.field.startswith("messag"):
        return _no_message(thing)
    value = thing.value
    who = _object(value.get("from"))
    id_ = who.get("id") or value.get("sender_id") or value.get("reviewer_id")
    quiet = value.get("item") in ("like", "reaction") or value.get("verb") in (
        *("hide", "unhide", "block", "unblock", "mute", "follow"),
    )
    return bool(quiet or (id_ and str(id_) == thing.to))


def instagram(case: Case, headers: Mapping[str, str]) -> Items | None:
    """https://developers.facebook.com/docs/instagram-platform/webhooks/examples: without the account itself and its figures."""
    things = _of_meta(case, "instagram")
    return counted(things, _nothing_on_instagram) if things is not None else None


def _nothing_on_instagram(thing: Any) -> bool:
    if not isinstance(thing, _OfMeta):
        return False
    if thing.field == "standby" or thing.field.startswith("messag"):
        return _no_message(thing)
    who = _object(_object(thing.value).get("from"))
    return thing.field == "story_insights" or bool(who.get("id") and str(who["id"]) == thing.to)


_NO_REVIEWS = frozenset({
    "GOOGLE_UPDATE", "NEW_CUSTOMER_MEDIA", "NEW_QUESTION", "UPDATED_QUESTION", "NEW_ANSWER", "UPDATED_ANSWER", "DUPLICATE_LOCATION",
    "LOSS_OF_VOICE_OF_MERCHANT", "VOICE_OF_MERCHANT_UPDATED", "UPDATED_LOCATION_STATE",
})  # fmt: skip


def google_business(case: Case, headers: Mapping[str, str]) -> Items | None:
    """A push of Pub/Sub (https://cloud.google.com/pubsub/docs/push) has one notification, wrapped or as it is; a list has
    `reviews` (https://developers.google.com/my-business/reference/rest/v4/accounts.locations.reviews/list)."""
    said = read_json(case.body)
    reviews = said.get("reviews") or []
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


def _reaction_on_linkedin(thing: Any) -> bool:
    """https://learn.microsoft.com/linkedin/marketing/community-management/organizations/organization-social-action-notifications:
    reactions say nothing, and what the company itself says on its page is ours."""
    said = json.dumps(thing)
    return isinstance(thing, dict) and (thing.get("action") == "LIKE" or said.count("urn:li:organization:96072893") > 1)


COUNTERS: Mapping[str, Counter] = {
    # https://developers.brandwatch.com/docs/retrieving-mentions
    "brandwatch": listed_under("results"),
    # https://dev.mention.com/current/src/account/alert/mention/GetMentions.html
    "mention": listed_under("mentions"),
    "meltwater": meltwater,
    "facebook": facebook,
    "instagram": instagram,
    "linkedin": listed_under("notifications", _reaction_on_linkedin),
    "x": x,
    "generic": generic,
    "telegram": telegram,
    "hackernews": hackernews,
    "youtube": youtube,
    "discourse": discourse,
    "stackoverflow": stackoverflow,
    "mastodon": mastodon,
    "bluesky": bluesky,
    "reddit": reddit,
    "app_store": app_store,
    "trustpilot": trustpilot,
    "rss": rss,
    "email": email,
    "whatsapp": whatsapp,
    "google_play": google_play,
    "google_business": google_business,
}

ALL_OR_NOTHING = frozenset({"generic", "email"})
"""Where one bad record refuses the whole: the sender of a generic delivery is told, and a mail is one thing."""


def count(kind: str, case: Case, headers: Mapping[str, str]) -> Items | None:
    """What a payload of this kind of source tells of."""
    try:
        return COUNTERS[kind](case, headers)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, OverflowError):
        return None
