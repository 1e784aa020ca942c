"""A message as a person's page or a test gets it from the user API."""

from __future__ import annotations

from playground.manifest import Manifest
from playground.people import display_name
from playground.refusal import Json
from playground.workspace import Workspace

_KEPT = ("thread_ts", "reply_count", "latest_reply", "reply_users", "reactions", "files", "attachments", "subtype")


def shown_message(message: Json, workspace: Workspace, manifest: Manifest) -> Json:
    """The fields of the README's contract. Apps' changes carry no `edited`, as Slack shows no mark for them."""
    user = message.get("user", "")
    by_app = message.get("bot_id") is not None
    shown: Json = {
        "ts": message["ts"],
        "user": user,
        "username": message.get("username") or display_name(workspace, manifest, user),
        "text": message.get("text", ""),
        "blocks": message.get("blocks", []),
        "ephemeral": bool(message.get("is_ephemeral")),
    }
    shown |= {name: message[name] for name in _KEPT if name in message}
    if message.get("pinned_to"):
        shown["pinned"] = True
    if by_app:
        shown["bot"] = True
    elif "edited" in message:
        shown["edited"] = message["edited"]
    return shown
