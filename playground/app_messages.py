"""What the app says: checks the content as Slack does, and posts, changes or whispers it under the app's name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playground.company import Channel
from playground.files import Files
from playground.ids import new_id
from playground.limits import TEXT_CHARACTERS, check_message_blocks
from playground.manifest import ManifestFile
from playground.messages import Messages
from playground.people import bot_name
from playground.refusal import Json, Refused
from playground.shown_files import check_message_files
from playground.store import encode
from playground.workspace import Workspace

METADATA_BYTES = 16_000


@dataclass(frozen=True)
class Content:
    """The checked content of a message; None means that the call did not name the field."""

    text: str | None
    blocks: list[Json] | None
    attachments: list[Json] | None
    metadata: Json | None

    @property
    def empty(self) -> bool:
        """True when there is nothing to show."""
        return not (self.text or self.blocks or self.attachments)

    def fields(self) -> Json:
        """As fields of a message."""
        message: Json = {"text": self.text or ""}
        if self.blocks:
            message["blocks"] = self.blocks
        if self.attachments:
            message["attachments"] = self.attachments
        return message


def read_content(raw: Json) -> Content:
    """Checks `text`, `blocks`, `attachments` and `metadata`; raises Slack's errors for what it refuses."""
    text = raw.get("text", raw.get("markdown_text"))
    if text is not None and not isinstance(text, str):
        raise Refused("invalid_arguments", messages=["[ERROR] must be a string [json-pointer:/text]"])
    if text is not None and len(text) > TEXT_CHARACTERS:
        raise Refused("msg_too_long", f"The text is longer than {TEXT_CHARACTERS} characters.")
    blocks = _objects(raw.get("blocks"), "invalid_blocks_format")
    attachments = _objects(raw.get("attachments"), "invalid_attachments")
    if blocks:
        check_message_blocks(blocks)
        blocks = with_block_ids(blocks)
    for index, attachment in enumerate(attachments or []):
        inner = _objects(attachment.get("blocks"), "invalid_blocks_format")
        if inner:
            check_message_blocks(inner, f"/attachments/{index}/blocks")
            attachment["blocks"] = with_block_ids(inner)
    return Content(text, blocks, attachments, _metadata(raw.get("metadata")))


def with_block_ids(blocks: list[Json]) -> list[Json]:
    """Gives an id to every block and interactive element that has none, as Slack does."""
    named = []
    for block in blocks:
        block = {**block, "block_id": block.get("block_id") or new_id("").lower()[:5]}
        if isinstance(block.get("elements"), list) and block.get("type") == "actions":
            block["elements"] = [_with_action_id(element) for element in block["elements"]]
        for name in ("accessory", "element"):
            if isinstance(block.get(name), dict):
                block[name] = _with_action_id(block[name])
        named.append(block)
    return named


def _with_action_id(element: Json) -> Json:
    if element.get("action_id") or element.get("type") == "image":
        return element
    return {**element, "action_id": new_id("").lower()[:5]}


def _objects(value: Any, error: str) -> list[Json] | None:
    if value is None or value == "":
        return None
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise Refused(error, "It must be a list of objects.")
    return value


def _metadata(value: Any) -> Json | None:
    if value is None or value == "":
        return None
    if value == {}:
        return {}
    if (
        not isinstance(value, dict)
        or not isinstance(value.get("event_type"), str)
        or not isinstance(value.get("event_payload"), dict)
    ):
        raise Refused("invalid_metadata_format", "Metadata is an event_type (text) and an event_payload (object).")
    if len(encode(value).encode()) > METADATA_BYTES:
        raise Refused("metadata_too_large", f"Metadata may take {METADATA_BYTES} bytes.")
    return value


class AppVoice:
    """Posts under the app's name."""

    def __init__(self, workspace: Workspace, messages: Messages, manifest: ManifestFile, files: Files) -> None:
        self._workspace = workspace
        self._messages = messages
        self._manifest = manifest
        self._files = files

    def author(self) -> Json:
        """The fields that make a message the app's."""
        app = self._workspace.app
        return {
            "user": app.bot_user_id,
            "bot_id": app.bot_id,
            "app_id": app.id,
            "bot_profile": {
                "id": app.bot_id,
                "deleted": False,
                "name": bot_name(self._workspace, self._manifest.current),
                "updated": 0,
                "app_id": app.id,
                "icons": {},
                "team_id": self._workspace.team.id,
            },
        }

    def is_own(self, message: Json) -> bool:
        """True for a message by the app."""
        return message.get("bot_id") == self._workspace.app.bot_id

    def post(
        self,
        channel: Channel,
        content: Content,
        *,
        thread_ts: str | None = None,
        broadcast: bool = False,
        more: Json | None = None,
    ) -> Json:
        """Posts to a channel; raises `no_text` for an empty message."""
        if content.empty and not (more or {}).get("files"):
            raise Refused("no_text", "A message needs text, blocks or attachments.")
        self._check_files(content)
        return self._messages.post(
            channel,
            {**self.author(), **content.fields(), **(more or {})},
            thread_ts=thread_ts,
            broadcast=broadcast,
            metadata=content.metadata,
        )

    def whisper(self, channel: Channel, user: str, content: Content, *, thread_ts: str | None = None) -> Json:
        """Shows something to one person only; raises `no_text` for an empty message."""
        if content.empty:
            raise Refused("no_text", "A message needs text, blocks or attachments.")
        self._check_files(content)
        return self._messages.whisper(channel, user, {**self.author(), **content.fields()}, thread_ts=thread_ts)

    def update(self, channel: Channel, ts: str, content: Content) -> Json:
        """Changes a message of the app's own. Fields that the call did not name stay, but text without blocks takes
        the blocks away."""
        previous = self._messages.find(channel.id, ts)
        if not self.is_own(previous) or previous.get("subtype") == "tombstone":
            raise Refused("cant_update_message", "Only the app's own messages can be changed.")
        self._check_files(content)
        message = {**previous, "edited": {"user": self._workspace.app.bot_id, "ts": self._messages.clock.next()}}
        if content.text is not None:
            message["text"] = content.text
        if content.blocks is not None or content.text is not None:
            message.pop("blocks", None)
            if content.blocks:
                message["blocks"] = content.blocks
        if content.attachments is not None:
            message["attachments"] = content.attachments
        if not (message.get("text") or message.get("blocks") or message.get("attachments")):
            raise Refused("no_text", "A message needs text, blocks or attachments.")
        if content.metadata is not None:
            self._messages.set_metadata(channel.id, ts, content.metadata or None)
        self._messages.change(channel, message, previous, user=self._workspace.app.bot_user_id)
        return message

    def rewhisper(self, channel: Channel, ts: str, user: str, content: Content) -> None:
        """Changes an ephemeral, as only a response_url can."""
        self._check_files(content)
        previous = self._messages.find_whispered(channel.id, ts, user)
        if previous is not None and not content.empty:
            kept = {key: value for key, value in previous.items() if key not in {"text", "blocks", "attachments"}}
            self._messages.change_whispered(channel.id, ts, user, {**kept, **content.fields()})

    def _check_files(self, content: Content) -> None:
        check_message_files(content.blocks, content.attachments, self._files)
