"""What the app says outside the Web API: in an acknowledgement, or to a response_url."""

from __future__ import annotations

from playground.app_messages import Content, read_content
from playground.company import Channel
from playground.refusal import Json, Refused
from playground.triggers import ReplyAddress
from playground.wiring import Playground


def answer_command(playground: Playground, user: str, channel: Channel, said: Json) -> Json | None:
    """Shows what the app said when it acknowledged a command; raises `invalid_command_response`."""
    if not said:
        return None
    try:
        content = read_content(said)
        if content.empty:
            return None
        return _say(playground, channel, user, content, said, None)
    except Refused as refused:
        messages = refused.messages or (refused.error,)
        raise Refused(
            "invalid_command_response", f"Slack would not show this answer: {refused.detail}", messages=messages
        ) from refused


def answer_response_url(playground: Playground, address: ReplyAddress, said: Json) -> None:
    """Does what a post to a response_url asks: delete or replace the message, or say something new."""
    channel = playground.workspace.channels[address.channel]
    if said.get("delete_original"):
        _delete_original(playground, channel, address)
        return
    content = read_content(said)
    if content.empty:
        raise Refused("no_text", "A message needs text, blocks or attachments.", status=400)
    if said.get("replace_original") and address.message_ts:
        if address.ephemeral:
            playground.voice.rewhisper(channel, address.message_ts, address.user, content)
        else:
            playground.voice.update(channel, address.message_ts, content)
        return
    _say(playground, channel, address.user, content, said, _thread(address, said))


def _say(
    playground: Playground, channel: Channel, user: str, content: Content, said: Json, thread_ts: str | None
) -> Json:
    if said.get("response_type") == "in_channel":
        return playground.voice.post(channel, content, thread_ts=thread_ts)
    return playground.voice.whisper(channel, user, content, thread_ts=thread_ts)


def _thread(address: ReplyAddress, said: Json) -> str | None:
    """The thread that is asked for; an ephemeral answer to a message in a thread stays in that thread."""
    asked = said.get("thread_ts")
    if isinstance(asked, str) and asked:
        return asked
    inside = address.thread_ts is not None and address.thread_ts != address.message_ts
    return address.thread_ts if inside and said.get("response_type") != "in_channel" else None


def _delete_original(playground: Playground, channel: Channel, address: ReplyAddress) -> None:
    if address.message_ts is None:
        return
    if address.ephemeral:
        playground.messages.change_whispered(channel.id, address.message_ts, address.user, None)
        return
    playground.messages.delete(channel, address.message_ts, user=playground.workspace.app.bot_user_id)
