"""Methods about reactions and pins."""

from __future__ import annotations

import re

from playground.refusal import Json, Refused
from playground.web_api.call import Call, Method


def reactions_add(call: Call) -> Json:
    """Reacts to a message as the app."""
    return _react(call, remove=False)


def reactions_remove(call: Call) -> Json:
    """Takes the app's reaction back."""
    return _react(call, remove=True)


def reactions_get(call: Call) -> Json:
    """A message with its reactions."""
    channel = call.own_channel()
    message = call.playground.messages.find(channel.id, call.needed("timestamp", "no_item_specified"))
    return {"ok": True, "type": "message", "channel": channel.id, "message": message}


def pins_add(call: Call) -> Json:
    """Pins a message to its channel."""
    channel = call.own_channel()
    ts = call.needed("timestamp", "no_item_specified")
    if not re.fullmatch(r"\d{1,10}\.\d{1,6}", ts):
        raise Refused("bad_timestamp", f"{ts!r} is no message's time.")
    call.playground.messages.pin(channel, ts, call.playground.workspace.app.bot_user_id)
    return {"ok": True}


def _react(call: Call, *, remove: bool) -> Json:
    name = call.needed("name", "invalid_name").strip(":")
    channel = call.own_channel()
    ts = call.needed("timestamp", "no_item_specified")
    user = call.playground.workspace.app.bot_user_id
    call.playground.messages.react(channel, ts, name, user, remove=remove)
    return {"ok": True}


METHODS = {
    "reactions.add": Method(reactions_add, scopes=("reactions:write",)),
    "reactions.remove": Method(reactions_remove, scopes=("reactions:write",)),
    "reactions.get": Method(reactions_get, scopes=("reactions:read",)),
    "pins.add": Method(pins_add, scopes=("pins:write",)),
}
