"""Methods of the upload flow."""

from __future__ import annotations

from pathlib import PurePosixPath

from playground.app_messages import read_content
from playground.company import Channel
from playground.files import MOST_BYTES, public
from playground.refusal import Json, Refused
from playground.web_api.call import Call, Method


def get_upload_url(call: Call) -> Json:
    """Announces a file and answers where to send its bytes."""
    name = PurePosixPath(call.needed("filename").replace("\\", "/")).name
    length = call.number("length", 0, MOST_BYTES + 1)
    playground = call.playground
    file_id, secret = playground.files.announce(name, length, playground.workspace.app.bot_user_id)
    return {"ok": True, "upload_url": f"{playground.base_url}/upload/{secret}", "file_id": file_id}


def complete_upload(call: Call) -> Json:
    """Completes sent files and shares them in one message, when a channel is named."""
    playground = call.playground
    listed = call.structure("files")
    if not isinstance(listed, list) or not listed or not all(isinstance(e, dict) and e.get("id") for e in listed):
        raise Refused("invalid_arguments", messages=["[ERROR] missing required field: files"])
    channels = [_channel(call, which) for which in _channel_ids(call)]
    content = read_content({"text": call.text("initial_comment"), "blocks": call.structure("blocks")})
    files = [playground.files.complete(e["id"], str(e.get("title", "")), playground.base_url) for e in listed]
    for channel in channels:
        message = playground.voice.post(
            channel,
            content,
            thread_ts=call.text("thread_ts") or None,
            more={"files": [public(file) for file in files], "subtype": "file_share", "upload": True},
        )
        files = [playground.files.shared(file, channel.id, message["ts"]) for file in files]
    return {"ok": True, "files": [public(file) for file in files]}


def files_info(call: Call) -> Json:
    """What is known of a file."""
    return {
        "ok": True,
        "file": public(call.playground.files.find(call.needed("file", "file_not_found"))),
        "comments": [],
    }


def files_delete(call: Call) -> Json:
    """Deletes a file."""
    call.playground.files.delete(call.needed("file", "file_not_found"))
    return {"ok": True}


def _channel_ids(call: Call) -> list[str]:
    named = call.text("channel_id") or call.text("channels")
    return [which.strip() for which in named.split(",") if which.strip()]


def _channel(call: Call, which: str) -> Channel:
    workspace = call.playground.workspace
    channel = workspace.channels.get(which)
    if channel is None:
        raise Refused("channel_not_found", f"There is no channel {which!r}.")
    if not workspace.app_is_in(channel.id):
        raise Refused("not_in_channel", f"The app is not in #{channel.name}.")
    return channel


METHODS = {
    "files.getUploadURLExternal": Method(get_upload_url, scopes=("files:write",)),
    "files.completeUploadExternal": Method(complete_upload, scopes=("files:write",)),
    "files.info": Method(files_info, scopes=("files:read",)),
    "files.delete": Method(files_delete, scopes=("files:write",)),
}
