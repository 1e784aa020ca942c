"""Has a delivery the shape that Teams gives it? Looked at before anything in it is used; what it means is read elsewhere. Pure.

Only what is read here has a shape; everything else may be as it is. What a person's client sends along in `value` can be
anything: those who read it expect that. Source: "Bot Framework -- Activity" (github.com/microsoft/botframework-sdk).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

Id = Annotated[str, Field(pattern=r"^[^\x00]*$", max_length=1000)]
"""No id of Teams' has a NUL in it, and no query of ours could; the longest are a few hundred characters."""

_FROM_SOMEBODY = frozenset({"message", "messageUpdate", "messageDelete", "invoke"})


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True)


class _Named(_Part):
    id: Id | None = None
    name: str | None = None


class _Sender(_Named):
    aad_object_id: Annotated[Id | None, Field(alias="aadObjectId")] = None


class _Conversation(_Part):
    id: Id | None = None
    tenant_id: Annotated[Id | None, Field(alias="tenantId")] = None


class _Settings(_Part):
    selected_channel: Annotated[_Named | None, Field(alias="selectedChannel")] = None


class _ChannelData(_Part):
    tenant: _Named | None = None
    event_type: Annotated[str | None, Field(alias="eventType")] = None
    settings: _Settings | None = None


class _Entity(_Part):
    text: str | None = None
    mentioned: _Named | None = None


class _Attachment(_Part):
    content_type: Annotated[str | None, Field(alias="contentType")] = None
    content_url: Annotated[str | None, Field(alias="contentUrl")] = None
    name: str | None = None


class _Activity(_Part):
    type: str
    id: Id | None = None
    name: str | None = None
    sender: Annotated[_Sender | None, Field(alias="from")] = None
    recipient: _Named | None = None
    conversation: _Conversation | None = None
    channel_data: Annotated[_ChannelData | None, Field(alias="channelData")] = None
    reply_to: Annotated[Id | None, Field(alias="replyToId")] = None
    text: str | None = None
    entities: list[_Entity] | None = None
    attachments: list[_Attachment] | None = None
    members_added: Annotated[list[_Named] | None, Field(alias="membersAdded")] = None


def misshapen(activity: Mapping[str, Any]) -> str | None:
    """What is first found to be otherwise than Teams has it, in a few words; None where all is well."""
    try:
        read = _Activity.model_validate(activity)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}."
    if read.type not in _FROM_SOMEBODY:
        return None
    if read.sender is None or not (read.sender.id or read.sender.aad_object_id):
        return "from: Field required."
    return "conversation: Field required." if read.conversation is None or not read.conversation.id else None
