"""Looking: messages, the open modal, Home, and the workspace as one person sees it."""

from __future__ import annotations

import asyncio

from playground.changes import Change
from playground.company import Channel
from playground.people import bot_name, display_name, zone_of
from playground.refusal import Json
from playground.shown import shown_message
from playground.user_api.call import Act

HOME_SECONDS = 3.0
HOME_AGAIN_SECONDS = 1.0


async def messages(act: Act) -> Json:
    """What this person sees in a channel or a thread, ephemerals included, oldest first."""
    person, channel = act.person(), act.channel()
    playground = act.playground
    limit = act.number("limit", 100, 1000)
    before = act.text("before") or "9"
    thread_ts = act.text("thread_ts")
    if thread_ts:
        root = playground.store.message(channel.id, thread_ts)
        rows = ([root] if root else []) + playground.store.replies(channel.id, thread_ts)
        found = [message for row in rows if (message := row.message())["ts"] < before]
    else:
        rows = playground.store.history(channel.id, after="", before=before, limit=limit + 1)
        found = [row.message() for row in reversed(rows)]
    oldest = found[0]["ts"] if len(found) > limit else ""
    whispered = [
        message
        for message in playground.messages.whispered(channel.id, person.id)
        if oldest < message["ts"] < before and message.get("thread_ts", "") == thread_ts
    ]
    everything = sorted([*found, *whispered], key=lambda message: str(message["ts"]))
    shown = everything[-limit:]
    manifest = playground.manifest.current
    return {
        "messages": [shown_message(message, playground.workspace, manifest) for message in shown],
        "has_more": len(everything) > limit,
    }


async def pins(act: Act) -> Json:
    """A channel's pinned messages, the one pinned last first."""
    act.person()
    playground, channel = act.playground, act.channel()
    rows = [playground.messages.row(channel.id, ts) for ts in playground.messages.pinned(channel.id)]
    manifest = playground.manifest.current
    return {
        "messages": [shown_message(row.message(), playground.workspace, manifest) for row in rows if row is not None]
    }


async def view(act: Act) -> Json:
    """The open modal, or null."""
    return {"view": act.playground.views.top(act.person().id)}


async def home(act: Act) -> Json:
    """Opens the Home tab: tells the app, gives it a moment to publish, and answers what it published."""
    person, playground = act.person(), act.playground
    published = asyncio.Event()
    before = playground.views.home(person.id)

    def hear(change: Change) -> None:
        if change.kind == "home" and change.user == person.id:
            published.set()

    playground.changes.listen(hear)
    try:
        detail: Json = {
            "type": "app_home_opened",
            "user": person.id,
            "channel": playground.workspace.direct(person.id, playground.workspace.app.bot_user_id).id,
            "event_ts": playground.messages.clock.next(),
            "tab": "home",
        }
        if before is not None:
            detail["view"] = before
        wants = playground.manifest.current.wants("app_home_opened")
        if wants and playground.courier.connected:
            playground.changes.tell(Change("app_home_opened", user=person.id, detail=detail))
            async with asyncio.timeout(HOME_AGAIN_SECONDS if before else HOME_SECONDS):
                await published.wait()
    except TimeoutError:
        pass
    finally:
        playground.changes.unlisten(hear)
    return {"view": playground.views.home(person.id)}


async def workspace(act: Act) -> Json:
    """Everything that a page shows around the messages. A page that does not know yet who sits at it is the first
    person."""
    playground = act.playground
    place, manifest = playground.workspace, playground.manifest.current
    person = act.person() if act.text("user") else next(iter(place.people.values()))
    users = []
    for other in place.people.values():
        zone, offset = zone_of(other)
        users.append(
            {
                "id": other.id,
                "handle": other.handle,
                "name": other.name,
                "title": other.title,
                "department": other.department,
                "tz": zone,
                "tz_offset": offset,
                "guest": other.guest,
                "image": f"/avatars/{other.id}.svg",
            }
        )
    app = place.app
    return {
        "team": {"id": place.team.id, "name": place.team.name, "domain": place.team.domain},
        "me": next(user for user in users if user["id"] == person.id),
        "app": {
            "id": app.id,
            "bot_id": app.bot_id,
            "bot_user_id": app.bot_user_id,
            "name": bot_name(place, manifest),
            "image": f"/avatars/{app.bot_user_id}.svg",
        },
        "users": users,
        "usergroups": [
            {"id": group.id, "handle": group.handle, "name": group.name, "members": list(group.members)}
            for group in place.usergroups
        ],
        "channels": [_channel(act, channel, person.id) for channel in place.channels_of(person.id)],
        "commands": [
            {"command": entry.command, "description": entry.description, "usage_hint": entry.usage_hint}
            for entry in manifest.commands
        ],
        "shortcuts": [
            {"name": entry.name, "callback_id": entry.callback_id, "type": entry.type} for entry in manifest.shortcuts
        ],
        "connected": playground.courier.connected,
    }


def _channel(act: Act, channel: Channel, user: str) -> Json:
    playground = act.playground
    last_read = playground.store.last_read(channel.id, user)
    unread, mentions = playground.store.unread(channel.id, user, last_read)
    shown: Json = {
        "id": channel.id,
        "name": channel.name,
        "is_im": channel.is_im,
        "is_member": playground.workspace.is_member(channel.id, user),
        "topic": channel.topic,
        "purpose": channel.purpose,
        "is_new": playground.workspace.is_new_to(channel.id, user),
        "unread": unread,
        "mentions": unread if channel.is_im else mentions,
        "last_read": last_read,
        "latest": playground.store.latest(channel.id),
    }
    if channel.is_im:
        other = next((one for one in channel.people if one != user), user)
        shown["user"] = other
        shown["name"] = display_name(playground.workspace, playground.manifest.current, other)
    return shown
