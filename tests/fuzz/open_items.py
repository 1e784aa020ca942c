"""How many things a payload of a network that anybody can connect tells of, counted from its documentation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from email import message_from_bytes
from typing import Any
from xml.etree import ElementTree as Tree

from tests.fuzz.counting import ACCOUNT, Items, counted, no_reason, read_json
from tests.fuzz.markup import entries
from tests.fuzz.mutations import Case


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
