"""Methods that read channels and direct conversations: which there are, who is in them, what was said."""

from __future__ import annotations

import re

from playground.company import Channel
from playground.ids import as_microseconds, as_ts
from playground.refusal import Json, Refused
from playground.store import Row, encode
from playground.web_api.call import Call, Encoded, Method, cursor_for
from playground.wiring import Playground

_TYPES = {"public_channel": "channel", "private_channel": "group", "im": "im"}
_READ = ("channels:read", "groups:read", "im:read", "mpim:read")
_HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")


def conversations_list(call: Call) -> Json:
    """The channels that the app can see."""
    wanted = {_TYPES.get(kind.strip(), "") for kind in call.text("types", "public_channel").split(",")}
    workspace = call.playground.workspace
    seen = [
        channel
        for channel in workspace.channels.values()
        if channel.kind in wanted and (channel.kind == "channel" or workspace.app_is_in(channel.id))
    ]
    page, metadata = call.page(seen, default=100)
    channels = [conversation(call.playground, channel) for channel in page]
    return {"ok": True, "channels": channels, "response_metadata": metadata}


def conversations_info(call: Call) -> Json:
    """One channel."""
    shown = conversation(call.playground, call.channel())
    if call.flag("include_num_members"):
        shown["num_members"] = len(call.playground.workspace.members(shown["id"]))
    return {"ok": True, "channel": shown}


def conversations_open(call: Call) -> Json:
    """The direct conversation of the app and one person."""
    workspace = call.playground.workspace
    if call.text("channel"):
        channel = call.channel()
        return {"ok": True, "channel": {"id": channel.id}}
    users = [user.strip() for user in call.needed("users", "users_list_not_supplied").split(",") if user.strip()]
    if len(users) != 1:
        raise Refused("method_not_supported_for_channel_type", "The playground has conversations of two only.")
    if users[0] not in workspace.people:
        raise Refused("user_not_found", f"There is no user {users[0]!r}.")
    before = len(workspace.channels)
    channel = workspace.direct(workspace.app.bot_user_id, users[0])
    known = len(workspace.channels) == before
    shown = conversation(call.playground, channel) if call.flag("return_im") else {"id": channel.id}
    again = {"no_op": True, "already_open": True} if known else {}
    return {"ok": True, **again, "channel": shown}


def conversations_members(call: Call) -> Json:
    """Who is in a channel."""
    page, metadata = call.page(call.playground.workspace.members(call.channel().id), default=100)
    return {"ok": True, "members": page, "response_metadata": metadata}


def conversations_history(call: Call) -> Encoded:
    """A channel's top-level messages, newest first."""
    channel = call.own_channel()
    limit = call.number("limit", 100, 999)
    after, before = _window(call)
    before = call.cursor("next_ts") or before
    rows = call.playground.store.history(channel.id, after=after, before=before, limit=limit + 1)
    more = len(rows) > limit
    rows = rows[:limit]
    # The cursor names the last message of this page; the next page has what is strictly older.
    following = cursor_for("next_ts", _ts_of(rows[-1])) if more else ""
    pins = len(call.playground.messages.pinned(channel.id))
    return _listing(rows, call.flag("include_all_metadata"), more, following, pin_count=pins)


def conversations_replies(call: Call) -> Encoded:
    """A message and its replies, oldest first."""
    channel = call.own_channel()
    ts = call.needed("ts", "invalid_arguments")
    root = call.playground.store.message(channel.id, ts)
    if root is None:
        raise Refused("thread_not_found", f"There is no message {ts} in #{channel.name}.")
    limit = call.number("limit", 1000, 1000)
    cursor = call.cursor("next_ts")
    after, before = _window(call)
    first = [] if cursor else [root]
    rows = call.playground.store.replies(
        channel.id, ts, after=cursor or after, before=before, limit=limit + 1 - len(first)
    )
    rows = first + rows
    more = len(rows) > limit
    rows = rows[:limit]
    following = cursor_for("next_ts", _ts_of(rows[-1])) if more else ""
    return _listing(rows, call.flag("include_all_metadata"), more, following)


def conversation(playground: Playground, channel: Channel) -> Json:
    """A channel or direct conversation as Slack shows it."""
    workspace = playground.workspace
    shown: Json = {
        "id": channel.id,
        "created": channel.created,
        "creator": channel.creator,
        "is_archived": False,
        "is_channel": not channel.is_im,
        "is_group": False,
        "is_im": channel.is_im,
        "is_mpim": False,
        "is_private": channel.private or channel.is_im,
        "is_org_shared": False,
        "context_team_id": workspace.team.id,
        "updated": channel.created * 1000,
    }
    if channel.is_im:
        other = next((user for user in channel.people if user != workspace.app.bot_user_id), "")
        return {**shown, "user": other, "is_user_deleted": False, "is_open": True, "priority": 0}
    return {
        **shown,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_general": False,
        "is_shared": False,
        "is_ext_shared": False,
        "is_pending_ext_shared": False,
        "pending_shared": [],
        "parent_conversation": None,
        "unlinked": 0,
        "shared_team_ids": [workspace.team.id],
        "is_member": workspace.app_is_in(channel.id),
        "topic": {"value": channel.topic, "creator": channel.creator, "last_set": channel.created},
        "purpose": {"value": channel.purpose, "creator": channel.creator, "last_set": channel.created},
        "previous_names": [],
        "num_members": len(workspace.members(channel.id)),
    }


def _window(call: Call) -> tuple[str, str]:
    """The times between which messages are asked for; both ends excluded, as the store wants them."""
    oldest, latest = call.text("oldest"), call.text("latest")
    for value in (oldest, latest):
        if value and not re.fullmatch(r"\d{1,10}(\.\d{1,6})?|now", value):
            raise Refused("invalid_ts_oldest" if value == oldest else "invalid_ts_latest", f"{value!r} is not a time.")
    widen = 1 if call.flag("inclusive") else 0
    after = as_ts(as_microseconds(oldest) - widen) if oldest else ""
    before = as_ts(as_microseconds(latest) + widen) if latest and latest != "now" else "9"
    return after, before


def _ts_of(row: Row) -> str:
    return str(row.message()["ts"])


def _listing(rows: list[Row], with_metadata: bool, more: bool, cursor: str, **extra: int) -> Encoded:
    """Puts stored JSON together without parsing it: a page may hold a megabyte of cards."""
    bodies = ",".join(_body(row, with_metadata) for row in rows)
    rest = {"has_more": more, **extra, "response_metadata": {"next_cursor": cursor}}
    return Encoded('{"ok":true,"messages":[' + bodies + "]," + encode(rest)[1:])


def _body(row: Row, with_metadata: bool) -> str:
    if with_metadata and row.metadata:
        return row.body[:-1] + ',"metadata":' + row.metadata + "}"
    return row.body


METHODS = {
    "conversations.list": Method(conversations_list, scopes=_READ),
    "conversations.info": Method(conversations_info, scopes=_READ),
    "conversations.members": Method(conversations_members, scopes=_READ),
    "conversations.open": Method(conversations_open, scopes=("im:write", "mpim:write")),
    "conversations.history": Method(conversations_history, scopes=_HISTORY),
    "conversations.replies": Method(conversations_replies, scopes=_HISTORY),
}
