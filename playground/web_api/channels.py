"""Methods that make and change channels. Sources: conversations.create, .invite, .join, .setTopic and .setPurpose at
docs.slack.dev."""

from __future__ import annotations

import re

from playground.company import Channel
from playground.refusal import Json, Refused
from playground.web_api.call import Call, Method
from playground.web_api.conversations import conversation

LINE = 250
"""Characters of a topic or a purpose."""

MOST_INVITED = 100
_MANAGE = ("channels:manage", "channels:write", "groups:write")
_INVITE = (*_MANAGE, "channels:write.invites", "groups:write.invites")
_DESCRIBE = (*_MANAGE, "channels:write.topic", "groups:write.topic")


def conversations_create(call: Call) -> Json:
    """Makes a channel with the app in it."""
    name = call.needed("name", "invalid_name_required")
    if len(name) > 80:
        raise Refused("invalid_name_maxlength", "A channel's name may have 80 characters.")
    if not re.fullmatch(r"[\w-]+", name) or name != name.lower():
        raise Refused("invalid_name_specials", "A channel's name has lower-case letters, digits, - and _ only.")
    if not re.search(r"[^\W_]", name):
        raise Refused("invalid_name_punctuation", "A channel's name needs a letter or a digit.")
    workspace = call.playground.workspace
    channel = workspace.create(name, creator=workspace.app.bot_user_id, private=call.flag("is_private"))
    return {"ok": True, "channel": conversation(call.playground, channel)}


def conversations_join(call: Call) -> Json:
    """Puts the app into a public channel."""
    workspace = call.playground.workspace
    channel = _no_direct(call.channel())
    joined = workspace.join(channel, workspace.app.bot_user_id)
    answer: Json = {"ok": True, "channel": conversation(call.playground, channel)}
    if not joined:
        answer |= {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
    return answer


def conversations_invite(call: Call) -> Json:
    """Puts people into a channel that the app is in. One who cannot be invited keeps out all, unless `force` is set."""
    workspace = call.playground.workspace
    channel = _no_direct(call.own_channel())
    users = [user.strip() for user in call.needed("users", "no_user").split(",") if user.strip()]
    if len(users) > MOST_INVITED:
        raise Refused("too_many_users", f"At most {MOST_INVITED} can be invited at once.")
    errors = [
        {"user": user, "ok": False, "error": word}
        for user in users
        if (word := _why_not(call, channel, user)) is not None
    ]
    kept_out = {error["user"] for error in errors}
    if errors and (not call.flag("force") or len(kept_out) == len(set(users))):
        raise Refused(str(errors[0]["error"]), "Nobody was invited.", extra={"errors": errors})
    for user in users:
        if user not in kept_out:
            workspace.join(channel, user, inviter=workspace.app.bot_user_id)
    more = {"errors": errors} if errors else {}
    return {"ok": True, "channel": conversation(call.playground, channel), **more}


def conversations_set_topic(call: Call) -> Json:
    """Changes a channel's topic."""
    channel = _no_direct(call.own_channel())
    call.playground.workspace.set_topic(channel, _line(call, "topic"))
    return {"ok": True, "channel": conversation(call.playground, channel)}


def conversations_set_purpose(call: Call) -> Json:
    """Changes what a channel says it is for."""
    channel = _no_direct(call.own_channel())
    call.playground.workspace.set_purpose(channel, _line(call, "purpose"))
    return {"ok": True, "purpose": channel.purpose}


def _why_not(call: Call, channel: Channel, user: str) -> str | None:
    workspace = call.playground.workspace
    if user == workspace.app.bot_user_id:
        return "cant_invite_self"
    if user not in workspace.people:
        return "user_not_found"
    return "already_in_channel" if workspace.is_member(channel.id, user) else None


def _no_direct(channel: Channel) -> Channel:
    if channel.is_im:
        raise Refused("method_not_supported_for_channel_type", "A direct conversation is no channel.")
    return channel


def _line(call: Call, name: str) -> str:
    text = call.text(name)
    if len(text) > LINE:
        raise Refused("too_long", f"A {name} may have {LINE} characters.")
    return text


METHODS = {
    "conversations.create": Method(conversations_create, scopes=_MANAGE),
    "conversations.join": Method(conversations_join, scopes=("channels:join",)),
    "conversations.invite": Method(conversations_invite, scopes=_INVITE),
    "conversations.setTopic": Method(conversations_set_topic, scopes=_DESCRIBE),
    "conversations.setPurpose": Method(conversations_set_purpose, scopes=_DESCRIBE),
}
