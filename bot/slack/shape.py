"""Has a delivery the shape that Slack gives it? Looked at before anything in it is used; what it means is read elsewhere. Pure.

Only what is read here or by Bolt has a shape; everything else may be as it is. https://docs.slack.dev/interactivity
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

Id = Annotated[str, Field(pattern=r"^[^\x00]*$")]
"""No id of Slack's has a NUL in it, and no query of ours could."""


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True)


class _Named(_Part):
    id: Id | None = None


class _Profile(_Part):
    real_name: str | None = None
    display_name: str | None = None
    email: str | None = None


class _Enterprise(_Part):
    enterprise_id: Id | None = None
    teams: list[Id] | None = None


class _User(_Named):
    team_id: Id | None = None
    name: str | None = None
    real_name: str | None = None
    tz: str | None = None
    profile: _Profile | None = None
    enterprise_user: _Enterprise | None = None


class _Authorization(_Part):
    team_id: Id | None = None
    enterprise_id: Id | None = None
    user_id: Id | None = None


class _Container(_Part):
    type: str | None = None
    channel_id: Id | None = None
    thread_ts: Id | None = None
    message_ts: Id | None = None


class _File(_Part):
    title: str | None = None
    name: str | None = None


class _Message(_Part):
    ts: Id | None = None
    thread_ts: Id | None = None
    subtype: str | None = None
    user: Id | _User | None = None
    text: str | None = None
    files: list[_File] | None = None


class _Event(_Message):
    type: str | None = None
    tab: str | None = None
    channel: Id | _Named | None = None
    channel_type: str | None = None
    parent_user_id: Id | None = None
    deleted_ts: Id | None = None
    message: _Message | None = None
    previous_message: _Message | None = None


class _Option(_Part):
    value: str | None = None


class _Action(_Part):
    action_id: str
    value: str | None = None
    selected_option: _Option | None = None


class _Answer(_Part):
    type: str | None = None
    value: str | None = None
    selected_option: _Option | None = None
    selected_options: list[_Option] | None = None
    selected_user: Id | None = None
    selected_date_time: Annotated[int, Field(ge=0, lt=2**32)] | None = None


class _State(_Part):
    values: dict[str, dict[str, _Answer]] = {}


class _Block(_Part):
    type: str
    block_id: str | None = None


class _View(_Part):
    type: str
    callback_id: str | None = None
    private_metadata: str | None = None
    previous_view_id: str | None = None
    state: _State = _State()
    blocks: list[_Block] = []


class _Delivery(_Part):
    type: str | None = None
    team: Id | _Named | None = None
    team_id: Id | None = None
    enterprise: Id | _Named | None = None
    enterprise_id: Id | None = None
    user: Id | _User | None = None
    user_id: Id | None = None
    channel: Id | _Named | None = None
    channel_id: Id | None = None
    authorizations: list[_Authorization] | None = None
    is_enterprise_install: bool | str | None = None
    trigger_id: str | None = None
    response_url: str | None = None
    command: str | None = None
    text: str | None = None
    callback_id: str | None = None
    message_ts: Id | None = None
    container: _Container | None = None
    message: _Message | None = None
    actions: Annotated[list[_Action], Field(min_length=1)] | None = None
    view: _View | None = None
    event: _Event | None = None


_NEEDED = {
    "event_callback": "event",
    "block_actions": "actions",
    "view_submission": "view",
    "view_closed": "view",
    "shortcut": "callback_id",
    "message_action": "callback_id",
}
_NEEDED_IN = {"app_home_opened": "user", "member_joined_channel": "channel", "user_change": "user"}


def misshapen(body: Mapping[str, Any]) -> str | None:
    """What is first found to be otherwise than Slack has it, in a few words; None where all is well."""
    try:
        read = _Delivery.model_validate(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}."
    if (needed := _NEEDED.get(read.type or "")) is not None and getattr(read, needed) is None:
        return f"{needed}: Field required."
    if read.event is None or (needed := _NEEDED_IN.get(read.event.type or "")) is None:
        return None
    there = getattr(read.event, needed)
    ours = isinstance(there, _User) if read.event.type == "user_change" else isinstance(there, str)
    return None if ours else f"event.{needed}: Field required."
