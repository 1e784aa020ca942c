"""What X delivers and lists, as single things, whichever of its products they are from. Pure.

X Activity API: https://docs.x.com/x-api/activity/event-payloads; Account Activity API:
https://docs.x.com/x-api/account-activity/introduction; filtered stream and lists: `data` and `includes` of API v2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.domain.post import SourceEvent
from bot.errors import PermanentError, quoted
from integrations.networks.x.posts import Row, Us, read_message, read_post, row, rows

_POST = "post"
_POSTS = frozenset({"post.create", "post.mention.create", "post.reply.create", "post.quote.create"})
_ABOUT_US = frozenset({"post.mention.create", "post.reply.create", "post.quote.create", "dm.received"})
"""Events of which the filter names our account; of others it may name anybody's."""

_SILENT = frozenset({
    "favorite_events", "follow_events", "unfollow_events", "block_events", "unblock_events", "mute_events",
    "unmute_events", "direct_message_indicate_typing_events", "direct_message_mark_read_events",
    "post.repost.create", "like.create", "follow.follow", "follow.unfollow", "mute.mute", "mute.unmute", "block.block",
    "block.unblock", "dm.sent", "dm.read", "dm.indicate_typing", "chat.sent", "chat.conversation_join", "spaces.start",
    "spaces.end", "ParticipantsJoin", "ParticipantsLeave", "broadcast.start", "broadcast.end", "news.new",
})  # fmt: skip
"""Events in which no customer says anything; `profile.update.…` are left out as well."""

_WHY = {
    "dm.received": "the event holds no message",
    "chat.received": "somebody wrote in an encrypted chat, which only X's own apps can read",
    "user_event": "the account took the app's permission away, so X delivers nothing any more",
    "oauth.revoke": "the account took the app's permission away, so X delivers nothing any more",
}
_BESIDE = frozenset({"for_user_id", "user_has_blocked", "is_blocked_by", "users", "apps"})


@dataclass(frozen=True, slots=True)
class Item:
    """One thing: its kind, itself, what came with it, and the account that it was delivered for."""

    kind: str
    body: Any
    beside: Row = field(default_factory=dict)
    account: str = ""


def unpack(said: Any, name: str) -> list[Item]:
    """What a delivery or a page holds; raises `PermanentError` where it is neither."""
    if isinstance(said, Mapping):
        if "data" in said and said["data"] is not None:
            return [item for each in rows(said["data"]) for item in _items(each, row(said.get("includes")))]
        if "meta" in said:
            return []
        if any(key == "for_user_id" or str(key).endswith(("_event", "_events")) for key in said):
            users, account = row(said.get("users")), str(said.get("for_user_id") or "")
            events = ((key, each) for key in said if key not in _BESIDE for each in rows(said[key]))
            return [Item(str(key), each, users, account) for key, each in events]
        if said.get("errors") or said.get("title"):
            first = row(next(iter(rows(said.get("errors") or said)), {}))
            raise PermanentError(f"{name}: X says {quoted(first.get('detail') or first.get('title') or first)}.")
    raise PermanentError(f"{name}: this is no delivery and no list of X.")


def read_item(item: Item, us: Us, at: datetime) -> SourceEvent | None:
    """What it says; None for what is left out. Raises `LookupError`, `TypeError` or `ValueError` where it cannot be read."""
    kind, body = item.kind, item.body
    if kind in _SILENT or kind.startswith("profile.update."):
        return None
    if item.account:
        us = replace(us, ids=us.ids | {item.account})
    if kind in {_POST, "tweet_create_events"} or kind in _POSTS:
        return read_post(body, item.beside, us, at, quotes_us=kind == "post.quote.create")
    if kind == "direct_message_events":
        return read_message(body, item.beside, us, at)
    if kind in {"post.delete", "tweet_delete_events"}:
        gone = body["status"] if kind == "tweet_delete_events" else body
        if str(gone.get("user_id") or gone.get("author_id")) in us.ids:
            return None
        id_ = str(gone.get("id_str") or gone["id"])
        return SourceEvent(kind="deleted", network=us.network, account=us.account, external_id=id_)
    raise ValueError(_WHY.get(kind) or f"events of this kind are not known: {kind}")


def _items(each: Any, includes: Row) -> list[Item]:
    """A post of a list or of the filtered stream, or an event of the X Activity API."""
    kind = str(row(each).get("event_type") or "")
    if not kind:
        return [Item(_POST, each, includes)]
    account = str(row(each.get("filter")).get("user_id") or "") if kind in _ABOUT_US else ""
    payload, beside = each.get("payload"), row(each.get("includes"))
    if kind == "dm.received" and row(payload).get("direct_message_events") is not None:
        # As the Account Activity API has them: messages, and who they are from beside them.
        users = row(row(payload).get("users"))
        return [
            Item("direct_message_events", message, users, account) for message in rows(payload["direct_message_events"])
        ]
    if kind == "MessageCreate" or (kind == "dm.received" and "sender_id" in row(payload)):
        people = rows((beside or includes).get("users") or [])
        users = {str(row(person).get("id")): person for person in people}
        return [Item("direct_message_events", _message(each if payload is None else payload), users, account)]
    return [Item(kind, each if payload is None else payload, beside, account)]


def _message(event: Row) -> Row:
    """A direct message of API v2 in the form of the older one. https://docs.x.com/x-api/direct-messages/lookup/introduction"""
    said = {"message_data": {name: event[name] for name in ("text", "entities") if name in event}}
    sender = {"sender_id": event["sender_id"]} if event.get("sender_id") else {}
    return {"id": event.get("id"), "created_at": event.get("created_at"), "message_create": {**said, **sender}}
