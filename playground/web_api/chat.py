"""Methods that post, change and delete messages."""

from __future__ import annotations

from playground.app_messages import read_content
from playground.company import Channel
from playground.refusal import Json, Refused
from playground.web_api.call import Call, Method

_WRITE = ("chat:write",)


def post_message(call: Call) -> Json:
    """Posts to a channel (id or name) or to a person (id: the direct conversation)."""
    channel = _addressed(call)
    content = read_content(call.content())
    more: Json = {}
    if call.text("username"):
        more |= {"username": call.text("username"), "subtype": "bot_message"}
    message = call.playground.voice.post(
        channel,
        content,
        thread_ts=call.text("thread_ts") or None,
        broadcast=call.flag("reply_broadcast"),
        more=more,
    )
    shown = {**message, "metadata": content.metadata} if content.metadata else message
    return {"ok": True, "channel": channel.id, "ts": message["ts"], "message": shown}


def post_ephemeral(call: Call) -> Json:
    """Shows a message to one person in a channel that both are in."""
    channel = _addressed(call)
    user = call.needed("user", "user_not_found")
    if user not in call.playground.workspace.people:
        raise Refused("user_not_found", f"There is no user {user!r}.")
    if not call.playground.workspace.is_member(channel.id, user):
        raise Refused("user_not_in_channel", f"{user} is not in #{channel.name}.")
    content = read_content(call.content())
    message = call.playground.voice.whisper(channel, user, content, thread_ts=call.text("thread_ts") or None)
    return {"ok": True, "message_ts": message["ts"]}


def update(call: Call) -> Json:
    """Changes a message of the app."""
    channel = call.channel()
    ts = call.needed("ts", "message_not_found")
    content = read_content(call.content())
    if content == read_content({}):
        raise Refused("no_text", "A message needs text, blocks or attachments.")
    message = call.playground.voice.update(channel, ts, content)
    return {"ok": True, "channel": channel.id, "ts": ts, "text": message.get("text", ""), "message": message}


def delete(call: Call) -> Json:
    """Deletes a message of the app."""
    channel = call.channel()
    ts = call.needed("ts", "message_not_found")
    playground = call.playground
    if not playground.voice.is_own(playground.messages.find(channel.id, ts)):
        raise Refused("cant_delete_message", "Only the app's own messages can be deleted.")
    playground.messages.delete(channel, ts, user=playground.workspace.app.bot_user_id)
    return {"ok": True, "channel": channel.id, "ts": ts}


def permalink(call: Call) -> Json:
    """The address of a message."""
    channel = call.channel()
    ts = call.needed("message_ts", "message_not_found")
    message = call.playground.messages.find(channel.id, ts)
    address = f"{call.playground.base_url}/archives/{channel.id}/p{ts.replace('.', '')}"
    root = message.get("thread_ts")
    if root and root != ts:
        address += f"?thread_ts={root}&cid={channel.id}"
    return {"ok": True, "channel": channel.id, "permalink": address}


def unfurl(call: Call) -> Json:
    """Adds previews to the links of a person's message."""
    channel = call.own_channel()
    ts = call.needed("ts", "cannot_find_message")
    unfurls = call.structure("unfurls")
    if not isinstance(unfurls, dict) or not all(isinstance(entry, dict) for entry in unfurls.values()):
        raise Refused("missing_unfurls", "unfurls is an object of previews by address.")
    playground = call.playground
    previous = playground.messages.find(channel.id, ts)
    content = read_content({"attachments": [{"from_url": url, **entry} for url, entry in unfurls.items()]})
    changed = {**previous, "attachments": content.attachments or []}
    playground.messages.change(channel, changed, previous, user=playground.workspace.app.bot_user_id)
    return {"ok": True}


def _addressed(call: Call) -> Channel:
    workspace = call.playground.workspace
    which = call.needed("channel", "channel_not_found")
    if which in workspace.people:
        return workspace.direct(workspace.app.bot_user_id, which)
    channel = workspace.channel(which)
    if not workspace.app_is_in(channel.id):
        hidden = channel.kind != "channel"
        raise Refused("channel_not_found" if hidden else "not_in_channel", f"The app is not in #{channel.name}.")
    return channel


METHODS = {
    "chat.postMessage": Method(post_message, scopes=_WRITE),
    "chat.postEphemeral": Method(post_ephemeral, scopes=_WRITE),
    "chat.update": Method(update, scopes=_WRITE),
    "chat.delete": Method(delete, scopes=_WRITE),
    "chat.getPermalink": Method(permalink),
    "chat.unfurl": Method(unfurl, scopes=("links:write",)),
}
